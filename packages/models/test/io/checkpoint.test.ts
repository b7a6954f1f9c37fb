import { FormatError, RangeError, Runtime } from "@lanewise/core-wasm";
import * as fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  type CheckpointContents,
  loadParameters,
  readCheckpoint,
  readSafetensors,
  writeCheckpoint,
  writeSafetensors,
} from "../../src/io/index.js";
import { Parameter } from "../../src/tensor/tensor.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

const parameters = new Map([
  ["rnn.weight_ih_l0", new Parameter(runtime, [2, 2], [1, 2, 3, 4])],
  ["head.bias", new Parameter(runtime, [2], [5, 6])],
]);

const contents: CheckpointContents = {
  model: "rnn",
  config: { cell: "lstm", hidden: 128, alphabet: 'ab"\\\n\u2028ü😀', dropout: 0.1, none: undefined },
  weights: parameters,
  optimizer: new Map([
    ["m.head.bias", Float32Array.of(0.5, -0.5)],
    ["v.head.bias", Float32Array.of(0.25, 1e-30)],
  ]),
  state: { hidden: { shape: [1, 2], data: Float32Array.of(-1, 1) }, order: Int32Array.of(3, 1, 2) },
  counters: {
    steps: 100,
    seed: 2 ** 53 - 1,
    rate: 0.1 + 0.2,
    tiny: 5e-324,
    stream: { offset: 7, parts: [1, null, "x", true] },
  },
};

describe("a checkpoint", () => {
  it("comes back whole", () => {
    const { model, config, counters, weights, optimizer, state } = readCheckpoint(writeCheckpoint(contents));
    expect(model).toBe("rnn");
    expect(config).toEqual({ cell: "lstm", hidden: 128, alphabet: 'ab"\\\n\u2028ü😀', dropout: 0.1 });
    expect(counters).toEqual(contents.counters);
    expect(Array.from(weights.keys()).toSorted()).toEqual(["head.bias", "rnn.weight_ih_l0"]);
    expect(weights.get("rnn.weight_ih_l0")).toMatchObject({
      dtype: "F32",
      shape: [2, 2],
      data: Float32Array.of(1, 2, 3, 4),
    });
    expect(Array.from(optimizer.keys()).toSorted()).toEqual(["m.head.bias", "v.head.bias"]);
    expect(optimizer.get("v.head.bias")!.data).toEqual(Float32Array.of(0.25, 1e-30));
    expect(state.get("hidden")).toMatchObject({ shape: [1, 2], data: Float32Array.of(-1, 1) });
    expect(state.get("order")!.data).toEqual(Int32Array.of(3, 1, 2));
  });

  it("is a safetensors file in which the weights have their own names", () => {
    const { tensors, metadata } = readSafetensors(writeCheckpoint(contents));
    expect(Array.from(tensors.keys()).toSorted()).toEqual([
      "head.bias",
      "optimizer.m.head.bias",
      "optimizer.v.head.bias",
      "rnn.weight_ih_l0",
      "state.hidden",
      "state.order",
    ]);
    expect(Object.keys(metadata)).toEqual(["config", "counters", "format", "model"]);
    expect(metadata["format"]).toBe("lanewise-checkpoint-v1");
    expect(JSON.parse(metadata["counters"]!)).toEqual(contents.counters);
  });

  it("may hold weights alone", () => {
    const read = readCheckpoint(writeCheckpoint({ model: "rnn", config: {}, weights: parameters }));
    expect(read).toMatchObject({ config: {}, counters: {} });
    expect(read.optimizer.size + read.state.size).toBe(0);
    expect(read.weights.size).toBe(2);
  });

  it("written again is the same, bit for bit", () => {
    const file = writeCheckpoint(contents);
    expect(writeCheckpoint(contents)).toEqual(file);
    expect(writeCheckpoint(readCheckpoint(file))).toEqual(file);
  });

  it("fills the parameters of a new model", () => {
    const fresh = new Map([
      ["rnn.weight_ih_l0", new Parameter(runtime, [2, 2])],
      ["head.bias", new Parameter(runtime, [2])],
    ]);
    loadParameters(fresh, readCheckpoint(writeCheckpoint(contents)).weights);
    for (const [name, parameter] of fresh)
      expect(parameter.toArray()).toEqual(parameters.get(name)!.toArray());
  });

  it("keeps any number and word in its documents", () => {
    const keepable = fc
      .jsonValue({ noUnicodeString: false, maxDepth: 3 })
      .filter((value) => !hasMinusZero(value));
    fc.assert(
      fc.property(keepable, fc.double({ noNaN: true, noDefaultInfinity: true }), (value, number) => {
        fc.pre(!Object.is(number, -0));
        const counters = { value, number };
        expect(readCheckpoint(writeCheckpoint({ ...contents, counters })).counters).toEqual(counters);
      }),
    );
  });
});

