import { DisposedError, RangeError, Runtime, ShapeError, UnsupportedError } from "@lanewise/core-wasm";
import { expect, it, vi } from "vitest";
import type { Examples } from "../../src/data/index.js";
import { readCheckpoint, writeCheckpoint } from "../../src/io/index.js";
import { type FitEvent, type FitOptions, Mlp, type MlpOptions } from "../../src/mlp/index.js";
import { Pacer } from "../../src/optim/pacer.js";
import { noise } from "../variants.js";
import { examples, weightsHash } from "./probe.mjs";

const small: MlpOptions = { inputs: 35, hidden: [12], outputs: 4, seed: 3 };
/** Eight steps an epoch. */
const short: FitOptions = { epochs: 3, batch: 19, learningRate: 0.01, seed: 4 };

async function fit(model: Mlp, options: FitOptions, on: Examples = examples): Promise<FitEvent[]> {
  const events: FitEvent[] = [];
  for await (const event of model.fit(on, options)) events.push(event);
  return events;
}

async function hashAfter(options: MlpOptions, use: (model: Mlp) => Promise<Mlp | void>): Promise<string> {
  const model = await Mlp.create(options);
  const used = (await use(model)) ?? model;
  const hash = await weightsHash(used);
  used.dispose();
  model.dispose();
  return hash;
}

it("reports its first step and its last, at most ten times a second", async () => {
  const model = await Mlp.create(small);
  const began = performance.now();
  const events = await fit(model, { ...short, epochs: 40, validation: examples, evaluateEvery: 16 });
  const seconds = (performance.now() - began) / 1000;
  expect(events[0]).toMatchObject({ epoch: 1, epochs: 40, step: 1, steps: 320, learningRate: 0.01 });
  expect(events[0]!.loss).toBeCloseTo(Math.log(4), 0);
  expect(events.length).toBeLessThanOrEqual(2 + 10 * seconds);
  const last = events.at(-1)!;
  expect(last).toMatchObject({
    epoch: 40,
    step: 320,
    etaSeconds: 0,
    validation: { epoch: 40, step: 320, examples: 143 },
  });
  expect(last).not.toHaveProperty("stoppedEarly");
  for (const event of events) {
    expect(event.gradNorm).toBeGreaterThan(0);
    expect(event.examplesPerSecond).toBeGreaterThan(0);
    expect(event.epoch).toBe(Math.ceil(event.step / 8));
  }
  for (const { validation } of events) if (validation) expect([16, 32, 40]).toContain(validation.epoch);
  expect(last.loss).toBeLessThan(events[0]!.loss);
  model.dispose();
});

it("reads every example once an epoch, each time in another order; or as they are", async () => {
  // One feature tells an example from the others; augmentation sees each batch.
  const on: Examples = { x: Float32Array.from({ length: 53 }, (_, i) => i), y: new Float32Array(53) };
  const orders = async (options: FitOptions): Promise<number[][]> => {
    const model = await Mlp.create({ inputs: 1, hidden: [], task: "regression", initializer: "zeros" });
    const seen: number[] = [];
    const augment = (x: Float32Array, { rows }: { rows: number }): void => {
      expect(x.length).toBe(rows);
      seen.push(...x);
    };
    await fit(model, { epochs: 3, batch: 10, learningRate: 0, augment, ...options }, on);
    model.dispose();
    return [0, 1, 2].map((epoch) => seen.slice(53 * epoch, 53 * (epoch + 1)));
  };
  const all = [...(on.x as Float32Array)];
  expect(await orders({ shuffle: false })).toEqual([all, all, all]);
  const shuffled = await orders({ seed: 1 });
  for (const order of shuffled) expect([...order].sort((a, b) => a - b)).toEqual(all);
  expect(new Set([all, ...shuffled].map(String)).size).toBe(4);
  expect(await orders({ seed: 1 })).toEqual(shuffled);
  expect(await orders({ seed: 2 })).not.toEqual(shuffled);
});

