import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  type DType,
  DisposedError,
  DTypeError,
  fillInto,
  OutOfMemoryError,
  RangeError,
  Runtime,
  ShapeError,
  WasmArray,
} from "../../src/index.js";
import { noise } from "../variants.js";
import { expectThrows } from "./errors.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());
const { heap } = runtime;

function fill(out: Float32Array, runtime: Runtime): Float32Array {
  fillInto(out, { value: 3, runtime });
  return out;
}

describe("alloc", () => {
  it("starts every block at a multiple of 64", () => {
    for (const dtype of ["f32", "f64", "i32", "u32", "i8", "u8"] satisfies DType[]) {
      for (const length of [0, 1, 3, 15, 16, 17, 63, 64, 65, 1000, 4097]) {
        const array = heap.alloc(dtype, length);
        expect(array.ptr % 64).toBe(0);
        expect(array.length).toBe(length);
        expect(array.view.length).toBe(length);
        expect(array.byteLength).toBe(array.view.byteLength);
        expect(array.allocation.bytes).toBeGreaterThanOrEqual(Math.max(1, array.byteLength));
        heap.free(array);
      }
    }
  });

  it("gives away at most a quarter, or what the alignment wants", () => {
    for (let bytes = 1; bytes < 2 ** 20; bytes = Math.ceil(bytes * 1.07)) {
      const block = heap.allocBytes(bytes);
      expect(block.bytes).toBeGreaterThanOrEqual(bytes);
      expect(block.bytes).toBeLessThanOrEqual(Math.max(Math.ceil(bytes / 64) * 64, bytes * 1.25 + 64));
      expect(block.bytes % 64).toBe(0);
      heap.free(block);
    }
  });

  it("leaves the module's own data alone", () => {
    const fresh = Runtime.createSync();
    expect(fresh.heap.alloc("u8", 1).ptr).toBeGreaterThan(0);
    fresh.dispose();
  });

  it("hands out zeros, also where something was before", () => {
    const before = heap.from("f32", noise(1000, 1));
    const { ptr } = before;
    heap.free(before);
    const after = heap.alloc("f32", 1000);
    expect(after.ptr).toBe(ptr);
    expect(after.view.every((value) => Object.is(value, 0))).toBe(true);
    heap.free(after);
  });

  it("copies what `from` is given, typed or not", () => {
    expect([...heap.from("i32", [1, -2, 3]).view]).toEqual([1, -2, 3]);
    expect([...heap.from("u8", Float64Array.of(1, 255, 256)).view]).toEqual([1, 255, 0]);
  });

  it("takes back a block of the same class at once", () => {
    const blocks = [100, 101, 112].map((length) => {
      const array = heap.alloc("u8", length);
      heap.free(array);
      return array.allocation.ptr;
    });
    expect(new Set(blocks).size).toBe(1);
  });

  it("does not grow when the same is allocated and freed over and over", () => {
    const round = (): void => {
      const arrays = [10, 1000, 33, 70_000].map((length) => heap.alloc("f32", length));
      for (const array of arrays) heap.free(array);
    };
    round();
    const [bytes, inUse] = [runtime.memory.buffer.byteLength, heap.bytesInUse];
    for (let i = 0; i < 100; i++) round();
    expect(runtime.memory.buffer.byteLength).toBe(bytes);
    expect(heap.bytesInUse).toBe(inUse);
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])("refuses %s elements", (length) => {
    expectThrows(() => heap.alloc("f32", length), RangeError, "length");
    expectThrows(() => heap.allocBytes(length), RangeError, "length");
  });
});

describe("growth", () => {
  it("keeps what live arrays hold, and gives them new views", () => {
    const values = noise(5000, 2);
    const array = heap.from("f32", values);
    const stale = array.view;
    expect(array.view).toBe(stale);
    const big = heap.alloc("u8", runtime.memory.buffer.byteLength);
    expect(stale.length).toBe(0);
    expect(array.view).not.toBe(stale);
    expect(array.toArray()).toEqual(values);
    expect(big.view.every((byte) => byte === 0)).toBe(true);
    heap.free(big);
    heap.free(array);
  });

  it("copies a view of the memory that grows for the copy", () => {
    const fresh = Runtime.createSync();
    const values = noise(fresh.memory.buffer.byteLength / 4, 3);
    const array = fresh.heap.from("f32", values);
    for (const place of [fresh.heap, fresh.arena]) {
      const { view } = array;
      const copy = place.from("f32", view);
      expect(view.length).toBe(0);
      expect(copy.toArray()).toEqual(values);
    }
    fresh.dispose();
  });

  it("hands out copies by toArray", () => {
    const array = heap.from("f32", [1, 2]);
    const copy = array.toArray();
    array.view[0] = 9;
    expect([...copy]).toEqual([1, 2]);
    expect(copy.buffer).not.toBe(runtime.memory.buffer);
    heap.free(array);
  });
});

