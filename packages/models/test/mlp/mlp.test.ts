import {
  DisposedError,
  FormatError,
  RangeError,
  Runtime,
  ShapeError,
  UnsupportedError,
} from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { readSafetensors, writeCheckpoint } from "../../src/io/index.js";
import { Mlp, type MlpOptions } from "../../src/mlp/index.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const small: MlpOptions = { inputs: 3, hidden: [5, 4], outputs: 3, seed: 1 };

/** The sums of the last layer in float64: tanh between the layers. */
function plainLogits(model: Mlp, x: Float32Array): number[][] {
  const { inputs, hidden, outputs } = model.config;
  const widths = [inputs, ...hidden, outputs];
  const weights = model.weights();
  return Array.from({ length: x.length / inputs }, (_, row) => {
    let h = [...x.subarray(row * inputs, (row + 1) * inputs)];
    for (let layer = 0; layer + 1 < widths.length; layer++) {
      const [w, b] = [weights.get(`layers.${layer}.weight`)!, weights.get(`layers.${layer}.bias`)!];
      h = Array.from({ length: widths[layer + 1]! }, (_, j) => {
        const sum = h.reduce((all, value, p) => all + value * w[j * h.length + p]!, b[j]!);
        return layer + 2 < widths.length ? Math.tanh(sum) : sum;
      });
    }
    return h;
  });
}

describeVariants("Mlp", (runtime) => {
  it("computes what its equations say, for rows in any number", async () => {
    const model = await Mlp.create({ ...small, activation: "tanh", runtime });
    model.setWeights({
      "layers.0.bias": noise(5, 1),
      "layers.1.bias": noise(4, 2),
      "layers.2.bias": noise(3, 3),
    });
    for (const rows of [0, 1, 3, 4, 1025]) {
      const x = noise(3 * rows, 7, 2);
      const logits = plainLogits(model, x);
      const softmax = logits.map((row) => {
        const powers = row.map(Math.exp);
        return powers.map((power) => power / powers.reduce((sum, other) => sum + other, 0));
      });
      expectClose(model.logits(x), logits.flat(), { relative: 1e-5, absolute: 1e-5 });
      expectClose(model.predict(x), softmax.flat(), { relative: 1e-5, absolute: 1e-6 });
      expect([...model.classify(x)]).toEqual(logits.map((row) => row.indexOf(Math.max(...row))));
      const [first, second] = model.activations(x);
      expect([first!.length, second!.length]).toEqual([5 * rows, 4 * rows]);
    }
    model.dispose();
  });

  it("gives answers for one output, and numbers for a regression", async () => {
    const x = noise(30, 1);
    const answers = await Mlp.create({ ...small, outputs: 1, activation: "tanh", runtime });
    expect(answers.config.task).toBe("binary");
    const logits = plainLogits(answers, x).flat();
    expectClose(
      answers.predict(x),
      logits.map((z) => 1 / (1 + Math.exp(-z))),
      { relative: 1e-5 },
    );
    expect([...answers.classify(x)]).toEqual(logits.map((z) => Number(z >= 0)));
    const numbers = await Mlp.create({
      ...small,
      outputs: 2,
      activation: "tanh",
      task: "regression",
      runtime,
    });
    expectClose(numbers.predict(x), plainLogits(numbers, x).flat(), { relative: 1e-5, absolute: 1e-6 });
    expect(() => numbers.classify(x)).toThrow(UnsupportedError);
    answers.dispose();
    numbers.dispose();
  });

  it("evaluates as float64 does", async () => {
    const x = noise(3 * 1500, 4, 2);
    const classes = await Mlp.create({ ...small, activation: "tanh", runtime });
    const y = Int32Array.from({ length: 1500 }, (_, i) => (i * i) % 3);
    const logits = plainLogits(classes, x);
    const losses = logits.map(
      (row, i) => Math.log(row.reduce((sum, z) => sum + Math.exp(z), 0)) - row[y[i]!]!,
    );
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const right = logits.map((row, i) => Number(row.indexOf(Math.max(...row)) === y[i]));
    const result = await classes.evaluate({ x, y });
    expect(result).toEqual({ examples: 1500, loss: expect.closeTo(mean(losses), 5), accuracy: mean(right) });
    const classWeights = [1, 0, 3];
    const weights = [...y].map((target) => classWeights[target]!);
    const weighted = mean(losses.map((loss, i) => loss * weights[i]!)) / mean(weights);
    expect((await classes.evaluate({ x, y }, { classWeights })).loss).toBeCloseTo(weighted, 5);
    classes.dispose();

    const numbers = await Mlp.create({
      ...small,
      activation: "tanh",
      outputs: 2,
      task: "regression",
      runtime,
    });
    const wanted = noise(3000, 9, 3);
    const guesses = plainLogits(numbers, x).flat();
    const squares = mean([...wanted].map((value, i) => (guesses[i]! - value) ** 2));
    const means = [0, 1].map((column) => mean([...wanted].filter((_, i) => i % 2 === column)));
    const spread = mean([...wanted].map((value, i) => (value - means[i % 2]!) ** 2));
    expect(await numbers.evaluate({ x, y: wanted })).toEqual({
      examples: 1500,
      loss: expect.closeTo(squares, 4),
      r2: expect.closeTo(1 - squares / spread, 5),
    });
    const constant = { x: x.subarray(0, 6), y: [1, 2, 1, 2] };
    expect((await numbers.evaluate(constant)).r2).toBe(0);
    numbers.dispose();
  });

  it("counts its parameters, and draws the same for the same seed", async () => {
    const [one, same, other] = await Promise.all(
      [1, 1, 2].map((seed) => Mlp.create({ ...small, seed, runtime })),
    );
    expect(one!.parameterCount).toBe(5 * 4 + 4 * 6 + 3 * 5);
    expect(one!.weights()).toEqual(same!.weights());
    expect(one!.weights()).not.toEqual(other!.weights());
    expect([...one!.weights()].map(([name, { length }]) => [name, length])).toEqual([
      ["layers.0.weight", 15],
      ["layers.0.bias", 5],
      ["layers.1.weight", 20],
      ["layers.1.bias", 4],
      ["layers.2.weight", 12],
      ["layers.2.bias", 3],
    ]);
    for (const model of [one, same, other]) model!.dispose();
  });

  it("is saved and loaded bit for bit, in safetensors", async () => {
    const model = await Mlp.create({ ...small, alpha: 0.3, activation: "leakyRelu", dropout: 0.25, runtime });
    const bytes = model.save();
    const copy = await Mlp.load(bytes, { runtime });
    expect(copy.config).toEqual(model.config);
    expect(copy.weights()).toEqual(model.weights());
    expect(copy.save()).toEqual(bytes);
    const { tensors } = readSafetensors(bytes);
    expect(tensors.get("layers.0.weight")!.shape).toEqual([5, 3]);
    const linear = await Mlp.create({ inputs: 2, hidden: [], runtime });
    expect([...(await Mlp.load(linear.save(), { runtime })).weights().keys()]).toEqual([
      "layers.0.weight",
      "layers.0.bias",
    ]);
    for (const one of [model, copy, linear]) one.dispose();
  });
});

