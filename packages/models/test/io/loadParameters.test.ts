import { DisposedError, FormatError, Runtime, ShapeError } from "@lanewise/core-wasm";
import { afterAll, describe, expect, it } from "vitest";
import { loadParameters, readSafetensors, type TensorSources, writeSafetensors } from "../../src/io/index.js";
import { Parameter } from "../../src/tensor/tensor.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

function model(): Map<string, Parameter> {
  return new Map([
    ["weight", new Parameter(runtime, [2, 3], [1, 2, 3, 4, 5, 6])],
    ["bias", new Parameter(runtime, [3], [7, 8, 9])],
    ["scale", new Parameter(runtime, [], [10])],
  ]);
}

function valuesOf(parameters: ReadonlyMap<string, Parameter>): number[] {
  return Array.from(parameters.values()).flatMap((parameter) => Array.from(parameter.toArray()));
}

const before = valuesOf(model());
const weight = { shape: [2, 3], data: Float32Array.of(-1, -2, -3, -4, -5, -6) };
const bias = { shape: [3], data: Float32Array.of(-7, -8, -9) };
const scale = { shape: [], data: Float32Array.of(-10) };

function load(
  parameters: ReadonlyMap<string, Parameter>,
  tensors: TensorSources,
  options?: { strict: boolean },
): unknown {
  return loadParameters(parameters, readSafetensors(writeSafetensors(tensors)), options);
}

describe("loadParameters", () => {
  it("writes every parameter", () => {
    const parameters = model();
    expect(load(parameters, { weight, bias, scale })).toEqual({ missing: [], unexpected: [] });
    expect(valuesOf(parameters)).toEqual(before.map((x) => -x));
  });

  it("takes a file or its tensors", () => {
    const parameters = model();
    loadParameters(parameters, readSafetensors(writeSafetensors({ weight, bias, scale })).tensors);
    expect(valuesOf(parameters)).toEqual(before.map((x) => -x));
  });

  it("brings back what was written, bit for bit", () => {
    const bits = Uint32Array.of(0x7fc12345, 0x80000000, 1, 0x7f800000, 0x3dcccccd, 0xff7fffff);
    const parameters = new Map([["x", new Parameter(runtime, [6], new Float32Array(bits.buffer))]]);
    const again = new Map([["x", new Parameter(runtime, [6])]]);
    const written = parameters.get("x")!.toArray();
    load(again, parameters);
    expect(new Uint32Array(again.get("x")!.toArray().buffer)).toEqual(new Uint32Array(written.buffer));
  });

  it.each(["F16", "BF16", "F64"] as const)("converts from %s", (dtype) => {
    const parameters = model();
    load(parameters, { weight: { ...weight, dtype }, bias: { ...bias, dtype }, scale: { ...scale, dtype } });
    expect(valuesOf(parameters)).toEqual(before.map((x) => -x));
  });

  it("converts from whole numbers", () => {
    const parameters = new Map([
      ["a", new Parameter(runtime, [2])],
      ["b", new Parameter(runtime, [2])],
    ]);
    load(parameters, { a: BigInt64Array.of(-3n, 4n), b: Uint8Array.of(200, 1) });
    expect(valuesOf(parameters)).toEqual([-3, 4, 200, 1]);
  });

  it("names what is missing and what is unexpected, and writes nothing", () => {
    const parameters = model();
    const attempt = (): unknown => load(parameters, { weight, extra: bias, "other.bias": bias });
    expect(attempt).toThrow(FormatError);
    expect(attempt).toThrow(
      'tensors: expected "bias", "scale" among them and no "extra", "other.bias", got 2 missing, 2 unexpected',
    );
    expect(valuesOf(parameters)).toEqual(before);
    expect(() => load(parameters, { weight, bias })).toThrow(
      'tensors: expected "scale" among them, got 1 missing, 0 unexpected',
    );
    expect(() => load(parameters, { weight, bias, scale, x: bias })).toThrow(
      'tensors: expected no "x", got 0 missing, 1 unexpected',
    );
  });

  it("shortens a long list of names", () => {
    const tensors = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`layer${i}`, bias]));
    expect(() => load(new Map(), tensors)).toThrow(/"layer0".* and 20 more, got 0 missing, 30 unexpected/);
  });

  it("not strict, loads what there is and tells the rest", () => {
    const parameters = model();
    const result = load(parameters, { bias, extra: weight }, { strict: false });
    expect(result).toEqual({ missing: ["weight", "scale"], unexpected: ["extra"] });
    expect(valuesOf(parameters)).toEqual([1, 2, 3, 4, 5, 6, -7, -8, -9, 10]);
  });

  it.each([true, false])("checks every shape before it writes (strict: %s)", (strict) => {
    const parameters = model();
    const transposed = { ...weight, shape: [3, 2] };
    const attempt = (): unknown =>
      load(parameters, { weight: transposed, bias, scale: { ...scale, shape: [1] } }, { strict });
    expect(attempt).toThrow(ShapeError);
    expect(attempt).toThrow(
      'tensors: expected "weight" of [2, 3], not [3, 2], "scale" of [], not [1], got 2 of another shape',
    );
    expect(valuesOf(parameters)).toEqual(before);
  });

  it("checks the shape of a single tensor", () => {
    const parameters = model();
    const attempt = (): unknown => load(parameters, { weight, bias: { ...bias, shape: [1, 3] }, scale });
    expect(attempt).toThrow('tensors: expected "bias" of [3], not [1, 3], got 1 of another shape');
    expect(valuesOf(parameters)).toEqual(before);
  });

  it("notices a parameter that is gone before it writes", () => {
    const parameters = model();
    parameters.get("scale")!.dispose();
    expect(() => load(parameters, { weight, bias, scale })).toThrow(DisposedError);
    expect(parameters.get("weight")!.toArray()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });
});