describe("exhaustion", () => {
  it("cuts up what is free before it gives up, and nothing is lost", () => {
    const small = Runtime.createSync({ variant: "simd", maximumBytes: 2 ** 20 });
    const fillUp = (bytes: number): WasmArray[] => {
      const arrays: WasmArray[] = [];
      expectThrows(
        () => {
          for (;;) arrays.push(small.heap.alloc("u8", bytes));
        },
        OutOfMemoryError,
        "memory",
      );
      return arrays;
    };
    const kept = small.heap.from("f32", noise(100, 4));
    const large = fillUp(100_000);
    for (const array of large) small.heap.free(array);
    for (const bytes of [40_000, 3000, 64]) {
      const arrays = fillUp(bytes);
      expect(arrays.length * bytes).toBeGreaterThan(0.6 * large.length * 100_000);
      for (const array of arrays) small.heap.free(array);
    }
    expect(kept.toArray()).toEqual(noise(100, 4));
    expect(small.heap.bytesInUse).toBe(kept.allocation.bytes);
    small.dispose();
  });
});

describe("free", () => {
  it("ends the array, and every array over the same memory", () => {
    const array = heap.alloc("f32", 8);
    const part = array.subarray(2, 5);
    heap.free(array);
    for (const dead of [array, part]) {
      expectThrows(() => dead.ptr, DisposedError, "array");
      expectThrows(() => dead.view, DisposedError, "array");
      expectThrows(() => dead.toArray(), DisposedError, "array");
    }
    expectThrows(() => array.set(new Float32Array(8)), DisposedError, "array");
  });

  it("twice is no harm: the block is handed out once", () => {
    const before = heap.bytesInUse;
    const array = heap.alloc("f32", 40);
    heap.free(array);
    heap.free(array);
    heap.free(array.allocation);
    expect(heap.bytesInUse).toBe(before);
    const [a, b] = [heap.alloc("f32", 40), heap.alloc("f32", 40)];
    expect(a.ptr).not.toBe(b.ptr);
    heap.free(array);
    expect(a.view.length).toBe(40);
    heap.free(a);
    heap.free(b);
  });

  it("refuses what is not its own", () => {
    const other = Runtime.createSync({ variant: "simd" });
    const foreign = other.heap.alloc("f32", 4);
    expect(expectThrows(() => heap.free(foreign), RangeError, "array").received).toBe("another runtime's");
    const short = runtime.arena.alloc("f32", 4);
    expect(expectThrows(() => heap.free(short), RangeError, "array").received).toBe("an arena's");
    expect(foreign.view.length + short.view.length).toBe(8);
    runtime.arena.reset();
    other.dispose();
  });
});

describe("allOrNone", () => {
  it("frees what it took when there is no room for the rest, and nothing else", () => {
    const small = Runtime.createSync({ variant: "simd", maximumBytes: 2 ** 20 });
    const kept = small.heap.alloc("f32", 10);
    const before = small.heap.bytesInUse;
    const take = (arrays: WasmArray[], ...lengths: number[]): void => {
      for (const length of lengths) arrays.push(small.heap.alloc("f32", length));
      arrays.push(small.heap.from("i32", lengths));
    };
    const taken: WasmArray[] = [];
    const tooMuch = (): void => {
      small.heap.allOrNone(() => take(taken, 100, 200));
      take(taken, 300);
      take(taken, 2 ** 20);
    };
    expectThrows(() => small.heap.allOrNone(tooMuch), OutOfMemoryError, "memory");
    expect(taken).toHaveLength(5);
    for (const array of taken) expectThrows(() => array.view, DisposedError, "array");
    expect(small.heap.bytesInUse).toBe(before);
    expect(kept.view).toHaveLength(10);
    small.dispose();
  });

  it("keeps what it took when all is well, though what comes after fails", () => {
    const before = heap.bytesInUse;
    const array = heap.allOrNone(() => heap.alloc("f32", 10));
    expect(() => {
      heap.alloc("f32", -1);
    }).toThrow(RangeError);
    expect(array.view).toHaveLength(10);
    heap.free(array);
    expect(heap.bytesInUse).toBe(before);
  });

  it("may free in between, and keeps the scratch that kernels take meanwhile", () => {
    const fresh = Runtime.createSync({ variant: "simd" });
    const before = fresh.heap.bytesInUse;
    expect(() =>
      fresh.heap.allOrNone(() => {
        fresh.heap.free(fresh.heap.alloc("f32", 10));
        fill(new Float32Array(100), fresh);
        throw new Error("enough");
      }),
    ).toThrow("enough");
    expect(fresh.heap.bytesInUse).toBeGreaterThan(before);
    expect(fill(new Float32Array(100), fresh)).toEqual(new Float32Array(100).fill(3));
    fresh.dispose();
  });
});

