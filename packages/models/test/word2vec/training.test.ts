import { DisposedError, FormatError, RangeError, Runtime, word2vecStride } from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { afterAll, describe, expect, it } from "vitest";
import { Pacer } from "../../src/optim/pacer.js";
import type { TrainEvent } from "../../src/word2vec/config.js";
import { resolveRun } from "../../src/word2vec/runOptions.js";
import { runTraining } from "../../src/word2vec/train.js";
import type { RunOptions, SavedTraining, Trainee } from "../../src/word2vec/trainee.js";
import { Training } from "../../src/word2vec/training.js";
import { noise } from "../variants.js";

const [vocabulary, dim] = [60, 18];

/** Words that like their neighbours: a walk that mostly goes on in its own sixth of the vocabulary. */
function corpusOf(words: number): { ids: Int32Array<ArrayBuffer>; starts: Int32Array<ArrayBuffer> } {
  let state = 7;
  const draw = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  const ids = new Int32Array(words);
  const starts = [0];
  let topic = 0;
  for (let i = 0; i < words; i++) {
    if (i > starts.at(-1)! && draw(15) === 0) {
      starts.push(i);
      topic = draw(6);
    }
    ids[i] = 10 * topic + Math.min(draw(10), draw(10));
  }
  return { ids, starts: Int32Array.from([...starts, words]) };
}

const corpus = corpusOf(30_000);
const counts = new Float64Array(vocabulary);
for (const id of corpus.ids) counts[id]!++;

interface Made {
  trainee: Trainee;
  weights: () => Float32Array[];
}

function make(runtime: Runtime, options: Partial<Trainee> = {}): Made {
  const stride = word2vecStride(dim);
  const values = noise(vocabulary * stride, 3, 0.03).map((value, i) => (i % stride < dim ? value : 0));
  const [input, output] = [runtime.heap.from("f32", values), runtime.heap.alloc("f32", values.length)];
  const trainee: Trainee = {
    ...{ runtime, architecture: "skipgram", dim, window: 3, subsample: 0.02, input, output, counts },
    negativeSampling: { negatives: 5, power: 0.75 },
    ...options,
  };
  return { trainee, weights: () => [input.toArray(), output.toArray()] };
}

const run = (options: Partial<RunOptions> = {}): RunOptions =>
  resolveRun({ epochs: 2, seed: 4, learningRate: 0.05, ...options }, "skipgram");

async function finish(training: Training): Promise<{ loss: number; predictions: number }[]> {
  const stretches = [];
  const pacer = new Pacer();
  while (!training.done) stretches.push(await training.advance(pacer));
  return stretches;
}

const fnv = (arrays: Float32Array[]): string =>
  arrays
    .flatMap((array) => [...new Uint8Array(array.buffer)])
    .reduce((h, byte) => Math.imul(h ^ byte, 0x01000193) >>> 0, 0x811c9dc5)
    .toString(16);