it("does not change the examples, with augmentation or without", async () => {
  const model = await Mlp.create(small);
  const copy = { x: examples.x.slice(), y: examples.y.slice() };
  await fit(model, { ...short, augment: (x) => void x.fill(0.5) }, copy);
  await fit(model, short, copy);
  expect(copy).toEqual(examples);
  // Inputs that augmentation has made all alike say nothing of the class.
  const blind = await Mlp.create(small);
  await fit(blind, { ...short, epochs: 20, augment: (x) => void x.fill(0.5) });
  expect((await blind.evaluate(examples)).accuracy).toBeLessThan(0.5);
  for (const one of [model, blind]) one.dispose();
});

it("goes on, live or from a checkpoint, as if it had never stopped", async () => {
  const variants: [MlpOptions, FitOptions][] = [
    [
      { ...small, dropout: 0.2 },
      { ...short, weightDecay: 0.1 },
    ],
    [small, { ...short, optimizer: "sgd", momentum: 0.9, nesterov: true, schedule: "linear", warmup: 3 }],
    [small, { ...short, optimizer: "sgd", clip: 0.1, shuffle: false, l1: 0.01 }],
  ];
  for (const [options, run] of variants) {
    const whole = await hashAfter(options, async (model) => void (await fit(model, run)));
    const live = await hashAfter(options, async (model) => {
      await fit(model, { ...run, stopAfter: 5 });
      await fit(model, { resume: true, stopAfter: 6 });
      expect(model.step).toBe(11);
      await fit(model, { resume: true });
      expect(model.step).toBe(24);
    });
    expect(live).toBe(whole);
    const loaded = await hashAfter(options, async (model) => {
      await fit(model, { ...run, stopAfter: 10 });
      const bytes = model.checkpoint();
      model.dispose();
      const copy = await Mlp.load(bytes);
      expect(copy.step).toBe(10);
      expect(copy.checkpoint()).toEqual(bytes);
      await fit(copy, { resume: true });
      return copy;
    });
    expect(loaded).toBe(whole);
  }
});

it("is not changed by events, validation, evaluation and prediction on the way", async () => {
  const plain = await hashAfter(small, async (model) => void (await fit(model, short)));
  const busy = await hashAfter(small, async (model) => {
    for await (const _ of model.fit(examples, { ...short, validation: examples })) {
      await model.evaluate(examples);
      model.predict(examples.x);
      model.checkpoint();
    }
  });
  expect(busy).toBe(plain);
});

it("learns from a large batch in parts as from one", async () => {
  // 1,500 rows are more than go at a stretch.
  const on = { x: noise(1500 * 3, 1), y: noise(1500, 2) };
  const losses: number[] = [];
  for (const batch of [1500, 750]) {
    const model = await Mlp.create({ inputs: 3, hidden: [4], task: "regression", seed: 1 });
    const { loss } = await model.evaluate(on);
    // With a rate of 0 the weights stay: the mean loss of the batches is the loss.
    const events = await fit(model, { epochs: 1, batch, learningRate: 0, shuffle: false }, on);
    losses.push(...events.map((event) => event.loss).slice(-1));
    if (batch === 1500) expect(events[0]!.loss).toBeCloseTo(loss, 5);
    model.dispose();
  }
  const norms: number[] = [];
  for (const rows of [1024, 1500]) {
    const part = { x: on.x.subarray(0, 3 * rows), y: on.y.subarray(0, rows) };
    const model = await Mlp.create({ inputs: 3, hidden: [4], task: "regression", seed: 1 });
    const twice = { x: [...part.x, ...part.x], y: [...part.y, ...part.y] };
    norms.push(
      (await fit(model, { epochs: 1, batch: rows, learningRate: 0, shuffle: false }, part))[0]!.gradNorm,
    );
    norms.push(
      (await fit(model, { epochs: 1, batch: 2 * rows, learningRate: 0, shuffle: false }, twice))[0]!.gradNorm,
    );
    model.dispose();
  }
  expect(norms[1]).toBeCloseTo(norms[0]!, 5);
  expect(norms[3]).toBeCloseTo(norms[2]!, 5);
});

