import { expect, it } from "vitest";
import {
  clipGradNorm,
  containerMaxArea,
  OutOfMemoryError,
  packMatrix,
  Runtime,
  sum,
  WasmArray,
} from "../../src/index.js";

it("reaches beyond 2 GiB, where addresses no longer fit a signed integer", () => {
  const runtime = Runtime.createSync();
  runtime.heap.allocBytes(2.5 * 2 ** 30); // untouched, so the system backs it with nothing
  const heights = runtime.heap.from("u32", [1, 8, 6, 2, 5, 4, 8, 3, 7]);
  expect(heights.ptr).toBeGreaterThan(2 ** 31);
  expect(containerMaxArea(heights)).toEqual({ area: 49, left: 1, right: 8 });
  expect(containerMaxArea(heights.view, { runtime })).toEqual({ area: 49, left: 1, right: 8 });
  expect(containerMaxArea(heights.toArray(), { runtime })).toEqual({ area: 49, left: 1, right: 8 });
  runtime.dispose();
});

it("hands out no address that is the last: what lies behind an array's end has one too", () => {
  const runtime = Runtime.createSync();
  // Blocks of ever smaller classes, until not even the least one fits.
  let last = runtime.heap.allocBytes(64);
  for (let bytes = 2 ** 31; bytes >= 64; bytes /= 2) {
    try {
      for (;;) last = runtime.heap.allocBytes(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(OutOfMemoryError);
    }
  }
  expect(last.ptr + last.bytes).toBe(runtime.memory.maximumBytes);
  expect(runtime.memory.maximumBytes).toBeLessThan(2 ** 32);
  const ones = new WasmArray(last, "f32", 16);
  ones.view.fill(1);
  expect(sum(ones)).toBe(16);
  expect(clipGradNorm([ones], { maxNorm: 1 })).toBe(4);
  runtime.dispose();
});

it("packs no matrix that memory cannot hold: a column takes the room of eight", () => {
  const runtime = Runtime.createSync();
  const column = new Float32Array(2 ** 27); // eight of them take 2³² bytes
  expect(() => packMatrix(column, { k: 2 ** 27, n: 1, runtime })).toThrow(OutOfMemoryError);
  expect(runtime.heap.bytesInUse).toBe(0);
  runtime.dispose();
});