describe("training word2vec", () => {
  const runtime = Runtime.createSync({ variant: "simd" });
  afterAll(() => runtime.dispose());

  it.each([
    [1, "a6bae75e"],
    [2, "a0091864"],
    [4, "3bc704ee"],
  ])("gives these bits with %i lanes, on one thread and on two, in every engine", async (lanes, bits) => {
    const { trainee, weights } = make(runtime);
    const training = new Training(trainee, corpus, run({ lanes }));
    await finish(training);
    training.dispose();
    expect(fnv(weights())).toBe(bits);
    // A page of these tests has no shared memory, and falls back to one thread; Node has two.
    const threads = await createThreadedRuntime({
      ...{ variant: "simd", threads: 2, leastPart: 0, mainThread: "one-thread" },
      fallback: () => {},
    });
    const other = make(threads);
    await finish(new Training(other.trainee, corpus, run({ lanes })));
    expect(fnv(other.weights())).toBe(bits);
    threads.dispose();
  });

  it("learns as much with two lanes and with three as with one", async () => {
    const losses: number[] = [];
    for (const lanes of [1, 2, 3]) {
      const { trainee } = make(runtime);
      await finish(new Training(trainee, corpus, run({ lanes, epochs: 4 })));
      // At rate 0: the loss of the weights as they are.
      const still = run({ lanes: 1, epochs: 1, learningRate: 0, finalLearningRate: 0 });
      const stretches = await finish(new Training(trainee, corpus, still));
      const sum = (of: "loss" | "predictions"): number =>
        stretches.reduce((total, stretch) => total + stretch[of], 0);
      losses.push(sum("loss") / sum("predictions"));
    }
    // Six times ln 2, 4.16, before training.
    expect(losses[0]).toBeLessThan(1.3);
    expect(losses[1]! / losses[0]!).toBeLessThan(1.015);
    expect(losses[2]! / losses[0]!).toBeLessThan(1.04);
  });

  it("goes on where a saved run stands, bit for bit", async () => {
    for (const lanes of [1, 2]) {
      const whole = make(runtime);
      const straight = new Training(whole.trainee, corpus, run({ lanes }));
      await finish(straight);
      const parts = make(runtime);
      let training = new Training(parts.trainee, corpus, run({ lanes }));
      const pacer = new Pacer();
      for (let stop = 0; stop < 5; stop++) {
        await training.advance(pacer);
        const saved = JSON.parse(JSON.stringify(training.save())) as SavedTraining;
        training.dispose();
        training = new Training(parts.trainee, corpus, run({ lanes }), saved);
        expect(training.words).toBe(saved.words);
      }
      await finish(training);
      expect(parts.weights()).toEqual(whole.weights());
      straight.dispose();
      training.dispose();
    }
  });

  it("goes back to the round before when it is aborted in the middle of one", async () => {
    // So many negatives that a round takes several stretches.
    const many = { negativeSampling: { negatives: 100, power: 0.75 } };
    const { trainee, weights } = make(runtime, many);
    const once = run({ lanes: 2, epochs: 1 });
    const training = new Training(trainee, corpus, once);
    await training.advance(new Pacer());
    const [before, { words }] = [weights(), training];
    const aborted = new AbortController();
    aborted.abort(new Error("enough"));
    // Due at once, so that it pauses as soon as it may.
    const pacer = new Pacer({ signal: aborted.signal, milliseconds: 0 });
    await expect(training.advance(pacer)).rejects.toThrow("enough");
    expect(training.words).toBe(words);
    expect(weights()).toEqual(before);
    await finish(training);
    const straight = make(runtime, many);
    await finish(new Training(straight.trainee, corpus, once));
    expect(weights()).toEqual(straight.weights());
    training.dispose();
  });

  it("tells how it goes, at its end always, and can be left and gone on with", async () => {
    const { trainee } = make(runtime);
    const training = new Training(trainee, corpus, run());
    for await (const { words } of runTraining(training)) {
      expect(words).toBeGreaterThan(0);
      break;
    }
    expect(training.done).toBe(false);
    const events: TrainEvent[] = [];
    for await (const event of runTraining(training)) events.push(event);
    const last = events.at(-1)!;
    expect(last).toMatchObject({ epoch: 2, epochs: 2, words: 60_000, totalWords: 60_000, etaSeconds: 0 });
    expect(last.loss).toBeGreaterThan(1);
    expect(last.learningRate).toBeLessThan(0.01);
    expect(last.wordsPerSecond).toBeGreaterThan(0);
    expect(training.learningRate).toBeCloseTo(5e-6, 12);
    training.dispose();
  });

  it("stops soon when it is aborted", async () => {
    const { trainee } = make(runtime);
    const training = new Training(trainee, corpus, run({ epochs: 100_000 }));
    const aborted = new AbortController();
    setTimeout(() => aborted.abort(new Error("enough")), 50);
    const iterate = async (): Promise<void> => {
      for await (const _ of runTraining(training, { signal: aborted.signal }));
    };
    await expect(iterate()).rejects.toThrow("enough");
    training.dispose();
  });

  it("trains in Hogwild mode, on one thread as in one lane", async () => {
    const [hogwild, ordered] = [make(runtime), make(runtime)];
    await finish(new Training(hogwild.trainee, corpus, run({ mode: "hogwild" })));
    await finish(new Training(ordered.trainee, corpus, run({ lanes: 1 })));
    expect(hogwild.weights()).toEqual(ordered.weights());
  });

  it("gives its memory back, and no more is to be had of it", async () => {
    const { trainee } = make(runtime);
    const before = runtime.heap.bytesInUse;
    for (const lanes of [1, 3]) {
      const training = new Training(trainee, corpus, run({ lanes }));
      expect(runtime.heap.bytesInUse).toBeGreaterThan(before);
      await training.advance(new Pacer());
      training.dispose();
      training.dispose();
      await expect(training.advance(new Pacer())).rejects.toThrow(DisposedError);
      expect(runtime.heap.bytesInUse).toBe(before);
    }
    expect(() => new Training({ ...trainee, window: 0 }, corpus, run())).toThrow(RangeError);
    expect(runtime.heap.bytesInUse).toBe(before);
  });

  it("says when the rate is too high, with the last round's weights as they were", async () => {
    const { trainee, weights } = make(runtime);
    const training = new Training(trainee, corpus, run({ learningRate: 1e30, epochs: 1 }));
    await expect(finish(training)).rejects.toThrow(/learningRate/);
    expect(weights().every((array) => array.every((value) => Number.isFinite(value)))).toBe(true);
    training.dispose();
  });

  it("checks what it is given", () => {
    const { trainee } = make(runtime);
    const [ids, starts] = [new Int32Array(0), Int32Array.of(0)];
    expect(() => new Training(trainee, { ids, starts }, run())).toThrow(/corpus/);
    const saved = { words: 400, run: run(), corpus: { words: 1, hash: 2 } };
    expect(() => new Training(trainee, corpus, run(), saved)).toThrow(RangeError);
    const training = new Training(trainee, corpus, run());
    for (const words of [-1, 0.5, 60_001]) {
      const wrong = { ...training.save(), words };
      expect(() => new Training(trainee, corpus, run(), wrong)).toThrow(FormatError);
    }
    training.dispose();
    for (const options of [
      { epochs: 0 },
      { learningRate: -1 },
      { finalLearningRate: NaN },
      { seed: 0.5 },
      { lanes: 0 },
      { lanes: 17 },
      { mode: "sideways" as never },
    ]) {
      expect(() => resolveRun(options, "skipgram"), JSON.stringify(options)).toThrow(RangeError);
    }
    expect(resolveRun({}, "cbow")).toEqual({
      ...{ epochs: 5, learningRate: 0.05, finalLearningRate: 5e-6, mode: "ordered", seed: 0, lanes: 2 },
    });
    expect(resolveRun({ epochs: 9 }, "skipgram", run())).toEqual({ ...run(), epochs: 9 });
    expect(() => resolveRun({ seed: 5 }, "skipgram", run())).toThrow(/resumed/);
    expect(() => resolveRun({ lanes: 3 }, "skipgram", run())).toThrow(/resumed/);
  });
});

describe("runTraining", () => {
  it("reports the last words with those before, where they are too few for a mean", async () => {
    const rounds = [
      { words: 1000, loss: 700, predictions: 1000 },
      { words: 2, loss: 9, predictions: 3 },
    ];
    let taken = 0;
    const training = {
      totalWords: 1002,
      epoch: 1,
      run: { epochs: 1 },
      learningRate: 0.01,
      get words(): number {
        return rounds.slice(0, taken).reduce((sum, { words }) => sum + words, 0);
      },
      get done(): boolean {
        return taken === rounds.length;
      },
      advance: async () => rounds[taken++],
    };
    const events: TrainEvent[] = [];
    for await (const event of runTraining(training as unknown as Training)) events.push(event);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({ words: 1002, loss: 709 / 1003, etaSeconds: 0 });
  });
});
