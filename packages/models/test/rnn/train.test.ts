import { DisposedError, FormatError, RangeError, Runtime, UnsupportedError } from "@lanewise/core-wasm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readCheckpoint, writeCheckpoint } from "../../src/io/index.js";
import { Pacer } from "../../src/optim/pacer.js";
import { CharRnn, type CharRnnOptions, type TrainEvent, type TrainOptions } from "../../src/rnn/index.js";
import { describeVariants } from "../variants.js";
import { sampleText, weightsHash } from "./probe.mjs";

const text = sampleText(2000);
const small: CharRnnOptions = { hidden: 16, embed: 8, alphabet: text, seed: 3 };
const short: TrainOptions = { steps: 24, batch: 4, window: 10, seed: 2 };

async function train(model: CharRnn, options: TrainOptions, on = text): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of model.train(on, options)) events.push(event);
  return events;
}

/** The hash after training a new model, by `body` or in one go. */
async function hashAfter(
  options: CharRnnOptions,
  body: (model: CharRnn) => Promise<CharRnn | void>,
): Promise<string> {
  const model = await CharRnn.create(options);
  const trained = (await body(model)) ?? model;
  const hash = await weightsHash(trained);
  trained.dispose();
  return hash;
}

describeVariants("CharRnn.train", (runtime) => {
  for (const cell of ["rnn", "lstm", "gru"] as const) {
    it(`learns: ${cell}`, async () => {
      const model = await CharRnn.create({ ...small, cell, layers: 2, runtime });
      const before = await model.evaluate(text);
      expect(before.loss).toBeCloseTo(Math.log(model.alphabet.length), 0);
      const options = { steps: 150, batch: 8, window: 20, learningRate: 0.02 };
      const events = await train(model, { ...options, validation: text });
      const after = await model.evaluate(text);
      expect(after.bitsPerCharacter).toBeLessThan(0.6 * before.bitsPerCharacter);
      expect(events.at(-1)!.validation).toEqual({
        step: 150,
        loss: after.loss,
        bitsPerCharacter: after.bitsPerCharacter,
      });
      model.dispose();
    });
  }
});

afterEach(() => void vi.restoreAllMocks());

