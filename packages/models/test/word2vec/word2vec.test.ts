import {
  DisposedError,
  FormatError,
  RangeError,
  Runtime,
  ShapeError,
  UnsupportedError,
} from "@lanewise/core-wasm";
import { afterAll, describe, expect, it } from "vitest";
import { readCheckpoint, type SafeTensor, writeCheckpoint } from "../../src/io/index.js";
import {
  readCorpus,
  type TrainEvent,
  type TrainOptions,
  Vocabulary,
  Word2Vec,
  type Word2VecOptions,
} from "../../src/word2vec/index.js";
import { subwordBuckets } from "../../src/word2vec/subwords.js";
import { cases, sampleSentences, weightsHash } from "./probe.mjs";

const runtime = Runtime.createSync({ variant: "simd" });
afterAll(() => runtime.dispose());

const sentences = sampleSentences(3000);
const small: Word2VecOptions = { dim: 10, minimumCount: 2, seed: 1, runtime };

async function train(
  model: Word2Vec,
  options: TrainOptions = {},
  corpus: Parameters<Word2Vec["train"]>[0] = sentences,
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of model.train(corpus, options)) events.push(event);
  return events;
}

describe("Word2Vec.create", () => {
  it("has the vocabulary of a corpus, and input weights within ±1 / (2 dim)", async () => {
    const model = await Word2Vec.create(sentences, small);
    const { vocabulary } = await readCorpus(sentences, { minimumCount: 2 });
    expect(model.vocabulary.words).toEqual(vocabulary.words);
    const weights = model.weights();
    const input = weights.get("input.weight")!;
    expect(input).toHaveLength(10 * vocabulary.size);
    expect(Math.max(...input.map(Math.abs))).toBeLessThanOrEqual(0.05);
    expect(Math.max(...input)).toBeGreaterThan(0.049);
    expect(Math.min(...input)).toBeLessThan(-0.049);
    expect(weights.get("output.weight")!.every((value) => value === 0)).toBe(true);
    expect(model.parameterCount).toBe(20 * vocabulary.size);
    expect(model.matrix()).toEqual(input);
    model.dispose();
  });

  it("takes a vocabulary as it is", async () => {
    const vocabulary = new Vocabulary(["a", "b"], [2, 1]);
    const model = await Word2Vec.create(vocabulary, { ...small, minimumCount: 5 });
    expect(model.vocabulary).toBe(vocabulary);
    model.dispose();
  });

  it("draws other weights from another seed, and the same whatever the row's length", async () => {
    const [one, two] = await Promise.all([
      Word2Vec.create(sentences, { ...small, dim: 7 }),
      Word2Vec.create(sentences, { ...small, dim: 7, seed: 2 }),
    ]);
    expect(await weightsHash(one)).not.toBe(await weightsHash(two));
    const values = new Set(one.matrix());
    expect(values.size).toBeGreaterThan(0.99 * one.matrix().length);
    one.dispose();
    two.dispose();
  });

  it.each<Word2VecOptions>([
    { architecture: "glove" as "cbow" },
    { objective: "softmax" as "negativeSampling" },
    { dim: 0 },
    { dim: 1.5 },
    { window: 0 },
    { window: 1025 },
    { negatives: 0 },
    { negatives: 512 },
    { negativePower: NaN },
    { subsample: -1 },
    { subsample: Infinity },
    { seed: -1 },
    { seed: 2 ** 53 },
    { minimumCount: 0 },
    { maximumVocabulary: 0 },
    { subwords: { minimumLength: 0 } },
    { subwords: { minimumLength: 4, maximumLength: 3 } },
    { subwords: { buckets: 0 } },
  ])("refuses %j", async (options) => {
    const before = runtime.heap.bytesInUse;
    await expect(Word2Vec.create(sentences, { ...small, ...options })).rejects.toThrow(RangeError);
    expect(runtime.heap.bytesInUse).toBe(before);
  });

  it("refuses a corpus without a word that comes often enough", async () => {
    await expect(Word2Vec.create("", small)).rejects.toThrow(RangeError);
    await expect(Word2Vec.create("a b c", small)).rejects.toThrow(RangeError);
  });
});