it("chooses a task and an initialiser by what it is given", async () => {
  const config = async (options: Partial<MlpOptions>): Promise<unknown[]> => {
    const model = await Mlp.create({ inputs: 2, ...options });
    model.dispose();
    return [model.config.task, model.config.outputs, model.config.initializer];
  };
  expect(await config({})).toEqual(["binary", 1, "heNormal"]);
  expect(await config({ activation: "sau" })).toEqual(["binary", 1, "heNormal"]);
  expect(await config({ outputs: 4, activation: "tanh" })).toEqual(["classification", 4, "xavierUniform"]);
  expect(await config({ task: "regression", activation: "identity" })).toEqual([
    "regression",
    1,
    "xavierUniform",
  ]);
  expect(await config({ outputs: 3, task: "binary", initializer: "zeros" })).toEqual(["binary", 3, "zeros"]);
});

it("calls it no better than the mean where numbers do not vary, and are not met", async () => {
  const model = await Mlp.create({ inputs: 1, hidden: [], task: "regression", initializer: "zeros" });
  for (const value of [0, 0.1, 0.3, 1e10 / 3]) {
    for (const count of [1, 3, 7, 49]) {
      const { r2 } = await model.evaluate({
        x: new Float32Array(count),
        y: new Float32Array(count).fill(value),
      });
      expect(r2).toBe(value === 0 ? 1 : 0);
    }
  }
  model.dispose();
});

it("refuses weights that are none, with nothing changed", async () => {
  const model = await Mlp.create(small);
  const before = model.weights();
  const bias = [1, 2, 3];
  for (const wrong of [
    null,
    { "layers.2.bias": null },
    { "layers.2.bias": 3 },
    { "layers.2.bias": bias, "layers.1.bias": [1, NaN, 3, 4] },
    { "layers.2.bias": bias, "layers.1.bias": [1, 1e39, 3, 4] },
    { "layers.2.bias": bias, "layers.9.bias": [1] },
  ]) {
    expect(() => model.setWeights(wrong as never), JSON.stringify(wrong)).toThrow(RangeError);
  }
  expect(() => model.setWeights({ "layers.2.bias": bias, "layers.1.bias": bias })).toThrow(ShapeError);
  expect(model.weights()).toEqual(before);
  model.setWeights({ "layers.2.bias": bias });
  expect([...model.weights().get("layers.2.bias")!]).toEqual(bias);
  model.dispose();
});