describe("CharRnn.train", () => {
  it("reports its first step, its last, and at most ten a second in between", async () => {
    const model = await CharRnn.create(small);
    const began = performance.now();
    const events = await train(model, { ...short, steps: 60 });
    const seconds = (performance.now() - began) / 1000;
    expect(events[0]!.step).toBe(1);
    expect(events[0]!.loss).toBeCloseTo(Math.log(model.alphabet.length), 0);
    expect(events.at(-1)!.step).toBe(60);
    expect(events.length).toBeLessThanOrEqual(2 + 10 * seconds);
    for (const event of events) {
      expect(event.steps).toBe(60);
      expect(event.bitsPerCharacter).toBeCloseTo(event.loss / Math.LN2, 12);
      expect(event.gradNorm).toBeGreaterThan(0);
      expect(event.charactersPerSecond).toBeGreaterThan(0);
      expect(event.etaSeconds).toBeGreaterThanOrEqual(0);
      expect(event).not.toHaveProperty("validation");
    }
    expect(events.at(-1)!.etaSeconds).toBe(0);
    expect(model.step).toBe(60);
    model.dispose();
  });

  it("follows its schedule", async () => {
    const rates = async (options: TrainOptions): Promise<number[]> => {
      const model = await CharRnn.create(small);
      const all: number[] = [];
      for (let step = 0; step < 8; step++) {
        const run = { ...short, ...options, steps: 8, stopAfter: 1, resume: step > 0 };
        all.push((await train(model, run))[0]!.learningRate);
      }
      model.dispose();
      return all;
    };
    const near = (values: number[]) => values.map((value) => expect.closeTo(value, 12));
    expect(await rates({ learningRate: 1, schedule: "constant" })).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    const line = [0.5, 1, 1, 1 - 0.9 / 6, 1 - 1.8 / 6, 0.55, 1 - 3.6 / 6, 1 - 4.5 / 6];
    expect(await rates({ learningRate: 1, schedule: "linear", warmup: 2, finalRate: 0.1 })).toEqual(
      near(line),
    );
    const wave = Array.from(
      { length: 8 },
      (_, step) => 0.05 + (0.95 * (1 + Math.cos((Math.PI * step) / 8))) / 2,
    );
    expect(await rates({ learningRate: 1 })).toEqual(near(wave));
    const held = [0.25, 0.5, 0.75, 1, 1, 1, 1, 1];
    expect(await rates({ learningRate: 1, schedule: "constant", warmup: 4 })).toEqual(near(held));
  });

  it("gives the same weights for the same seed, others for another", async () => {
    const options = { ...small, dropout: 0.3 };
    const one = await hashAfter(options, async (model) => void (await train(model, short)));
    expect(await hashAfter(options, async (model) => void (await train(model, short)))).toBe(one);
    const other = { ...short, seed: 9 };
    expect(await hashAfter(options, async (model) => void (await train(model, other)))).not.toBe(one);
  });

  it("goes on, live or from a checkpoint, as if it had never stopped, for every cell and with dropout", async () => {
    for (const cell of ["rnn", "lstm", "gru"] as const) {
      const options = { ...small, cell, layers: 2, dropout: 0.2 };
      const run = { ...short, weightDecay: 0.1 };
      const whole = await hashAfter(options, async (model) => void (await train(model, run)));
      const live = await hashAfter(options, async (model) => {
        await train(model, { ...run, stopAfter: 5 });
        await train(model, { resume: true, stopAfter: 7 });
        expect(model.step).toBe(12);
        await train(model, { resume: true });
        expect(model.step).toBe(24);
      });
      expect(live).toBe(whole);
      const loaded = await hashAfter(options, async (model) => {
        await train(model, { ...run, stopAfter: 11 });
        const bytes = model.checkpoint();
        model.dispose();
        const copy = await CharRnn.load(bytes);
        expect(copy.step).toBe(11);
        expect(copy.checkpoint()).toEqual(bytes);
        await train(copy, { resume: true });
        return copy;
      });
      expect(loaded).toBe(whole);
    }
  });

  it("is not changed by events, validation, evaluation and writing on the way", async () => {
    const plain = await hashAfter(small, async (model) => void (await train(model, short)));
    const busy = await hashAfter(small, async (model) => {
      for await (const _ of model.train(text, {
        ...short,
        validation: text.slice(0, 300),
        evaluateEvery: 3,
      })) {
        await model.evaluate(text.slice(0, 50));
        for await (const _ of model.generate("the", { length: 5 }));
        model.hiddenStates("the king");
        model.checkpoint();
      }
    });
    expect(busy).toBe(plain);
  });

  it("stops within 200 ms of its signal, in the middle of a step, and can be resumed to the same end", async () => {
    // Big enough that a step takes longer than a slice.
    const big: CharRnnOptions = { ...small, hidden: 160, embed: 32, layers: 2, dropout: 0.1 };
    const run: TrainOptions = { steps: 8, batch: 32, window: 32, seed: 2 };
    const whole = await hashAfter(big, async (model) => void (await train(model, run)));
    const stopped = await hashAfter(big, async (model) => {
      for (let attempt = 0; model.step < 8 && attempt < 200; attempt++) {
        const controller = new AbortController();
        const reason = new Error("stop");
        let abortedAt = Infinity;
        setTimeout(
          () => {
            abortedAt = performance.now();
            controller.abort(reason);
          },
          60 + 40 * attempt,
        );
        try {
          await train(model, { ...run, resume: attempt > 0, signal: controller.signal });
        } catch (error) {
          expect(error).toBe(reason);
          expect(performance.now() - abortedAt).toBeLessThan(200);
        }
      }
    });
    expect(stopped).toBe(whole);
  });

  it("lets other tasks run during a step", async () => {
    const model = await CharRnn.create({ ...small, hidden: 192, layers: 2 });
    let ticks = 0;
    const timer = setInterval(() => ticks++, 0);
    await train(model, { steps: 1, batch: 32, window: 48 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
    model.dispose();
  });

  it("takes one run at a time, and is free again when the loop over its events ends", async () => {
    const model = await CharRnn.create(small);
    const first = model.train(text, short);
    await first.next();
    await expect(model.train(text, short).next()).rejects.toThrow(UnsupportedError);
    await expect(model.train(text, { resume: true }).next()).rejects.toThrow("one run at a time");
    expect(() => model.setWeights({})).toThrow(UnsupportedError);
    await first.return();
    const events = await train(model, { ...short, resume: true });
    expect(events.at(-1)!.step).toBe(24);
    model.dispose();
  });

  it("ends when the model is disposed, between steps or in the middle of one, and keeps no memory", async () => {
    const runtime = await Runtime.create();
    const use = async (body: (model: CharRnn) => Promise<unknown>): Promise<number> => {
      const model = await CharRnn.create({ ...small, hidden: 192, layers: 2, runtime });
      await body(model);
      model.dispose();
      return runtime.heap.bytesInUse;
    };
    const run: TrainOptions = { steps: 2, batch: 32, window: 32 };
    const kept = await use((model) => train(model, run));
    const between = async (model: CharRnn): Promise<void> => {
      for await (const _ of model.train(text, run)) model.dispose();
    };
    const within = async (model: CharRnn): Promise<void> => {
      setTimeout(() => model.dispose(), 0);
      await train(model, run);
    };
    const left = (model: CharRnn): Promise<unknown> => model.train(text, run).next();
    expect(await use((model) => expect(between(model)).rejects.toThrow(DisposedError))).toBe(kept);
    expect(await use((model) => expect(within(model)).rejects.toThrow(DisposedError))).toBe(kept);
    expect(await use(left)).toBe(kept);
    runtime.dispose();
  });

  it("keeps no memory, whichever operation of a step it is disposed after", async () => {
    const runtime = await Runtime.create();
    vi.spyOn(Pacer.prototype, "due", "get").mockReturnValue(true);
    const pause = vi.spyOn(Pacer.prototype, "pause");
    /** Disposes a model at a pause of its first step, and says how many pauses there were and how much is in use then. */
    const disposedAt = async (at: number): Promise<{ pauses: number; bytes: number }> => {
      const model = await CharRnn.create({ ...small, layers: 2, runtime });
      let pauses = 0;
      pause.mockImplementation(async () => {
        if (pauses++ === at) model.dispose();
      });
      const run = train(model, { ...short, steps: 1 });
      if (at === Infinity) await run;
      else await expect(run).rejects.toThrow(DisposedError);
      model.dispose();
      return { pauses, bytes: runtime.heap.bytesInUse };
    };
    const { pauses, bytes } = await disposedAt(Infinity);
    expect(pauses).toBeGreaterThan(5);
    for (let at = 0; at < pauses; at++)
      expect({ at, ...(await disposedAt(at)) }).toMatchObject({ at, bytes });
    runtime.dispose();
  });

  it("begins anew from the weights as they are, unless it is to resume", async () => {
    const model = await CharRnn.create(small);
    await train(model, short);
    const weights = model.weights();
    const [event] = await train(model, { ...short, stopAfter: 1, learningRate: 0 });
    expect(event!.step).toBe(1);
    expect(model.weights()).toEqual(weights);
    expect(await train(model, { resume: true, stopAfter: 2 })).toHaveLength(2);
    model.setWeights(weights);
    await expect(train(model, { resume: true })).rejects.toThrow("resume: expected");
    model.dispose();
  });

  it("may take another horizon, rate or clipping when it resumes, but no other text, seed, batch, window or decay", async () => {
    const model = await CharRnn.create(small);
    await train(model, { ...short, clip: Infinity });
    expect(await train(model, { resume: true })).toEqual([]);
    const events = await train(model, { resume: true, steps: 30, learningRate: 1e-3, clip: 0.5 });
    expect(events.at(-1)!.step).toBe(30);
    const loaded = await CharRnn.load(model.checkpoint());
    for (const one of [model, loaded]) {
      const others = [{ weightDecay: 0.1 }, { beta1: 0.5 }, { beta2: 0.99 }];
      for (const other of [{ seed: 3 }, { batch: 5 }, { window: 11 }, ...others]) {
        await expect(train(one, { resume: true, ...other })).rejects.toThrow("as in the run that is resumed");
      }
      for (const other of [text.slice(1), `${text.slice(1)}a`]) {
        await expect(train(one, { resume: true }, other)).rejects.toThrow(
          "the text of the run that is resumed",
        );
      }
      expect(one.step).toBe(30);
      one.dispose();
    }
  });

  it("says what is wrong before it begins", async () => {
    const model = await CharRnn.create(small);
    const weights = model.weights();
    await expect(train(model, short, `${text}É`)).rejects.toThrow('"É" (U+00C9) at index 2000');
    await expect(train(model, { ...short, validation: "the É" })).rejects.toThrow(
      "validation: expected characters",
    );
    await expect(train(model, { ...short, validation: "t" })).rejects.toThrow(
      "validation: expected at least 2",
    );
    await expect(train(model, short, text.slice(0, 10))).rejects.toThrow(
      "text: expected at least 11 characters",
    );
    await expect(train(model, { ...short, resume: true })).rejects.toThrow("resume: expected");
    const reason = new Error("no");
    await expect(train(model, { ...short, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const wrong: TrainOptions[] = [
      { steps: 0 },
      { seed: -1 },
      { batch: 0 },
      { window: 1.5 },
      { learningRate: -1 },
      { learningRate: Number.NaN },
      { schedule: "steps" as "cosine" },
      { warmup: -1 },
      { finalRate: 2 },
      { clip: 0 },
      { weightDecay: -1 },
      { beta1: 2 },
      { evaluateEvery: 0 },
      { evaluateBatch: 0 },
      { stopAfter: 0 },
    ];
    for (const options of wrong) {
      const [name] = Object.keys(options);
      await expect(train(model, { ...short, ...options }), name).rejects.toThrow(RangeError);
      await expect(train(model, { ...short, ...options }), name).rejects.toThrow(`${name}: `);
    }
    expect(model.weights()).toEqual(weights);
    expect(await train(model, short, text.slice(0, 11))).not.toHaveLength(0);
    model.dispose();
  });

  it("does not take a step whose gradient is not finite", async () => {
    const model = await CharRnn.create(small);
    const bias = new Float32Array(model.alphabet.length);
    bias[0] = Infinity;
    model.setWeights({ "head.bias": bias });
    const before = model.weights();
    await expect(train(model, short)).rejects.toThrow(
      "learningRate: expected a rate at which the gradient stays finite",
    );
    expect(model.weights()).toEqual(before);
    expect(model.step).toBe(0);
    model.dispose();
  });

  it("refuses a checkpoint whose run does not fit or makes no sense", async () => {
    const model = await CharRnn.create(small);
    await train(model, { ...short, stopAfter: 3 });
    const bytes = model.checkpoint();
    model.dispose();
    const { config, weights, optimizer, state, counters } = readCheckpoint(bytes);
    const contents = { model: "rnn", config, weights, optimizer, state, counters };
    const changed = (change: object): Promise<CharRnn> =>
      CharRnn.load(writeCheckpoint({ ...contents, ...change }));
    const run = counters.run as object;
    const wrong: object[] = [
      { model: "gpt" },
      { config: { ...config, alphabet: "abc" } },
      { config: { ...config, hidden: 0 } },
      { counters: { ...counters, step: -1 } },
      { counters: { ...counters, positions: [1, 2] } },
      { counters: { ...counters, positions: [1, 2, 3, "4"] } },
      { counters: { ...counters, textHash: 0.5 } },
      { counters: { ...counters, run: { ...run, batch: 0 } } },
      { counters: { ...counters, run: null } },
    ];
    for (const change of wrong)
      await expect(changed(change), JSON.stringify(change)).rejects.toThrow(FormatError);
    for (const change of [{ optimizer: {} }, { state: {} }]) {
      const loaded = await changed(change);
      await expect(train(loaded, { resume: true })).rejects.toThrow(FormatError);
      loaded.dispose();
    }
  });
});