it("stops early, and puts the best weights back", async () => {
  // Labels by chance: what is learnt of the first half makes the second half worse.
  const half = (begin: number, end: number): Examples => ({
    x: noise(2 * 60, 8).subarray(2 * begin, 2 * end),
    y: Array.from({ length: 60 }, (_, i) => (i * 7 + (i >> 2)) % 2).slice(begin, end),
  });
  const [training, validation] = [half(0, 30), half(30, 60)];
  for (const monitor of ["loss", "accuracy"] as const) {
    const options: MlpOptions = { inputs: 2, hidden: [32], seed: 1 };
    const run: FitOptions = {
      epochs: 500,
      batch: 10,
      learningRate: 0.02,
      seed: 1,
      validation,
      patience: 6,
      monitor,
    };
    const model = await Mlp.create(options);
    const events = await fit(model, run, training);
    const last = events.at(-1)!;
    expect(last.stoppedEarly).toBe(true);
    expect(last.epoch).toBeLessThan(500);
    expect(last.step).toBe(3 * last.epoch);
    expect(last.etaSeconds).toBe(0);
    expect(last.best!.epoch).toBe(last.epoch - 6);
    const { epoch: _epoch, step: _step, ...best } = last.best!;
    expect(await model.evaluate(validation)).toEqual(best);
    // The weights are those of a run that ends there, and its curve shows no better evaluation.
    const short = await Mlp.create(options);
    const every: number[] = [];
    for (let epoch = 1; epoch <= last.epoch; epoch++) {
      const part = await fit(
        short,
        { ...run, patience: undefined, stopAfter: 3, resume: epoch > 1 },
        training,
      );
      const { validation } = part.at(-1)!;
      every.push(monitor === "loss" ? validation!.loss : -validation!.accuracy!);
      if (epoch === last.best!.epoch) expect(short.weights()).toEqual(model.weights());
    }
    expect(every.indexOf(Math.min(...every))).toBe(last.best!.epoch - 1);
    // The moments are not of these weights: the run is at its end.
    expect(model.step).toBe(0);
    await expect(fit(model, { resume: true }, training)).rejects.toThrow("resume: expected");
    for (const one of [model, short]) one.dispose();

    const stopped = await Mlp.create(options);
    await fit(stopped, { ...run, stopAfter: 3 * last.best!.epoch + 4 }, training);
    const copy = await Mlp.load(stopped.checkpoint());
    const rest = await fit(copy, { resume: true, validation }, training);
    expect(rest.at(-1)).toMatchObject({ step: last.step, best: last.best, stoppedEarly: true });
    expect(await weightsHash(copy)).toBe(
      await hashAfter(options, async (one) => void (await fit(one, run, training))),
    );
    for (const one of [stopped, copy]) one.dispose();
  }
});

it("has its best weights at the end too, with a patience that did not run out", async () => {
  const model = await Mlp.create(small);
  const validation = { x: noise(35 * 20, 3), y: Int32Array.from({ length: 20 }, (_, i) => i % 4) };
  const events = await fit(model, { ...short, epochs: 12, validation, patience: 100 });
  const last = events.at(-1)!;
  expect(last.stoppedEarly).toBeUndefined();
  expect(last.best!.epoch).toBeLessThan(12);
  const { epoch: _epoch, step: _step, ...best } = last.best!;
  expect(await model.evaluate(validation)).toEqual(best);
  model.dispose();
});

it("counts a gain only from the least one on", async () => {
  const model = await Mlp.create(small);
  const run: FitOptions = { ...short, epochs: 50, validation: examples, patience: 2, minimumGain: 10 };
  const events = await fit(model, run);
  expect(events.at(-1)).toMatchObject({ epoch: 3, best: { epoch: 1 }, stoppedEarly: true });
  model.dispose();
});

