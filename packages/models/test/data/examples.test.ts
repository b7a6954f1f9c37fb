import { defaultRuntime, RangeError, ShapeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { expect, it } from "vitest";
import { asFloats, countRows, gatherRows, hashFinite } from "../../src/data/index.js";

it("gathers rows of any width in any order", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 12 }),
      (cols, order) => {
        const x = Float32Array.from({ length: 9 * cols }, (_, i) => i);
        const out = new Float32Array(order.length * cols);
        gatherRows(out, x, cols, order);
        expect([...out]).toEqual(order.flatMap((row) => [...x.subarray(row * cols, (row + 1) * cols)]));
      },
    ),
  );
});

it("tells numbers from others, and finds those that are not finite", () => {
  const numbers = Float32Array.of(0, 1, -2.5, 3e38, 1e-45);
  expect(hashFinite("x", numbers)).toBe(hashFinite("x", numbers.slice()));
  const others = [
    Float32Array.of(1, 0, -2.5, 3e38, 1e-45),
    numbers.subarray(1),
    Float32Array.of(-0, 1, -2.5, 3e38, 1e-45),
  ];
  for (const other of others) expect(hashFinite("x", other)).not.toBe(hashFinite("x", numbers));
  for (const bad of [NaN, Infinity, -Infinity]) {
    expect(() => hashFinite("x", Float32Array.of(1, 2, bad))).toThrow(RangeError);
    expect(() => hashFinite("x", Float32Array.of(1, 2, bad))).toThrow("x[2]: expected a finite number");
  }
  expect(hashFinite("x", new Float32Array(0))).toBe(0x811c9dc5);
});

it("takes Float32Arrays as they are, and copies lists, and views of Wasm memory, which may be detached", () => {
  const { heap } = defaultRuntime();
  const own = Float32Array.of(1, 2);
  expect(asFloats(own, heap)).toBe(own);
  expect(asFloats([1, 2.5], heap)).toEqual(Float32Array.of(1, 2.5));
  expect(asFloats(Uint8Array.of(1, 255), heap)).toEqual(Float32Array.of(1, 255));
  const array = heap.from("f32", [3, 4]);
  const copy = asFloats(array.view, heap);
  array.set([5, 6]);
  expect(copy).toEqual(Float32Array.of(3, 4));
  heap.free(array);
});

it("counts rows", () => {
  expect(countRows("x", new Float32Array(12), 3)).toBe(4);
  expect(countRows("x", [], 3)).toBe(0);
  expect(() => countRows("x", new Float32Array(13), 3)).toThrow(ShapeError);
});
