import { DisposedError, RangeError, Runtime, ShapeError } from "@lanewise/core-wasm";
import { afterAll, describe, expect, it } from "vitest";
import { classificationReport, confusionMatrix } from "../../src/metrics/index.js";
import {
  imbalancedSet,
  type LabelledSet,
  MetricTrainer,
  type MetricTrainerOptions,
  type MetricTrainEvent,
  type MetricTrainOptions,
} from "../../src/smooth/index.js";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

const train = imbalancedSet({ size: 600, positives: 0.06, seed: 1, runtime });
const test = imbalancedSet({ size: 1000, positives: 0.06, seed: 2, runtime });

async function run(
  set: LabelledSet,
  { trainer: made, ...options }: MetricTrainOptions & { trainer?: MetricTrainerOptions } = {},
): Promise<{ events: MetricTrainEvent[]; weights: number[] }> {
  const trainer = await MetricTrainer.create({ runtime, ...made });
  const events: MetricTrainEvent[] = [];
  for await (const event of trainer.train(set, options)) events.push(event);
  const weights = [...trainer.parameters().values()].flatMap((parameter) => [...parameter.toArray()]);
  trainer.dispose();
  return { events, weights };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe("MetricTrainer", () => {
  it("gets a better F1 by soft F1 than by cross-entropy alone, mean of ten seeds, and about that of a tuned threshold", async () => {
    const scores = { crossEntropy: [] as number[], metric: [] as number[], tuned: [] as number[] };
    for (let seed = 0; seed < 10; seed++) {
      const set = imbalancedSet({ size: 1000, seed, runtime });
      const held = imbalancedSet({ size: 4000, seed: 1000 + seed, runtime });
      const trainer = { seed };
      const entropy = await run(set, { trainer, crossEntropyEpochs: 300, metricEpochs: 0, test: held });
      const metric = await run(set, { trainer, crossEntropyEpochs: 100, metricEpochs: 200, test: held });
      scores.crossEntropy.push(entropy.events.at(-1)!.test!.f1);
      scores.tuned.push(entropy.events.at(-1)!.tuned.testF1!);
      scores.metric.push(metric.events.at(-1)!.test!.f1);
    }
    const [crossEntropy, metric, tuned] = [scores.crossEntropy, scores.metric, scores.tuned].map(mean);
    expect(metric!).toBeGreaterThan(crossEntropy! + 0.05);
    // What a threshold that is tuned gets as well: neither much more nor much less.
    expect(Math.abs(metric! - tuned!)).toBeLessThan(0.04);
    const wins = scores.metric.filter((f1, i) => f1 > scores.crossEntropy[i]!).length;
    expect(wins).toBeGreaterThanOrEqual(9);
  });

  it("tells of both phases, from first to last, and its loss is what it says", async () => {
    const { events } = await run(train, { crossEntropyEpochs: 30, metricEpochs: 20, test });
    const [first] = events;
    expect(first).toMatchObject({ phase: "crossEntropy", epoch: 1, epochs: 50, threshold: 0.5 });
    expect(events.find(({ epoch }) => epoch === 30)).toMatchObject({ phase: "crossEntropy" });
    expect(events.find(({ epoch }) => epoch === 31)).toMatchObject({ phase: "metric" });
    expect(events.at(-1)).toMatchObject({ phase: "metric", epoch: 50 });
    const last = events.at(-1)!;
    expect(last.train.soft).toBe(last.train.softF1);
    expect(last.train.hard).toBe(last.train.f1);
    // The loss is that before the step, the report that after it.
    expect(Math.abs(1 - last.loss - last.train.soft)).toBeLessThan(0.05);
    expect(last.train.crossEntropy).toBeLessThan(first!.train.crossEntropy);
    expect(last.test!.f1).toBeGreaterThan(0);
    expect(last.tuned.trainF1).toBeGreaterThanOrEqual(last.train.f1);
  });

  it.each([
    ["accuracy", 0],
    ["auc", 0],
    ["f1", 6],
  ] as const)("makes %s larger than cross-entropy left it, with %i hidden units", async (metric, hidden) => {
    const { events } = await run(train, {
      trainer: { hidden, seed: 3 },
      metric,
      crossEntropyEpochs: 20,
      metricEpochs: 150,
    });
    const before = events.findLast(({ phase }) => phase === "crossEntropy")!;
    const after = events.at(-1)!;
    expect(after.train.soft).toBeGreaterThan(before.train.soft);
    expect(after.train.hard).toBe(after.train[metric]);
  });

  it("reports what its own predictions come to, at the threshold that is given", async () => {
    const trainer = await MetricTrainer.create({ runtime, seed: 4 });
    let last: MetricTrainEvent | undefined;
    const options = { crossEntropyEpochs: 40, metricEpochs: 0, threshold: 0.2, test };
    for await (const event of trainer.train(train, options)) last = event;
    for (const [set, report] of [
      [train, last!.train],
      [test, last!.test!],
    ] as const) {
      const guesses = Array.from(trainer.predict(set.x), (p) => (p >= 0.2 ? 1 : 0));
      const { accuracy, classes } = classificationReport(confusionMatrix(set.y, guesses, { classes: 2 }));
      const { f1, precision, recall } = classes[1]!;
      expect(report).toMatchObject({ accuracy, f1, precision, recall });
    }
    const z = trainer.logits(test.x);
    expect(z.length).toBe(1000);
    const [weight, bias] = [...trainer.parameters().values()].map((parameter) => parameter.toArray());
    expect(z[7]).toBeCloseTo(weight![0]! * test.x[14]! + weight![1]! * test.x[15]! + bias![0]!, 5);
    expect(trainer.logits(new Float32Array(0)).length).toBe(0);
    trainer.dispose();
  });

  it("reports after every so many epochs where it is told to", async () => {
    const { events } = await run(train, { crossEntropyEpochs: 7, metricEpochs: 5, reportEvery: 3 });
    expect(events.map(({ epoch }) => epoch)).toEqual([1, 3, 6, 7, 8, 10, 12]);
  });

  it("gives the same with the same seed, and other batches with another", async () => {
    const options = { crossEntropyEpochs: 3, metricEpochs: 3, batch: 100 };
    const [a, b, c] = [
      await run(train, { ...options, seed: 1 }),
      await run(train, { ...options, seed: 1 }),
      await run(train, { ...options, seed: 2 }),
    ];
    expect(b.weights).toEqual(a.weights);
    expect(c.weights).not.toEqual(a.weights);
    const other = await run(train, { ...options, trainer: { seed: 9 }, seed: 1 });
    expect(other.weights).not.toEqual(a.weights);
  });

  it("small batches have another loss than the whole: a batch statistic", async () => {
    // At rate 0 the weights stay, so it is the losses that differ, and not for cross-entropy.
    for (const [phase, differs] of [
      ["metricEpochs", true],
      ["crossEntropyEpochs", false],
    ] as const) {
      const options = { crossEntropyEpochs: 0, metricEpochs: 0, [phase]: 1, learningRate: 0 };
      const [whole, parts] = [await run(train, options), await run(train, { ...options, batch: 20 })];
      const difference = Math.abs(parts.events.at(-1)!.loss - whole.events.at(-1)!.loss);
      if (differs) expect(difference).toBeGreaterThan(1e-3);
      else expect(difference).toBeLessThan(1e-6);
    }
  });

  it("stops within 200 ms, throws the signal's reason, and stays usable", async () => {
    const trainer = await MetricTrainer.create({ runtime });
    const controller = new AbortController();
    const reason = new Error("enough");
    let events = 0;
    const running = (async () => {
      const options = { crossEntropyEpochs: 1e6, metricEpochs: 0, signal: controller.signal };
      for await (const _ of trainer.train(train, options)) {
        if (++events === 2) controller.abort(reason);
      }
    })();
    await expect(running).rejects.toBe(reason);
    expect(events).toBe(2);
    const before = AbortSignal.abort(reason);
    await expect(trainer.train(train, { signal: before }).next()).rejects.toBe(reason);
    for await (const { epoch } of trainer.train(train, { crossEntropyEpochs: 2, metricEpochs: 0 })) {
      expect(epoch).toBeLessThanOrEqual(2);
    }
    trainer.dispose();
  });

  it("gives all memory back, also where a run is left in the middle", async () => {
    const own = Runtime.createSync({ variant: "simd" });
    // The runtime keeps the working memory of its first calls.
    const first = await MetricTrainer.create({ runtime: own });
    first.predict(train.x);
    first.dispose();
    const bytes = own.heap.bytesInUse;
    const trainer = await MetricTrainer.create({ runtime: own, hidden: 4 });
    for await (const _ of trainer.train(train, { crossEntropyEpochs: 5, metricEpochs: 5, batch: 50, test }))
      break;
    await expect(
      (async () => {
        for await (const _ of trainer.train(train, { crossEntropyEpochs: 1e6 })) trainer.dispose();
      })(),
    ).rejects.toThrow(DisposedError);
    trainer.dispose();
    expect(own.heap.bytesInUse).toBe(bytes);
    expect(() => trainer.predict(train.x)).toThrow(DisposedError);
    await expect(trainer.train(train).next()).rejects.toThrow(DisposedError);
    own.dispose();
  });

  it("refuses what does not fit", async () => {
    for (const bad of [{ inputs: 0 }, { hidden: -1 }, { seed: 0.5 }]) {
      await expect(MetricTrainer.create({ ...bad, runtime })).rejects.toThrow(RangeError);
    }
    const trainer = await MetricTrainer.create({ runtime });
    const first = (set: LabelledSet, options?: MetricTrainOptions): Promise<unknown> =>
      trainer.train(set, options).next();
    const small = { x: Float32Array.of(1, 2, 3, 4), y: Float32Array.of(1, 0) };
    await expect(first({ ...small, y: Float32Array.of(1) })).rejects.toThrow(ShapeError);
    await expect(first({ x: new Float32Array(0), y: new Float32Array(0) })).rejects.toThrow(ShapeError);
    await expect(first({ ...small, y: Float32Array.of(1, 0.5) })).rejects.toThrow(RangeError);
    await expect(first({ ...small, x: Float32Array.of(1, NaN, 3, 4) })).rejects.toThrow(RangeError);
    await expect(first(small, { test: { ...small, y: Float32Array.of(2, 0) } })).rejects.toThrow(RangeError);
    for (const bad of [
      { crossEntropyEpochs: 0, metricEpochs: 0 },
      { crossEntropyEpochs: 1.5 },
      { metric: "recall" as never },
      { temperature: 0 },
      { learningRate: -1 },
      { batch: 0 },
      { threshold: 2 },
      { reportEvery: 0 },
      { seed: -1 },
    ]) {
      await expect(first(small, bad), JSON.stringify(bad)).rejects.toThrow(RangeError);
    }
    for (const bad of [null, {}, { x: small.x }, { ...small, y: small.y.map(() => 0) }]) {
      await expect(first(bad as never, {})).rejects.toThrow(RangeError);
      if (!bad || !("x" in bad && "y" in bad)) {
        await expect(first(small, { test: (bad ?? 1) as never })).rejects.toThrow(RangeError);
      }
    }
    expect(() => trainer.predict(new Float32Array(3))).toThrow(ShapeError);
    trainer.dispose();
  });
});

describe("imbalancedSet", () => {
  it("has the share of positives that is asked for, the same every time", () => {
    const set = imbalancedSet({ size: 500, positives: 0.03, inputs: 4, seed: 7, runtime });
    expect(set.x.length).toBe(2000);
    expect(set.y.reduce((sum, y) => sum + y, 0)).toBe(15);
    expect(imbalancedSet({ size: 500, positives: 0.03, inputs: 4, seed: 7, runtime })).toEqual(set);
    expect(imbalancedSet({ size: 500, positives: 0.03, inputs: 4, seed: 8, runtime }).x).not.toEqual(set.x);
  });

  it("puts the positives where it says", () => {
    const { x, y } = imbalancedSet({ size: 30_000, positives: 0.5, separation: 3, seed: 1, runtime });
    const centre = (label: number): [number, number] => {
      const sums: [number, number] = [0, 0];
      for (let i = 0; i < y.length; i++) {
        if (y[i] !== label) continue;
        sums[0] += x[2 * i]! / 15_000;
        sums[1] += x[2 * i + 1]! / 15_000;
      }
      return sums;
    };
    const [a, b] = centre(1);
    expect(a).toBeCloseTo(3 * ((2 / 3) * Math.SQRT1_2 + Math.cos(Math.PI / 9) / 3), 1);
    expect(b).toBeCloseTo(3 * ((2 / 3) * Math.SQRT1_2 + Math.sin(Math.PI / 9) / 3), 1);
    expect(Math.hypot(...centre(0))).toBeLessThan(0.05);
  });

  it("refuses what does not fit", () => {
    for (const bad of [{ size: 1 }, { positives: 1.1 }, { inputs: 1 }, { separation: -1 }, { seed: NaN }]) {
      expect(() => imbalancedSet({ ...bad, runtime })).toThrow(RangeError);
    }
  });
});