it("stops within 200 ms of its signal, in the middle of a step, and can be resumed to the same end", async () => {
  // Big enough that a step takes longer than a slice.
  const big: MlpOptions = { inputs: 35, hidden: [1200, 900], outputs: 4, dropout: 0.1, seed: 1 };
  const rows = 1400;
  const on = { x: noise(35 * rows, 1), y: Int32Array.from({ length: rows }, (_, i) => i % 4) };
  const run: FitOptions = { epochs: 3, batch: 700, seed: 2 };
  const whole = await hashAfter(big, async (model) => void (await fit(model, run, on)));
  const stopped = await hashAfter(big, async (model) => {
    for (let attempt = 0; model.step < 6 && attempt < 200; attempt++) {
      const controller = new AbortController();
      const reason = new Error("stop");
      let abortedAt = Infinity;
      setTimeout(
        () => {
          abortedAt = performance.now();
          controller.abort(reason);
        },
        30 + 30 * attempt,
      );
      try {
        await fit(model, { ...run, resume: attempt > 0, signal: controller.signal }, on);
      } catch (error) {
        expect(error).toBe(reason);
        expect(performance.now() - abortedAt).toBeLessThan(200);
      }
    }
  });
  expect(stopped).toBe(whole);
});

it("takes one run at a time, and is free again when the loop over its events ends", async () => {
  const model = await Mlp.create(small);
  const first = model.fit(examples, short);
  await first.next();
  await expect(model.fit(examples, short).next()).rejects.toThrow(UnsupportedError);
  await expect(model.fit(examples, { resume: true }).next()).rejects.toThrow("one run at a time");
  expect(() => model.setWeights({})).toThrow(UnsupportedError);
  await first.return();
  expect((await fit(model, { ...short, resume: true })).at(-1)!.step).toBe(24);
  model.dispose();
});

it("takes no more memory after its first steps, and gives all of it back", async () => {
  const runtime = await Runtime.create();
  // Working memory that the runtime keeps.
  const use = async (body: (model: Mlp) => Promise<unknown>): Promise<number> => {
    const model = await Mlp.create({ ...small, dropout: 0.1, runtime });
    await body(model);
    model.dispose();
    return runtime.heap.bytesInUse;
  };
  const kept = await use((model) => fit(model, short));
  const settled = await use(async (model) => {
    await fit(model, { ...short, validation: examples, patience: 50 });
    const { byteLength } = runtime.memory.buffer;
    const inUse: number[] = [];
    await fit(model, { ...short, epochs: 1000, stopAfter: 1 });
    for (let round = 0; round < 60; round++) {
      await fit(model, { resume: true, stopAfter: 8, validation: examples });
      model.predict(examples.x);
      inUse.push(runtime.heap.bytesInUse);
    }
    expect(new Set(inUse).size).toBe(1);
    expect(runtime.memory.buffer.byteLength).toBe(byteLength);
  });
  expect(settled).toBe(kept);
  // Runs that are left, that fail, and that are begun again.
  const diverging: FitOptions = { ...short, optimizer: "sgd", learningRate: 1e30, epochs: 50 };
  expect(await use((model) => expect(fit(model, diverging)).rejects.toThrow("stay finite"))).toBe(kept);
  expect(await use((model) => model.fit(examples, short).next())).toBe(kept);
  expect(await use(async (model) => [await fit(model, short), await fit(model, short)])).toBe(kept);
  runtime.dispose();
});