describe("Word2Vec.train", () => {
  it("really reads every epoch: all words, down to the last learning rate", async () => {
    const model = await Word2Vec.create(sentences, small);
    const { corpus } = await readCorpus(sentences, { minimumCount: 2 });
    const began = performance.now();
    const events = await train(model, { epochs: 7, learningRate: 0.05, finalLearningRate: 0.001 });
    const seconds = (performance.now() - began) / 1000;
    const last = events.at(-1)!;
    expect(last.words).toBe(7 * corpus.ids.length);
    expect(last.totalWords).toBe(7 * corpus.ids.length);
    expect(last.epoch).toBe(7);
    expect(last.epochs).toBe(7);
    expect(last.etaSeconds).toBe(0);
    expect(events[0]!.learningRate).toBeCloseTo(0.05, 3);
    expect(last.learningRate).toBeGreaterThanOrEqual(0.001);
    // At most a round above: an eighth of an epoch.
    expect(last.learningRate).toBeLessThanOrEqual(0.001 + 0.049 / 7 / 8 + 1e-9);
    expect(events.length).toBeLessThanOrEqual(2 + 10 * seconds);
    for (const [i, event] of events.entries()) {
      expect(event.words).toBeGreaterThan(events[i - 1]?.words ?? 0);
      expect(event.wordsPerSecond).toBeGreaterThan(0);
      expect(event.loss).toBeGreaterThan(0);
    }
    model.dispose();
  });

  it("begins at a loss of ln 2 a term, and gets lower", async () => {
    const model = await Word2Vec.create(sentences, { ...small, subsample: 0 });
    const [first] = await train(model, { epochs: 1, learningRate: 0 });
    // The target and five negatives, of which those that are the target are left out.
    expect(first!.loss).toBeGreaterThan(5 * Math.LN2);
    expect(first!.loss).toBeLessThan(6 * Math.LN2);
    await train(model, { epochs: 20, learningRate: 0.1 });
    const last = (await train(model, { epochs: 1, learningRate: 0 })).at(-1)!;
    expect(last.loss).toBeLessThan(0.8 * first!.loss);
    model.dispose();
  });

  it("reads more in a second epoch than in one", async () => {
    const hashes = new Set<string>();
    for (const epochs of [1, 2, 3]) {
      const model = await Word2Vec.create(sentences, small);
      await train(model, { epochs });
      hashes.add(await weightsHash(model));
      model.dispose();
    }
    expect(hashes.size).toBe(3);
  });

  it("gives the same for the same seed, another for another, from any form of the corpus", async () => {
    const { vocabulary, corpus } = await readCorpus(sentences, { minimumCount: 2 });
    const hash = async (form: Parameters<Word2Vec["train"]>[0], seed: number): Promise<string> => {
      const model = await Word2Vec.create(vocabulary, small);
      await train(model, { seed, epochs: 1 }, form);
      const result = await weightsHash(model);
      model.dispose();
      return result;
    };
    const wanted = await hash(sentences, 1);
    expect(await hash(sentences.map((list) => list.join(" ")).join("\n"), 1)).toBe(wanted);
    expect(await hash(corpus, 1)).toBe(wanted);
    expect(await hash(() => sentences.values(), 1)).toBe(wanted);
    expect(await hash(sentences, 2)).not.toBe(wanted);
  });

  it("leaves words out that it does not know", async () => {
    const model = await Word2Vec.create("a b a b a b", { ...small, minimumCount: 1 });
    const [event] = await train(model, { epochs: 1 }, "a x b\ny\na");
    expect(event!.totalWords).toBe(3);
    await expect(train(model, {}, "x y z")).rejects.toThrow(RangeError);
    await expect(train(model, {}, "")).rejects.toThrow(RangeError);
    model.dispose();
  });

  it("trains on little and on odd corpora without a number that is not finite", async () => {
    for (const options of Object.values(cases)) {
      for (const text of [
        "a",
        "a a a a",
        "a\na\na",
        "a b",
        "\ud800 \udc00 \ud800",
        `${"w ".repeat(5000)}x`,
      ]) {
        const model = await Word2Vec.create(text, { ...options, minimumCount: 1, runtime });
        const events = await train(model, { epochs: 2 }, text);
        expect(events.at(-1)!.words).toBe(events.at(-1)!.totalWords);
        expect(Number.isFinite(events.at(-1)!.loss)).toBe(true);
        for (const array of model.weights().values()) expect(array.every(Number.isFinite)).toBe(true);
        model.dispose();
      }
    }
  });

  it("trains on one sentence of a million words, and hears an abort on the way", async () => {
    const words = sampleSentences(1_000_000).flat();
    const { vocabulary, corpus } = await readCorpus([words]);
    expect(corpus.starts).toHaveLength(2);
    const model = await Word2Vec.create(vocabulary, small);
    const controller = new AbortController();
    let at = 0;
    setTimeout(() => {
      at = performance.now();
      controller.abort(new Error("enough"));
    }, 60);
    await expect(train(model, { epochs: 1000, signal: controller.signal }, corpus)).rejects.toThrow("enough");
    expect(at).toBeGreaterThan(0);
    const events = await train(model, { epochs: 1 }, corpus);
    expect(events.at(-1)!.words).toBe(words.length);
    model.dispose();
  });

  it("goes on after an abort as if there had been none", async () => {
    const wanted = await Word2Vec.create(sentences, small);
    await train(wanted, { epochs: 40 });
    const model = await Word2Vec.create(sentences, small);
    let resume = false;
    for (let rounds = 1; rounds < 5; rounds++) {
      const controller = new AbortController();
      let count = 0;
      const run = { epochs: 40, resume, signal: controller.signal };
      await expect(
        (async () => {
          for await (const _ of model.train(sentences, run))
            if (++count >= 1) controller.abort(new Error("enough"));
        })(),
      ).rejects.toThrow("enough");
      resume = true;
    }
    await train(model, { resume });
    expect(await weightsHash(model)).toBe(await weightsHash(wanted));
    wanted.dispose();
    model.dispose();
  });

  it("resumes what there is to resume, on the same corpus and by the same seed", async () => {
    const model = await Word2Vec.create(sentences, small);
    await expect(train(model, { resume: true })).rejects.toThrow(RangeError);
    for await (const _ of model.train(sentences, { epochs: 3, seed: 4 })) break;
    await expect(train(model, { resume: true, seed: 5 })).rejects.toThrow(RangeError);
    await expect(train(model, { resume: true }, sentences.slice(1))).rejects.toThrow(RangeError);
    const events = await train(model, { resume: true });
    expect(events.at(-1)!.epochs).toBe(3);
    expect(await train(model, { resume: true })).toEqual([]);
    model.dispose();
  });

  it("runs once at a time", async () => {
    const model = await Word2Vec.create(sentences, small);
    for await (const _ of model.train(sentences, { epochs: 2 })) {
      await expect(train(model)).rejects.toThrow(UnsupportedError);
      break;
    }
    await train(model, { epochs: 1 });
    const both = await Promise.allSettled([train(model, { epochs: 1 }), train(model, { epochs: 1 })]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    model.dispose();
  });

  it.each<TrainOptions>([
    { epochs: 0 },
    { epochs: 1.5 },
    { learningRate: -1 },
    { learningRate: NaN },
    { finalLearningRate: -1 },
    { seed: -1 },
    { mode: "fast" as "ordered" },
    { lanes: 0 },
  ])("refuses %j", async (options) => {
    const model = await Word2Vec.create(sentences, small);
    const before = await weightsHash(model);
    await expect(train(model, options)).rejects.toThrow(RangeError);
    expect(await weightsHash(model)).toBe(before);
    model.dispose();
  });

  it("refuses ids that are none of its vocabulary, and starts that do not fit", async () => {
    const model = await Word2Vec.create("a b a b", { ...small, minimumCount: 1 });
    const corpus = (
      ids: number[],
      starts: number[],
    ): { ids: Int32Array<ArrayBuffer>; starts: Int32Array<ArrayBuffer> } => ({
      ids: Int32Array.from(ids),
      starts: Int32Array.from(starts),
    });
    await expect(train(model, {}, corpus([0, 2], [0, 2]))).rejects.toThrow(RangeError);
    await expect(train(model, {}, corpus([0, -1], [0, 2]))).rejects.toThrow(RangeError);
    await expect(train(model, {}, corpus([0, 1], [0, 1]))).rejects.toThrow(RangeError);
    await expect(train(model, {}, corpus([0, 1], [0, 2, 1, 2]))).rejects.toThrow(RangeError);
    await expect(train(model, {}, corpus([0, 1], []))).rejects.toThrow(ShapeError);
    await expect(train(model, {}, corpus([], [0]))).rejects.toThrow(RangeError);
    model.dispose();
  });
});

describe("Word2Vec", () => {
  it("gives its vectors by word, in the order of the words, and as they stand", async () => {
    const model = await Word2Vec.create(sentences, small);
    const { words } = model.vocabulary;
    for await (const _ of model.train(sentences, { epochs: 2 })) {
      const vectors = model.vectors();
      expect(vectors.words).toEqual(words);
      expect(vectors.counts).toEqual(model.vocabulary.counts);
      expect(vectors.matrix()).toEqual(model.matrix());
      expect(vectors.vector(words[3]!)).toEqual(model.vector(words[3]!));
      vectors.dispose();
    }
    const [a, b] = [words[5]!, words[2]!];
    expect(model.matrix([a, b])).toEqual(Float32Array.of(...model.vector(a), ...model.vector(b)));
    expect(() => model.vector("never seen")).toThrow(RangeError);
    expect(() => model.matrix([a, "never seen"])).toThrow(RangeError);
    model.dispose();
  });

  it("gives words that it never saw the mean of their n-grams, with subwords", async () => {
    const subwords = { minimumLength: 3, maximumLength: 4, buckets: 100 };
    const model = await Word2Vec.create(sentences, { ...small, subwords });
    await train(model, { epochs: 1 });
    const { words } = model.vocabulary;
    const input = model.weights().get("input.weight")!;
    expect(input).toHaveLength(10 * (words.length + 100));
    const mean = (rows: number[]): number[] =>
      Array.from(
        { length: 10 },
        (_, j) => rows.reduce((sum, row) => sum + input[10 * row + j]!, 0) / rows.length,
      );
    const rows = subwordBuckets("wordy", subwords).map((bucket) => words.length + bucket);
    expect(model.vocabulary.has("wordy")).toBe(false);
    for (const [j, value] of model.vector("wordy").entries()) expect(value).toBeCloseTo(mean(rows)[j]!, 6);
    const known = [4, ...subwordBuckets(words[4]!, subwords).map((bucket) => words.length + bucket)];
    for (const [j, value] of model.vector(words[4]!).entries()) expect(value).toBeCloseTo(mean(known)[j]!, 6);
    expect(() => model.vector("")).toThrow(RangeError);
    model.dispose();
  });

  it("learns that words of the same stem are alike, seen or not, with subwords", async () => {
    const text = Array.from({ length: 2000 }, (_, i) =>
      i % 2 === 0 ? `sour fruit unripe${i % 14} is tart` : `sweet meal cooked${i % 14} was good`,
    ).join("\n");
    const model = await Word2Vec.create(text, { ...small, subsample: 0, subwords: { buckets: 2000 } });
    await train(model, { epochs: 20 }, text);
    const cosine = (a: Float32Array, b: Float32Array): number => {
      const dot = (x: Float32Array, y: Float32Array): number =>
        x.reduce((sum, value, i) => sum + value * y[i]!, 0);
      return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    };
    for (const [unseen, like, unlike] of [
      ["unripe99", "unripe2", "cooked3"],
      ["cooked99", "cooked3", "unripe2"],
    ] as const) {
      expect(model.vocabulary.has(unseen)).toBe(false);
      const vector = model.vector(unseen);
      expect(cosine(vector, model.vector(like))).toBeGreaterThan(0.3 + cosine(vector, model.vector(unlike)));
    }
    model.dispose();
  });

  it.each(Object.entries(cases))("is the same after a file: %s", async (_, options) => {
    const model = await Word2Vec.create(sentences, { ...options, runtime });
    await train(model, { epochs: 1 });
    const bytes = model.save();
    const again = await Word2Vec.load(bytes, { runtime });
    expect(again.config).toEqual(model.config);
    expect(again.vocabulary.words).toEqual(model.vocabulary.words);
    expect(again.vocabulary.counts).toEqual(model.vocabulary.counts);
    expect(again.weights()).toEqual(model.weights());
    expect(again.save()).toEqual(bytes);
    expect(again.matrix()).toEqual(model.matrix());
    await expect(train(again, { resume: true })).rejects.toThrow(RangeError);
    model.dispose();
    again.dispose();
  });

  it("keeps words with halves of surrogate pairs", async () => {
    const text = "\ud800 \udc00 \ufffd \u0000 \ud800\udc00 __proto__";
    const model = await Word2Vec.create(text, { ...small, minimumCount: 1 });
    const again = await Word2Vec.load(model.save(), { runtime });
    expect(again.vocabulary.words).toEqual(text.split(" "));
    model.dispose();
    again.dispose();
  });

  it("refuses files that are none of its own, and takes no memory for them", async () => {
    const model = await Word2Vec.create(sentences, small);
    for await (const _ of model.train(sentences, { epochs: 1 })) break;
    const good = readCheckpoint(model.checkpoint());
    model.dispose();
    const { config, counters, weights } = good;
    const changed = (change: {
      config?: object;
      counters?: object;
      weights?: Map<string, unknown>;
      model?: string;
    }): Uint8Array =>
      writeCheckpoint({ model: "word2vec", config, counters, weights, ...change } as Parameters<
        typeof writeCheckpoint
      >[0]);
    const without = (name: string): Map<string, unknown> =>
      new Map([...weights].filter(([key]) => key !== name));
    const training = counters.training as { run: object; corpus: object };
    const before = runtime.heap.bytesInUse;
    const loads = async (bytes: Uint8Array): Promise<void> =>
      (await Word2Vec.load(bytes, { runtime })).dispose();
    await loads(changed({}));
    for (const bytes of [
      new Uint8Array(),
      changed({}).subarray(0, 100),
      changed({ model: "rnn" }),
      changed({ config: { ...config, words: undefined } }),
      changed({ config: { ...config, words: ["a"] } }),
      changed({ config: { ...config, words: 7 } }),
      changed({ config: { ...config, dim: -1 } }),
      changed({ config: { ...config, dim: 11 } }),
      changed({ config: { ...config, architecture: "glove" } }),
      changed({ config: { ...config, objective: "hierarchicalSoftmax" } }),
      changed({ config: { ...config, subwords: { buckets: 2_000_000_000 } } }),
      changed({ config: { ...config, subwords: 7 } }),
      changed({ weights: without("counts") }),
      changed({ weights: without("input.weight") }),
      changed({ weights: without("output.weight") }),
      changed({
        weights: new Map<string, unknown>(weights).set(
          "counts",
          new Float64Array(weights.get("counts")!.size),
        ),
      }),
      changed({
        weights: new Map<string, unknown>(weights).set(
          "output.weight",
          withNaN(weights.get("output.weight")!),
        ),
      }),
      changed({ counters: { training: null } }),
      changed({ counters: { training: { ...training, words: -1 } } }),
      changed({ counters: { training: { ...training, run: { ...training.run, epochs: 0 } } } }),
      changed({ counters: { training: { ...training, run: null } } }),
      changed({ counters: { training: { ...training, corpus: null } } }),
    ]) {
      const error = await loads(bytes).then(
        () => "none",
        (error: unknown) => error,
      );
      expect(error instanceof FormatError || error instanceof ShapeError, String(error)).toBe(true);
    }
    expect(runtime.heap.bytesInUse).toBe(before);
  });

  it("refuses a saved run that is beyond its end", async () => {
    const model = await Word2Vec.create(sentences, small);
    for await (const _ of model.train(sentences, { epochs: 1 })) break;
    const { config, counters, weights } = readCheckpoint(model.checkpoint());
    model.dispose();
    const training = { ...(counters.training as object), words: 1e9 };
    const bytes = writeCheckpoint({ model: "word2vec", config, weights, counters: { training } });
    await expect(Word2Vec.load(bytes, { runtime })).rejects.toThrow(FormatError);
  });

  it("does not resume to an end that is behind it", async () => {
    const model = await Word2Vec.create(sentences, small);
    await train(model, { epochs: 2 });
    await expect(train(model, { epochs: 1, resume: true })).rejects.toThrow(
      /^epochs: expected at least as many as were read, 2, got 1$/,
    );
    model.dispose();
  });

  it("gives all of its memory back, after whatever ended a run", async () => {
    const before = runtime.heap.bytesInUse;
    for (const options of Object.values(cases)) {
      const model = await Word2Vec.create(sentences, { ...options, runtime });
      await train(model, { epochs: 1 });
      const held = runtime.heap.bytesInUse;
      for await (const _ of model.train(sentences)) break;
      await train(model, { signal: AbortSignal.abort(new Error("enough")) }).catch(() => {});
      await train(model, {}, "nothing known").catch(() => {});
      await train(model, { lanes: 4, epochs: 1 });
      expect(runtime.heap.bytesInUse).toBe(held);
      model.dispose();
      model.dispose();
    }
    expect(runtime.heap.bytesInUse).toBe(before);
  });

  it("is of no use after dispose, and a run on it ends", async () => {
    const before = runtime.heap.bytesInUse;
    const model = await Word2Vec.create(sentences, small);
    await expect(
      (async () => {
        for await (const _ of model.train(sentences, { epochs: 50 })) model.dispose();
      })(),
    ).rejects.toThrow(DisposedError);
    expect(runtime.heap.bytesInUse).toBe(before);
    expect(() => model.vectors()).toThrow(DisposedError);
    expect(() => model.vector("word1")).toThrow(DisposedError);
    expect(() => model.weights()).toThrow(DisposedError);
    expect(() => model.save()).toThrow(DisposedError);
    expect(() => model.checkpoint()).toThrow(DisposedError);
    await expect(train(model)).rejects.toThrow(DisposedError);
  });

  it("lets a model go that could not be finished", async () => {
    const before = runtime.heap.bytesInUse;
    const controller = new AbortController();
    const stream = async function* (): AsyncGenerator<string[]> {
      yield* sentences;
      controller.abort(new Error("enough"));
    };
    const options = { ...small, dim: 100, signal: controller.signal };
    await expect(Word2Vec.create(stream(), options)).rejects.toThrow("enough");
    expect(runtime.heap.bytesInUse).toBe(before);
  });
});

/** The same tensor with one number that is none. */
function withNaN(tensor: SafeTensor): { shape: readonly number[]; data: Float32Array } {
  const data = tensor.toFloat32();
  data[1] = NaN;
  return { shape: tensor.shape, data };
}
