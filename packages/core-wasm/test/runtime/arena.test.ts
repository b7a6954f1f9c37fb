import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  Arena,
  type ArenaMark,
  DisposedError,
  RangeError,
  Runtime,
  type WasmArray,
} from "../../src/index.js";
import { expectThrows } from "./errors.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

describe("alloc", () => {
  it("is aligned to 64, and takes memory in chunks", () => {
    const arena = new Arena(runtime.heap, 4096);
    expect(arena.bytesReserved).toBe(0);
    for (const length of [0, 1, 16, 17, 100]) expect(arena.alloc("f32", length).ptr % 64).toBe(0);
    expect(arena.bytesReserved).toBe(4096);
    const large = arena.alloc("u8", 10_000);
    expect(large.length).toBe(10_000);
    expect(arena.bytesReserved).toBeGreaterThanOrEqual(14_096);
    arena.dispose();
  });

  it("copies what `from` is given", () => {
    const array = runtime.arena.from("f64", [1.5, -2]);
    expect([...array.view]).toEqual([1.5, -2]);
    runtime.arena.reset();
  });

  it.each([-1, 0.5, NaN])("refuses %s elements", (length) => {
    expectThrows(() => runtime.arena.alloc("f32", length), RangeError, "length");
    expectThrows(() => runtime.arena.allocBytes(length), RangeError, "length");
  });
});

describe("mark and release", () => {
  it("drops what came since, and nothing else", () => {
    const arena = new Arena(runtime.heap, 1024);
    const kept = arena.from("i32", [1, 2, 3]);
    const outer = arena.mark();
    const a = arena.alloc("f32", 1000);
    const inner = arena.mark();
    const b = arena.alloc("f32", 1000);
    arena.release(inner);
    expectThrows(() => b.view, DisposedError, "array");
    expect(a.view.length).toBe(1000);
    arena.release(outer);
    expectThrows(() => a.view, DisposedError, "array");
    expect([...kept.view]).toEqual([1, 2, 3]);
    arena.release(outer);
    expect(arena.alloc("f32", 1).ptr).toBe(kept.ptr + 64);
    arena.dispose();
  });

  it("uses the same places again: a step that repeats reserves nothing", () => {
    const arena = new Arena(runtime.heap, 2048);
    const step = (): number[] => {
      const mark = arena.mark();
      const places = [10, 700, 3, 5000, 90, 1].map((length) => arena.alloc("f32", length).ptr);
      arena.release(mark);
      return places;
    };
    const first = step();
    const [reserved, bytes] = [arena.bytesReserved, runtime.memory.buffer.byteLength];
    for (let i = 0; i < 50; i++) expect(step()).toEqual(first);
    expect(arena.bytesReserved).toBe(reserved);
    expect(runtime.memory.buffer.byteLength).toBe(bytes);
    arena.dispose();
  });

  it("refuses a mark that an earlier one has overtaken", () => {
    const arena = new Arena(runtime.heap, 4096);
    const start = arena.mark();
    arena.alloc("u8", 1);
    const stale = arena.mark();
    arena.release(start);
    expectThrows(() => arena.release(stale), RangeError, "mark");
    const [a, b] = [arena.alloc("u8", 500), arena.alloc("u8", 500)];
    expectThrows(() => arena.release(stale), RangeError, "mark");
    expect(a.view.length + b.view.length).toBe(1000);
    const other = new Arena(runtime.heap, 4096);
    other.alloc("u8", 1);
    expectThrows(() => arena.release(other.mark()), RangeError, "mark");
    arena.dispose();
    other.dispose();
  });

  it("resets to the start", () => {
    const arena = new Arena(runtime.heap, 512);
    const arrays = [300, 300, 300].map((length) => arena.alloc("u8", length));
    const reserved = arena.bytesReserved;
    arena.reset();
    for (const array of arrays) expectThrows(() => array.ptr, DisposedError, "array");
    expect(arena.alloc("u8", 300).ptr).toBe(arrays[0]!.allocation.ptr);
    expect(arena.bytesReserved).toBe(reserved);
    arena.dispose();
  });
});

describe("dispose", () => {
  it("gives the memory back to the heap, once", () => {
    const before = runtime.heap.bytesInUse;
    const arena = new Arena(runtime.heap, 4096);
    const array = arena.alloc("u8", 10_000);
    expect(runtime.heap.bytesInUse).toBeGreaterThan(before);
    arena.dispose();
    arena.dispose();
    expect(runtime.heap.bytesInUse).toBe(before);
    expect(arena.bytesReserved).toBe(0);
    expectThrows(() => array.view, DisposedError, "array");
    expectThrows(() => arena.alloc("u8", 1), DisposedError, "arena");
    arena.reset();
  });
});

const steps = fc.array(fc.oneof(fc.nat(2000), fc.constant("mark"), fc.constant("release")), {
  maxLength: 100,
});

it("never lets two live arrays overlap, whatever is marked and released", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const arena = new Arena(runtime.heap, 1024);
      const marks: { mark: ArenaMark; count: number }[] = [];
      const live: { array: WasmArray<"u8">; tag: number }[] = [];
      sequence.forEach((step, index) => {
        if (typeof step === "number") {
          const tag = index % 256;
          const array = arena.alloc("u8", step);
          array.view.fill(tag);
          live.push({ array, tag });
        } else if (step === "mark") marks.push({ mark: arena.mark(), count: live.length });
        else {
          const back = marks.pop();
          if (!back) return;
          arena.release(back.mark);
          for (const { array } of live.splice(back.count)) expect(() => array.view).toThrow(DisposedError);
        }
      });
      for (const { array, tag } of live) expect(array.view.every((byte) => byte === tag)).toBe(true);
      arena.dispose();
    }),
  );
});