describe("WasmArray", () => {
  it("has subarrays over the same memory", () => {
    const array = heap.from("i32", [0, 1, 2, 3, 4, 5]);
    const part = array.subarray(2, 5);
    expect([...part.view]).toEqual([2, 3, 4]);
    expect([...part.subarray(1).view]).toEqual([3, 4]);
    expect(part.subarray(3).length).toBe(0);
    part.set([7, 8, 9]);
    expect([...array.view]).toEqual([0, 1, 7, 8, 9, 5]);
    for (const [begin, end] of [
      [-1, 2],
      [3, 2],
      [0, 7],
      [0.5, 2],
      [NaN, 1],
    ] as const) {
      expectThrows(() => array.subarray(begin, end), RangeError, "begin, end");
    }
    heap.free(array);
  });

  it("lies within its allocation, aligned to its elements", () => {
    const block = heap.allocBytes(64);
    expect(new WasmArray(block, "f64", 7, 8).length).toBe(7);
    for (const [length, byteOffset] of [
      [17, 0],
      [1, 64],
      [1, 2],
      [1, -4],
      [-1, 0],
      [0.5, 0],
      [NaN, 0],
      [1, NaN],
      [2 ** 30, 0],
    ] as const) {
      expectThrows(() => new WasmArray(block, "f32", length, byteOffset), RangeError, "length, byteOffset");
    }
    heap.free(block);
  });

  it("has one of the element types there are", () => {
    for (const bad of ["f16", "F32", undefined] as never[]) {
      expectThrows(() => heap.alloc(bad, 1), DTypeError, "dtype");
      expectThrows(() => heap.from(bad, [1]), DTypeError, "dtype");
      expectThrows(() => runtime.arena.alloc(bad, 1), DTypeError, "dtype");
    }
  });

  it("is set in full or not at all", () => {
    const array = heap.from("f32", [1, 2, 3]);
    expect(expectThrows(() => array.set([1, 2]), ShapeError, "values").received).toBe("2 elements");
    expectThrows(() => array.set([1, 2, 3, 4]), ShapeError, "values");
    expect([...array.view]).toEqual([1, 2, 3]);
    heap.free(array);
  });
});

/** Frees the live array at `free` (modulo their number), or allocates `bytes`. */
const steps = fc.array(
  fc.oneof(fc.record({ bytes: fc.oneof(fc.nat(300), fc.nat(20_000)) }), fc.record({ free: fc.nat() })),
  { maxLength: 200 },
);

const tight = Runtime.createSync({ variant: "simd", maximumBytes: 2 ** 18 });
afterAll(() => tight.dispose());

it.each([
  ["that can grow", heap],
  ["that is soon full", tight.heap],
] as const)("never lets two live blocks overlap, and accounts for each byte: in memory %s", (_, heap) => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const live: { array: WasmArray<"u8">; tag: number }[] = [];
      const before = heap.bytesInUse;
      sequence.forEach((step, index) => {
        if ("bytes" in step) {
          const tag = (index % 255) + 1;
          let array: WasmArray<"u8">;
          try {
            array = heap.alloc("u8", step.bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(OutOfMemoryError);
            expect(heap).toBe(tight.heap);
            return;
          }
          expect(array.view.every((byte) => byte === 0)).toBe(true);
          array.view.fill(tag);
          live.push({ array, tag });
        } else if (live.length > 0) {
          const [gone] = live.splice(step.free % live.length, 1);
          heap.free(gone!.array);
        }
      });
      const ranges = live
        .map(({ array: { allocation } }) => [allocation.ptr, allocation.ptr + allocation.bytes] as const)
        .sort(([a], [b]) => a - b);
      for (let i = 1; i < ranges.length; i++) expect(ranges[i]![0]).toBeGreaterThanOrEqual(ranges[i - 1]![1]);
      for (const { array, tag } of live) expect(array.view.every((byte) => byte === tag)).toBe(true);
      expect(heap.bytesInUse - before).toBe(ranges.reduce((sum, [begin, end]) => sum + end - begin, 0));
      for (const { array } of live) heap.free(array);
      expect(heap.bytesInUse).toBe(before);
    }),
  );
});
