import { expect, it } from "vitest";
import {
  checkArray,
  checkCounts,
  checkFlags,
  checkFloat,
  checkInteger,
  checkNumber,
  DisposedError,
  DTypeError,
  FormatError,
  LanewiseError,
  OutOfMemoryError,
  RangeError,
  ShapeError,
  UnsupportedError,
} from "../../src/index.js";
import { expectThrows } from "./errors.js";

it("names the argument, what was expected and what came", () => {
  for (const type of [
    ShapeError,
    DTypeError,
    RangeError,
    FormatError,
    DisposedError,
    UnsupportedError,
    OutOfMemoryError,
  ]) {
    const cause = new Error("below");
    const error = new type("x", "this", "that", { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toBeInstanceOf(LanewiseError);
    expect(error.name).toBe(type.name);
    expect(error).toMatchObject({ argument: "x", expected: "this", received: "that", cause });
    expect(error.message).toBe("x: expected this, got that");
    expect(String(error)).toBe(`${type.name}: x: expected this, got that`);
  }
});

it.each([
  ["a string", "a string"],
  ["x".repeat(81), `${"x".repeat(77)}...`],
  [3.5, "3.5"],
  [-0, "0"],
  [NaN, "NaN"],
  [7n, "7"],
  [undefined, "undefined"],
  [null, "null"],
  [new Float64Array(2), "Float64Array"],
  [[1, 2], "Array"],
  [{}, "Object"],
  [Object.create(null), "an object"],
  [() => 1, "a function"],
  [Symbol("s"), "Symbol(s)"],
])("describes what came: %s", (value, described) => {
  expect(new RangeError("x", "nothing", value).received).toBe(described);
});

it("checks an array's element type, then its length", () => {
  const x = new Float32Array(6);
  checkArray("x", x, "f32", 6);
  const dtype = expectThrows(() => checkArray("x", new Float64Array(6) as never, "f32", 6), DTypeError, "x");
  expect(dtype.expected).toBe('Float32Array or WasmArray<"f32">');
  expect(dtype.received).toBe("Float64Array");
  const shape = expectThrows(() => checkArray("x", x, "f32", 8, "rows × cols"), ShapeError, "x");
  expect(shape.expected).toBe("8 elements (rows × cols)");
  expect(shape.received).toBe("6 elements");
  for (const other of [
    [0, 0],
    undefined,
    null,
    "xx",
    new ArrayBuffer(24),
    new DataView(new ArrayBuffer(8)),
  ]) {
    expectThrows(() => checkArray("x", other as never, "f32", 6), DTypeError, "x");
  }
});

it("checks numbers", () => {
  checkCounts({ rows: 0, cols: 2 ** 32 - 1 });
  for (const bad of [-1, 0.5, NaN, Infinity, 2 ** 32, "3" as never, undefined as never]) {
    expectThrows(() => checkCounts({ rows: 1, cols: bad }), RangeError, "cols");
  }
  checkInteger("k", 5, 5, 5);
  expectThrows(() => checkInteger("k", 4, 5), RangeError, "k");
  checkNumber("p", 0.5, 0, 1);
  for (const bad of [-0.1, 1.1, NaN, Infinity, -Infinity, "0" as never]) {
    expectThrows(() => checkNumber("p", bad, 0, 1), RangeError, "p");
  }
  for (const good of [0, NaN, -Infinity]) checkFloat("scale", good);
  for (const bad of [undefined, null, "1", 1n]) {
    expectThrows(() => checkFloat("scale", bad as never), RangeError, "scale");
  }
  checkFlags({ accumulate: false, reverse: true });
  for (const bad of [undefined, null, 1, "true"]) {
    expectThrows(() => checkFlags({ accumulate: false, reverse: bad as never }), RangeError, "reverse");
  }
});