it("keeps no memory, whichever operation of a step it is disposed after", async () => {
  const runtime = await Runtime.create();
  vi.spyOn(Pacer.prototype, "due", "get").mockReturnValue(true);
  const pause = vi.spyOn(Pacer.prototype, "pause");
  const disposedAt = async (at: number): Promise<{ pauses: number; bytes: number }> => {
    const model = await Mlp.create({ ...small, dropout: 0.1, runtime });
    let pauses = 0;
    pause.mockImplementation(async () => {
      if (pauses++ === at) model.dispose();
    });
    const run = fit(model, { ...short, epochs: 1, batch: 143, validation: examples });
    if (at === Infinity) await run;
    else await expect(run).rejects.toThrow(DisposedError);
    model.dispose();
    return { pauses, bytes: runtime.heap.bytesInUse };
  };
  const { pauses, bytes } = await disposedAt(Infinity);
  expect(pauses).toBeGreaterThan(5);
  // After the last pause nothing more is computed.
  for (let at = 0; at < pauses - 1; at++)
    expect({ at, ...(await disposedAt(at)) }).toMatchObject({ at, bytes });
  vi.restoreAllMocks();
  runtime.dispose();
});

it("takes no step whose gradient is not finite", async () => {
  const model = await Mlp.create({ inputs: 1, hidden: [], task: "regression", initializer: "zeros" });
  const weights = model.weights();
  const on = { x: [3e38, 3e38], y: [3e38, -3e38] };
  await expect(fit(model, { epochs: 1 }, on)).rejects.toThrow(RangeError);
  expect(model.weights()).toEqual(weights);
  expect(model.step).toBe(0);
  model.dispose();
});

it("may take another horizon, rate or clipping when it resumes, but no other examples, seed or batch", async () => {
  const model = await Mlp.create(small);
  await fit(model, short);
  expect(await fit(model, { resume: true })).toEqual([]);
  const events = await fit(model, { resume: true, epochs: 4, learningRate: 1e-3, clip: 0.5 });
  expect(events.at(-1)!.step).toBe(32);
  const loaded = await Mlp.load(model.checkpoint());
  for (const one of [model, loaded]) {
    const others: FitOptions[] = [
      { seed: 3 },
      { batch: 5 },
      { shuffle: false },
      { optimizer: "sgd" },
      { weightDecay: 0.1 },
    ];
    for (const other of [...others, { l1: 0.1 }, { classWeights: [1, 1, 1, 2] }, { labelSmoothing: 0.1 }]) {
      await expect(fit(one, { resume: true, ...other })).rejects.toThrow("as in the run that is resumed");
    }
    const x = examples.x.slice();
    x[100]! += 1e-6;
    const y = examples.y.with(5, (examples.y[5]! + 1) % 4);
    for (const other of [
      { x, y: examples.y },
      { x: examples.x, y },
      { x: x.subarray(35), y: y.subarray(1) },
    ]) {
      await expect(fit(one, { resume: true }, other)).rejects.toThrow("those of the run that is resumed");
    }
    expect(one.step).toBe(32);
  }
  model.setWeights({});
  await expect(fit(model, { resume: true })).rejects.toThrow("resume: expected");
  for (const one of [model, loaded]) one.dispose();
});

