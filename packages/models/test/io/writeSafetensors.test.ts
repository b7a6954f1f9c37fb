import { DTypeError, RangeError, Runtime, ShapeError } from "@lanewise/core-wasm";
import { afterAll, describe, expect, it } from "vitest";
import { bfloat16Bits, readSafetensors, type TensorSource, writeSafetensors } from "../../src/io/index.js";
import { Parameter } from "../../src/tensor/tensor.js";
import { headerOf } from "./files.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

describe("writeSafetensors", () => {
  it("lays tensors out by descending alignment, then by code points", () => {
    const byte = Uint8Array.of(1);
    const file = writeSafetensors({
      "\u{1f600}": byte,
      "\uffee": byte,
      10: byte,
      9: byte,
      b: Float32Array.of(1),
      a: Float32Array.of(1),
      half: { dtype: "F16", shape: [1], data: Float32Array.of(1) },
      double: Float64Array.of(1),
      flag: { dtype: "BOOL", shape: [1], data: byte },
    });
    const order = ["double", "a", "b", "half", "10", "9", "\uffee", "\u{1f600}", "flag"];
    expect(Array.from(readSafetensors(file).tensors.keys())).toEqual(order);
    const header = headerOf(file);
    const places = order.map((name) => header.indexOf(`"${name}":`));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("takes parameters, arrays in Wasm memory, and plain arrays", () => {
    const parameter = new Parameter(runtime, [2, 1], [1, 2]);
    const ids = runtime.heap.from("i32", [3, -4]);
    const file = writeSafetensors(
      new Map<string, TensorSource>([
        ["parameter", parameter],
        ["ids", ids],
        ["shaped", { shape: [1, 2], data: ids }],
        ["rounded", { dtype: "BF16", shape: [2], data: parameter.array }],
      ]),
    );
    const { tensors } = readSafetensors(file);
    expect(tensors.get("parameter")).toMatchObject({
      dtype: "F32",
      shape: [2, 1],
      data: Float32Array.of(1, 2),
    });
    expect(tensors.get("ids")).toMatchObject({ dtype: "I32", shape: [2], data: Int32Array.of(3, -4) });
    expect(tensors.get("shaped")).toMatchObject({ dtype: "I32", shape: [1, 2] });
    expect(tensors.get("rounded")!.toFloat32()).toEqual(Float32Array.of(1, 2));
  });

  it("rounds floats to any float type, once", () => {
    const values = Float64Array.of(1 / 3, 1 + 2 ** -8 + 2 ** -40, -1e-30);
    const narrow = (dtype: "F64" | "F32" | "BF16"): unknown =>
      readSafetensors(writeSafetensors({ x: { dtype, shape: [3], data: values } })).tensors.get("x")!.data;
    expect(narrow("F64")).toEqual(values);
    expect(narrow("F32")).toEqual(Float32Array.from(values));
    expect(narrow("BF16")).toEqual(Uint16Array.from(values, bfloat16Bits));
    expect(bfloat16Bits(values[1]!)).toBe(0x3f81);
    expect(
      readSafetensors(
        writeSafetensors({ x: { dtype: "F64", shape: [1], data: Float32Array.of(0.1) } }),
      ).tensors.get("x")!.data,
    ).toEqual(Float64Array.of(Math.fround(0.1)));
  });

  it("takes part of a buffer", () => {
    const part = Float32Array.of(1, 2, 3, 4).subarray(1, 3);
    expect(readSafetensors(writeSafetensors({ x: part })).tensors.get("x")!.data).toEqual(
      Float32Array.of(2, 3),
    );
  });

  it("leaves the metadata out if there is none, and an empty one in", () => {
    expect(headerOf(writeSafetensors({}))).toBe("{}      ");
    expect(headerOf(writeSafetensors({}, {})).trimEnd()).toBe('{"__metadata__":{}}');
  });

  const two = Float32Array.of(1, 2);
  it.each<
    [
      string,
      Record<string, unknown>,
      Record<string, unknown> | undefined,
      new (...args: never[]) => Error,
      RegExp,
    ]
  >([
    ["a name that is taken", { __metadata__: two }, undefined, RangeError, /__metadata__/],
    ["half of a surrogate pair", { "\ud800": two }, undefined, RangeError, /Unicode/],
    ["half of a surrogate pair in the metadata", {}, { a: "\udc00" }, RangeError, /metadata "a".*Unicode/],
    ["half of a surrogate pair in a key", {}, { "\udc00": "a" }, RangeError, /Unicode/],
    ["metadata that is no string", {}, { a: 1 }, DTypeError, /metadata "a": expected a string, got 1/],
    [
      "too few elements",
      { x: { shape: [3], data: two } },
      undefined,
      ShapeError,
      /tensor "x" data: expected 3 elements.*got 2/,
    ],
    ["a fractional shape", { x: { shape: [1.5], data: two } }, undefined, ShapeError, /whole numbers.*1.5/],
    ["a negative shape", { x: { shape: [-1, -2], data: two } }, undefined, ShapeError, /whole numbers/],
    [
      "an overflowing shape",
      { x: { shape: [2 ** 52, 2 ** 52, 0], data: new Float32Array(0) } },
      undefined,
      ShapeError,
      /2\^53/,
    ],
    ["no shape", { x: { data: two } }, undefined, ShapeError, /undefined/],
    [
      "an element type that is none",
      { x: { dtype: "F8", shape: [2], data: two } },
      undefined,
      DTypeError,
      /BF16.*got F8/,
    ],
    [
      "an element type off the prototype",
      { x: { dtype: "toString", shape: [2], data: two } },
      undefined,
      DTypeError,
      /toString/,
    ],
    [
      "floats as whole numbers",
      { x: { dtype: "I32", shape: [2], data: two } },
      undefined,
      DTypeError,
      /Int32Array for I32, got Float32Array/,
    ],
    [
      "whole numbers as floats",
      { x: { dtype: "F32", shape: [2], data: Int32Array.of(1, 2) } },
      undefined,
      DTypeError,
      /Float32Array.*Int32Array/,
    ],
    [
      "bits as float32",
      { x: { dtype: "F32", shape: [2], data: Uint16Array.of(1, 2) } },
      undefined,
      DTypeError,
      /F32/,
    ],
    ["a plain array", { x: { shape: [2], data: [1, 2] } }, undefined, DTypeError, /typed array/],
    [
      "a DataView",
      { x: { shape: [1], data: new DataView(new ArrayBuffer(1)) } },
      undefined,
      DTypeError,
      /typed array/,
    ],
  ])("refuses %s", (_title, tensors, metadata, type, message) => {
    const write = (): unknown =>
      writeSafetensors(tensors as Record<string, TensorSource>, metadata as Record<string, string>);
    expect(write).toThrow(type);
    expect(write).toThrow(message);
  });

  it("refuses a header beyond 100 MB", () => {
    expect(() => writeSafetensors({}, { a: "x".repeat(100_000_000) })).toThrow(RangeError);
  });
});

describe("readSafetensors", () => {
  it("takes an ArrayBuffer, and a view within one", () => {
    const file = writeSafetensors({ x: Float32Array.of(1) });
    expect(readSafetensors(file.buffer).tensors.get("x")!.data).toEqual(Float32Array.of(1));
  });

  it.skipIf(typeof SharedArrayBuffer === "undefined")("takes shared memory", () => {
    const file = writeSafetensors({ ü: Float32Array.of(1) });
    const shared = new Uint8Array(new SharedArrayBuffer(file.length));
    shared.set(file);
    expect(readSafetensors(shared).tensors.get("ü")!.toFloat32()).toEqual(Float32Array.of(1));
  });

  it.each([
    ["a string"],
    [new Float32Array(4)],
    [new DataView(new ArrayBuffer(9))],
    [[1, 2]],
    [null],
    [undefined],
  ])("refuses what is no array of bytes: %s", (bytes) => {
    expect(() => readSafetensors(bytes as unknown as Uint8Array)).toThrow(DTypeError);
  });
});