it("says what is wrong with its options", async () => {
  const wrong: Record<string, unknown>[] = [
    { inputs: 0 },
    { inputs: "2" },
    { inputs: undefined },
    { hidden: 8 },
    { hidden: [8, 0] },
    { hidden: [NaN] },
    { hidden: Array.from({ length: 65 }, () => 1) },
    { outputs: 0 },
    { outputs: 1, task: "classification" },
    { task: "classification" },
    { task: "clustering" },
    { activation: "step" },
    { activation: "__proto__" },
    { alpha: Infinity },
    { dropout: 1 },
    { dropout: -0.1 },
    { initializer: "he" },
    { activation: "smoothStep", alpha: 0 },
    { seed: -1 },
    { seed: 0.5 },
  ];
  for (const options of wrong) {
    const made = Mlp.create({ inputs: 2, ...options });
    await expect(made, JSON.stringify(options)).rejects.toThrow(RangeError);
  }
  for (const options of [null, undefined, 3]) {
    await expect(Mlp.create(options as unknown as MlpOptions)).rejects.toThrow(RangeError);
  }
});

it("refuses inputs whose length does not fit, and what is no list", async () => {
  const model = await Mlp.create(small);
  for (const use of [
    (x: ArrayLike<number>) => model.predict(x),
    (x: ArrayLike<number>) => model.logits(x),
    (x: ArrayLike<number>) => model.classify(x),
    (x: ArrayLike<number>) => model.activations(x),
  ]) {
    expect(() => use([1, 2])).toThrow(ShapeError);
    for (const x of [null, undefined, 3, {}]) expect(() => use(x as number[])).toThrow(RangeError);
  }
  expect(model.predict([NaN, 0, 0])).toEqual(Float32Array.of(NaN, NaN, NaN));
  expect(() => model.setWeights({ weight: [1] })).toThrow(RangeError);
  expect(() => model.setWeights({ "layers.0.bias": [1] })).toThrow(ShapeError);
  model.dispose();
});

it("refuses files that are none, with no memory kept", async () => {
  const runtime = await Runtime.create();
  const model = await Mlp.create({ ...small, runtime });
  const bytes = model.save();
  const [weights, config] = [model.weights(), { ...model.config }];
  const shaped = new Map(
    Array.from(weights, ([name, data]) => {
      const { shape } = readSafetensors(bytes).tensors.get(name)!;
      return [name, { shape, data }];
    }),
  );
  model.dispose();
  const { bytesInUse } = runtime.heap;
  const file = (changes: object, tensors: typeof shaped = shaped): Uint8Array<ArrayBuffer> =>
    writeCheckpoint({ model: "mlp", config: { ...config, ...changes }, weights: tensors });
  const load = (file: Uint8Array): Promise<Mlp> => Mlp.load(file, { runtime });
  (await load(file({}))).dispose();
  await expect(load(bytes.subarray(0, 100))).rejects.toThrow(FormatError);
  await expect(load(new Uint8Array(0))).rejects.toThrow(FormatError);
  await expect(load(writeCheckpoint({ model: "rnn", config, weights: shaped }))).rejects.toThrow(FormatError);
  for (const changes of [
    { inputs: null },
    { hidden: "8" },
    { hidden: { length: 2 } },
    { task: 3 },
    { activation: "x" },
    { seed: -1 },
  ]) {
    await expect(load(file(changes)), JSON.stringify(changes)).rejects.toThrow(FormatError);
  }
  // A few bytes that claim a network of terabytes, and layers that the weights are not of.
  await expect(load(file({ inputs: 1 << 24, hidden: [1 << 20] }))).rejects.toThrow(ShapeError);
  await expect(load(file({ hidden: [4, 5] }))).rejects.toThrow(ShapeError);
  const without = new Map(shaped);
  without.delete("layers.1.bias");
  await expect(load(file({}, without))).rejects.toThrow(ShapeError);
  without.set("layers.1.b", { shape: [4], data: new Float32Array(4) });
  await expect(load(file({}, without))).rejects.toThrow(FormatError);
  expect(runtime.heap.bytesInUse).toBe(bytesInUse);
  runtime.dispose();
});

it("is disposed once and for all", async () => {
  const model = await Mlp.create(small);
  model.dispose();
  model.dispose();
  for (const use of [
    () => model.predict([1, 2, 3]),
    () => model.save(),
    () => model.checkpoint(),
    () => model.weights(),
  ]) {
    expect(use).toThrow(DisposedError);
  }
  await expect(model.evaluate({ x: [1, 2, 3], y: [0] })).rejects.toThrow(DisposedError);
  await expect(model.fit({ x: [1, 2, 3], y: [0] }).next()).rejects.toThrow(DisposedError);
});
