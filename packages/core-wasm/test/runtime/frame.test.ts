import { afterAll, describe, expect, it } from "vitest";
import { DisposedError, type DType, RangeError, Runtime, type TypedArrays } from "../../src/index.js";
import { noise } from "../variants.js";
import { expectThrows } from "./errors.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

/** What a kernel would see at an address. */
function at(ptr: number, length: number): Float32Array {
  return new Float32Array(runtime.memory.buffer, ptr, length);
}

describe("typed arrays", () => {
  it("are copied in, whatever their type, length and offset", () => {
    const all: TypedArrays[DType][] = [
      Float32Array.of(1.5, -2, NaN),
      Float64Array.of(Math.PI, -0),
      Int32Array.of(-1, 2 ** 31 - 1, 7),
      Uint32Array.of(2 ** 32 - 1),
      Int8Array.of(-128, 127, 0, 1, 2),
      Uint8Array.of(255, 0, 3),
      new Float32Array(new ArrayBuffer(64), 4, 13).fill(3),
      new Uint8Array(new ArrayBuffer(64), 3, 31).fill(9),
      new Float32Array(0),
    ];
    for (const array of all) {
      runtime.call((_, frame) => {
        const ptr = frame.input(array);
        expect(ptr % 64).toBe(0);
        const seen = new Uint8Array(runtime.memory.buffer, ptr, array.byteLength);
        expect(seen).toEqual(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
      });
    }
  });

  it("are copied out when the call ends well, and only then", () => {
    const [out, both] = [new Float32Array(3), Float32Array.of(1, 2, 3)];
    expect(() =>
      runtime.call((_, frame) => {
        at(frame.output(out), 3).fill(7);
        at(frame.inout(both), 3).fill(8);
        throw new Error("the kernel trapped");
      }),
    ).toThrow("the kernel trapped");
    expect([...out, ...both]).toEqual([0, 0, 0, 1, 2, 3]);
    const result = runtime.call((_, frame) => {
      at(frame.output(out), 3).fill(7);
      const seen = at(frame.inout(both), 3);
      for (let i = 0; i < 3; i++) seen[i]! *= 2;
      return "done";
    });
    expect(result).toBe("done");
    expect([...out, ...both]).toEqual([7, 7, 7, 2, 4, 6]);
  });

  it("are not written when they are inputs", () => {
    const x = Float32Array.of(1, 2);
    runtime.call((_, frame) => at(frame.input(x), 2).fill(0));
    expect([...x]).toEqual([1, 2]);
  });

  it("may be input and output at once", () => {
    const x = Float32Array.of(1, 2, 3);
    runtime.call((_, frame) => {
      const [out, input] = [at(frame.output(x), 3), at(frame.input(x), 3)];
      for (let i = 0; i < 3; i++) out[i] = input[i]! + input[2 - i]!;
    });
    expect([...x]).toEqual([4, 4, 4]);
  });

  it("add up when the same one is given twice to be added to", () => {
    const grad = Float32Array.of(1, 1);
    runtime.call((_, frame) => {
      const [first, second] = [frame.inout(grad), frame.inout(grad)];
      at(first, 2)[0]! += 10;
      at(second, 2)[0]! += 100;
    });
    expect([...grad]).toEqual([111, 1]);
  });

  it("may be left out where they are optional", () => {
    runtime.call((_, frame) => {
      expect(frame.optionalInput(undefined)).toBe(0);
      expect(frame.optionalOutput(undefined)).toBe(0);
      expect(frame.optionalInout(undefined)).toBe(0);
      expect(frame.optionalInput(new Float32Array(1))).toBeGreaterThan(0);
      expect(frame.optionalOutput(new Float32Array(1))).toBeGreaterThan(0);
      expect(frame.optionalInout(new Float32Array(1))).toBeGreaterThan(0);
    });
  });

  it("leave no scratch memory behind: calls that repeat reserve nothing", () => {
    const x = noise(100_000, 1);
    const once = (): number => runtime.call((_, frame) => frame.input(x) + frame.scratch(1000));
    const first = once();
    const bytes = runtime.heap.bytesInUse;
    for (let i = 0; i < 20; i++) expect(once()).toBe(first);
    expect(runtime.heap.bytesInUse).toBe(bytes);
  });
});

describe("arrays in Wasm memory", () => {
  it("are used in place", () => {
    const array = runtime.heap.from("f32", [1, 2, 3, 4]);
    runtime.call((_, frame) => {
      expect(frame.input(array)).toBe(array.ptr);
      expect(frame.output(array.subarray(1))).toBe(array.ptr + 4);
      expect(frame.inout(array.view)).toBe(array.ptr);
      expect(frame.input(array.view.subarray(3))).toBe(array.ptr + 12);
      at(array.ptr, 4)[0] = 9;
    });
    expect([...array.view]).toEqual([9, 2, 3, 4]);
    runtime.heap.free(array);
  });

  it("must be live, and of this runtime", () => {
    const array = runtime.heap.alloc("f32", 1);
    runtime.heap.free(array);
    expectThrows(() => runtime.call((_, frame) => frame.input(array)), DisposedError, "array");
    const other = Runtime.createSync();
    const foreign = other.heap.alloc("f32", 1);
    expectThrows(() => runtime.call((_, frame) => frame.output(foreign)), RangeError, "array");
    const view = foreign.view.fill(5);
    runtime.call((_, frame) => expect(at(frame.input(view), 1)[0]).toBe(5));
    other.dispose();
  });
});

describe("growth while arguments are placed", () => {
  /** More than memory has free. */
  const more = (): Float32Array => noise(runtime.memory.buffer.byteLength / 4, 3);

  it("keeps what was placed before", () => {
    const [x, resident, out] = [
      noise(1000, 1),
      runtime.heap.from("f32", noise(1000, 2)),
      new Float32Array(4),
    ];
    const big = more();
    const before = runtime.memory.buffer;
    runtime.call((_, frame) => {
      const [xPtr, outPtr, residentPtr] = [frame.input(x), frame.output(out), frame.input(resident)];
      const bigPtr = frame.input(big);
      expect(runtime.memory.buffer).not.toBe(before);
      expect(at(xPtr, 1000)).toEqual(x);
      expect(at(residentPtr, 1000)).toEqual(noise(1000, 2));
      expect(at(bigPtr, big.length)).toEqual(big);
      at(outPtr, 4).fill(6);
    });
    expect([...out]).toEqual([6, 6, 6, 6]);
    runtime.heap.free(resident);
  });

  it("is an error for a view into Wasm memory that it detaches, not garbage", () => {
    const resident = runtime.heap.from("f32", noise(1000, 2));
    const { view } = resident;
    const out = new Float32Array(1);
    const big = more();
    const call = (x: Float32Array): void =>
      runtime.call((_, frame) => {
        at(frame.output(out), 1)[0] = 1;
        frame.input(big);
        expect(frame.input(x as Float32Array<ArrayBuffer>)).toBe(resident.ptr);
      });
    expectThrows(() => call(view), DisposedError, "array");
    expect(out[0]).toBe(0);
    call(resident.view);
    expect(out[0]).toBe(1);
    runtime.heap.free(resident);
  });
});

it("keeps the results of a call apart from those of a call inside it", () => {
  const [outer, inner, failed] = [new Float32Array(2), new Float32Array(2), new Float32Array(2)];
  runtime.call((_, frame) => {
    const outerPtr = frame.output(outer);
    at(outerPtr, 2).fill(1);
    runtime.call((_wasm, within) => at(within.output(inner), 2).fill(2));
    expect([...inner]).toEqual([2, 2]);
    expect([...outer]).toEqual([0, 0]);
    expect(() =>
      runtime.call((_wasm, within) => {
        at(within.output(failed), 2).fill(4);
        throw new Error("inside");
      }),
    ).toThrow("inside");
    at(outerPtr, 2).fill(3);
  });
  expect([...outer]).toEqual([3, 3]);
  expect([...failed]).toEqual([0, 0]);
});