it("says what is wrong before it begins", async () => {
  const model = await Mlp.create(small);
  const weights = model.weights();
  const [x, y] = [examples.x, examples.y];
  const on = (changes: object): Examples => ({ x, y, ...changes });
  for (const wrong of [{ x: x.subarray(1) }, { y: y.subarray(1) }, { x: x.subarray(35) }]) {
    await expect(fit(model, short, on(wrong))).rejects.toThrow(ShapeError);
  }
  for (const wrong of [
    { x: [], y: [] },
    { x: x.with(7, NaN) },
    { x: x.with(7, Infinity) },
    { y: y.with(3, 4) },
  ]) {
    await expect(fit(model, short, on(wrong))).rejects.toThrow(RangeError);
  }
  await expect(fit(model, short, on({ y: [...y].with(3, 0.5) }))).rejects.toThrow(
    "examples.y[3]: expected a class from 0 to 3",
  );
  await expect(fit(model, { ...short, validation: on({ y: y.with(3, -1) }) })).rejects.toThrow(
    "validation.y[3]",
  );
  for (const wrong of [null, undefined, {}, { x: null, y }, { x: 3, y }, { x: "abc", y }]) {
    await expect(model.fit(wrong as unknown as Examples, short).next()).rejects.toThrow(RangeError);
  }
  await expect(fit(model, null as unknown as FitOptions)).rejects.toThrow(RangeError);
  await expect(fit(model, { ...short, resume: true })).rejects.toThrow("resume: expected");
  await expect(fit(model, { ...short, patience: 3 })).rejects.toThrow("patience: expected");
  const reason = new Error("no");
  await expect(fit(model, { ...short, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const options: Record<string, readonly unknown[]> = {
    epochs: [0, 1.5, "3"],
    batch: [0, 1.5, Infinity],
    shuffle: [1, null],
    seed: [-1, 0.5],
    optimizer: ["adam", null],
    learningRate: [-1, NaN, Infinity],
    schedule: ["steps", null],
    warmup: [-1],
    finalRate: [2],
    momentum: [-0.1, 1.1],
    beta1: [1],
    beta2: [-1],
    weightDecay: [-1],
    l1: [-1, NaN],
    clip: [0, NaN],
    classWeights: [[1], [1, 1, 1, -1], [0, 0, 0, 0], 3],
    labelSmoothing: [-1, 1.1],
    augment: [3],
    evaluateEvery: [0],
    monitor: ["r2"],
    minimumGain: [-1],
    stopAfter: [0, 1.5],
    resume: ["yes"],
    signal: [{}],
  };
  for (const [name, values] of Object.entries(options)) {
    for (const value of values) {
      const run = fit(model, { ...short, [name]: value });
      await expect(run, `${name}: ${String(value)}`).rejects.toThrow(RangeError);
    }
  }
  await expect(fit(model, { ...short, nesterov: true })).rejects.toThrow("momentum: expected");
  const numbers = await Mlp.create({ ...small, task: "regression" });
  for (const wrong of [{ classWeights: [1] }, { labelSmoothing: 0.1 }, { monitor: "accuracy" as const }]) {
    await expect(fit(numbers, { ...short, ...wrong }, { x, y: noise(143 * 4, 1) })).rejects.toThrow(
      RangeError,
    );
  }
  expect(model.weights()).toEqual(weights);
  for (const one of [model, numbers]) one.dispose();
});

it("refuses checkpoints whose run is none", async () => {
  const model = await Mlp.create(small);
  await fit(model, { ...short, stopAfter: 9, validation: examples, patience: 5 });
  const bytes = model.checkpoint();
  const { config, weights, optimizer, state, counters } = readCheckpoint(bytes);
  expect([...state.keys()]).toContain("best.layers.0.weight");
  const changed = (changes: object, parts: object = {}): Uint8Array<ArrayBuffer> =>
    writeCheckpoint({
      model: "mlp",
      config,
      weights,
      optimizer,
      state,
      counters: { ...counters, ...changes },
      ...parts,
    });
  expect(changed({})).toEqual(bytes);
  const run = counters.run as Record<string, unknown>;
  const hostile = [
    { step: -1 },
    { step: 1.5 },
    { dropoutOffset: "0" },
    { best: 3 },
    { best: { loss: "x" } },
    { run: null },
  ];
  for (const changes of [
    ...hostile,
    { run: { ...run, batch: 0 } },
    { run: { ...run, classWeights: 1 } },
    { waited: null },
  ]) {
    await expect(Mlp.load(changed(changes)), JSON.stringify(changes)).rejects.toThrow(
      expect.objectContaining({ name: "FormatError" }),
    );
  }
  for (const parts of [{ optimizer: {} }, { state: { "best.layers.0.weight": new Float32Array(3) } }]) {
    const loaded = await Mlp.load(changed({}, parts));
    await expect(fit(loaded, { resume: true, validation: examples })).rejects.toThrow(
      expect.objectContaining({ name: "FormatError" }),
    );
    loaded.dispose();
  }
  model.dispose();
});
