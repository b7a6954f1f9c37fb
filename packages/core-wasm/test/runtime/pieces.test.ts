import { afterAll, describe, expect, it } from "vitest";
import {
  activationInto,
  add,
  addInto,
  addRow,
  addRowInto,
  DisposedError,
  type KernelArray,
  mulAddInto,
  Runtime,
  softmax,
  softmaxInto,
} from "../../src/index.js";
import { noise } from "../variants.js";
import { expectThrows } from "./errors.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

/** Several pieces, and a tail. */
const n = 300_003;
const [a, b] = [noise(n, 1, 3), noise(n, 2, 3)];

/** How many rows each piece has. The pieces must be the arrays' rows, one after the other. */
function pieces(count: number, ...arrays: KernelArray<"f32">[]): number[] {
  const counts: number[] = [];
  let begin = 0;
  runtime.callByRows({ count, nanoseconds: 0, input: arrays }, (_, { input }, n) => {
    for (const [i, array] of arrays.entries()) {
      const cols = array.length / Math.max(count, 1);
      const rows = array.subarray(begin * cols, (begin + n) * cols);
      const expected = "view" in rows ? rows.view : rows;
      expect(new Float32Array(runtime.memory.buffer, input[i], n * cols)).toEqual(new Float32Array(expected));
    }
    begin += n;
    counts.push(n);
  });
  return counts;
}

describe("a call by rows", () => {
  it("goes through all rows of large typed arrays, a cacheful at a time", () => {
    const counts = pieces(n, a, b);
    expect(counts.length).toBeGreaterThan(3);
    expect(counts.reduce((x, y) => x + y)).toBe(n);
    for (const count of counts.slice(0, -1)) expect(count % 4).toBe(0);
    expect(pieces(3, a, new Float32Array(3))).toEqual([1, 1, 1]);
  });

  it("is one call where little is copied, or nothing", () => {
    expect(pieces(1000, a.subarray(0, 1000))).toEqual([1000]);
    expect(pieces(0, new Float32Array(0))).toEqual([0]);
    const resident = runtime.heap.alloc("f32", n);
    expect(pieces(n, resident, resident)).toEqual([n]);
    expect(pieces(n, resident.view)).toEqual([n]);
    runtime.heap.free(resident);
  });

  it("is one call where an array is a shifted other", () => {
    const x = noise(n + 1, 3);
    expect(pieces(n, x.subarray(1), x.subarray(0, n))).toEqual([n]);
    expect(pieces(n, x.subarray(1), x.subarray(1)).length).toBeGreaterThan(1);
    const expected = add(x.slice(0, n), b, { runtime });
    addInto(x.subarray(1), x.subarray(0, n), b, { runtime });
    expect(x.subarray(1)).toEqual(expected);
  });

  it("does not let a row that is added change on the way", () => {
    const [rows, cols] = [3000, 101];
    const x = noise(rows * cols, 4);
    const expected = addRow(x, x.slice(0, cols), { rows, cols, runtime });
    addRowInto(x, x, x.subarray(0, cols), { rows, cols, runtime });
    expect(x).toEqual(expected);
  });

  it("is one call where a view into Wasm memory could be detached on the way", () => {
    const small = Runtime.createSync({ variant: "simd" });
    const resident = small.heap.from("f32", a);
    addInto(resident.view, resident.view, b, { runtime: small });
    expect(resident.toArray()).toEqual(add(a, b, { runtime }));
    small.dispose();
  });

  it("writes nothing where a view was detached", () => {
    const small = Runtime.createSync({ variant: "simd" });
    const [resident, out] = [small.heap.from("f32", a), new Float32Array(n).fill(7)];
    expectThrows(() => addInto(out, b, resident.view, { runtime: small }), DisposedError, "array");
    expect(out).toEqual(new Float32Array(n).fill(7));
    small.dispose();
  });

  it("gives the bits of resident arrays, and of a mixture", () => {
    const [residentA, residentOut] = [runtime.heap.from("f32", a), runtime.heap.alloc("f32", n)];
    const out = new Float32Array(n);
    activationInto(out, a, { kind: "exp", runtime });
    activationInto(residentOut, residentA, { kind: "exp" });
    expect(residentOut.toArray()).toEqual(out);
    addInto(residentOut, residentA, b);
    expect(add(a, b, { runtime })).toEqual(residentOut.toArray());
    const sums = b.slice();
    residentOut.set(b);
    mulAddInto(sums, residentA, b);
    mulAddInto(residentOut, residentA, b);
    expect(sums).toEqual(residentOut.toArray());
    const shape = { rows: 100_001, cols: 3 };
    softmaxInto(residentOut, residentA, shape);
    expect(softmax(a, { ...shape, runtime })).toEqual(residentOut.toArray());
    for (const array of [residentA, residentOut]) runtime.heap.free(array);
  });

  it("takes little of Wasm memory", () => {
    const small = Runtime.createSync({ variant: "simd" });
    const x = noise(2_000_000, 5);
    addInto(x, x, x, { runtime: small });
    expect(small.memory.buffer.byteLength).toBeLessThan(4 << 20);
    small.dispose();
  });
});