function hasMinusZero(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.values(value).some(hasMinusZero);
  return Object.is(value, -0);
}

const circle: Record<string, unknown> = {};
circle["again"] = { circle };

describe("writeCheckpoint", () => {
  it.each<[string, unknown, string]>([
    ["NaN", { a: { b: [1, NaN] } }, "counters.a.b[1]: expected a number that JSON keeps, got NaN"],
    ["infinity", { a: -Infinity }, "counters.a: expected a number that JSON keeps, got -Infinity"],
    ["minus zero", { a: -0 }, "counters.a: expected a number that JSON keeps, got -0"],
    ["a BigInt", { a: 1n }, "counters.a: expected a value that JSON keeps, got bigint"],
    ["a function", { a: () => 1 }, "counters.a: expected a value that JSON keeps, got function"],
    [
      "undefined in an array",
      { a: [undefined] },
      "counters.a[0]: expected a value that JSON keeps, got undefined",
    ],
    ["a hole in an array", { a: Array.from({ length: 1 }) }, "counters.a[0]"],
    ["a typed array", { a: Float32Array.of(1) }, "counters.a: expected a plain object, got Float32Array"],
    ["a Map", { a: new Map() }, "counters.a: expected a plain object, got Map"],
    ["a Date", { a: new Date(0) }, "counters.a: expected a plain object, got Date"],
    ["a toJSON", { a: { toJSON: null } }, "counters.a: expected a plain object"],
    ["a circle", circle, "counters.again.circle: expected no circle"],
    ["an array for an object", [1], "counters: expected an object, got an array"],
  ])("refuses what JSON does not keep: %s", (_title, counters, message) => {
    const write = (): unknown => writeCheckpoint({ ...contents, counters: counters as object });
    expect(write).toThrow(RangeError);
    expect(write).toThrow(message);
  });

  it("takes the same object twice where it is no circle", () => {
    const shared = { a: 1 };
    const { counters } = readCheckpoint(
      writeCheckpoint({ ...contents, counters: { x: shared, y: [shared, shared] } }),
    );
    expect(counters).toEqual({ x: shared, y: [shared, shared] });
  });

  it.each(["optimizer.m", "state.hidden"])("refuses a weight named %s", (name) => {
    expect(() => writeCheckpoint({ ...contents, weights: { [name]: Float32Array.of(1) } })).toThrow(
      RangeError,
    );
  });
});

describe("readCheckpoint", () => {
  const good = { format: "lanewise-checkpoint-v1", model: "rnn", config: "{}", counters: "{}" };

  it("checks the family if asked", () => {
    const file = writeSafetensors({}, good);
    expect(readCheckpoint(file, { model: "rnn" }).model).toBe("rnn");
    expect(() => readCheckpoint(file, { model: "gpt" })).toThrow(FormatError);
    expect(() => readCheckpoint(file, { model: "gpt" })).toThrow(
      '__metadata__.model: expected "gpt", got "rnn"',
    );
  });

  it.each<[string, Record<string, string> | undefined, string]>([
    ["without metadata", undefined, "__metadata__.format: expected a checkpoint's, got nothing"],
    ["of PyTorch", { format: "pt" }, '__metadata__.format: expected "lanewise-checkpoint-v1", got "pt"'],
    ["of another version", { ...good, format: "lanewise-checkpoint-v2" }, 'got "lanewise-checkpoint-v2"'],
    ["without a family", { format: good.format }, "__metadata__.model"],
    ["without a config", { format: good.format, model: "rnn" }, "__metadata__.config"],
    [
      "whose config is no JSON",
      { ...good, config: "{" },
      "__metadata__.config: expected a JSON object, got {",
    ],
    [
      "whose config is an array",
      { ...good, config: "[]" },
      "__metadata__.config: expected a JSON object, got []",
    ],
    [
      "whose counters are null",
      { ...good, counters: "null" },
      "__metadata__.counters: expected a JSON object",
    ],
    [
      "whose counters are a number",
      { ...good, counters: "1" },
      "__metadata__.counters: expected a JSON object",
    ],
    ["whose counters nest without end", { ...good, counters: "[".repeat(1e6) }, "__metadata__.counters"],
  ])("refuses a file %s", (_title, metadata, message) => {
    const file = writeSafetensors({ x: Float32Array.of(1) }, metadata);
    expect(() => readCheckpoint(file)).toThrow(FormatError);
    expect(() => readCheckpoint(file)).toThrow(message);
  });
});
