import { RangeError } from "@lanewise/core-wasm/errors";
import { describe, expect, it } from "vitest";
import {
  type BpeTrainingOptions,
  trainBpe,
  type TrainingDocuments,
  trainSentencePieceBpe,
  trainUnigram,
  trainWordPiece,
} from "../../src/train/index.js";
import { MergeTrainer, type LearntMerge } from "../../src/train/mergeTrainer.js";
import { Pacer } from "../../src/train/pacer.js";
import { takeKernel, giveBack } from "../../src/train/trainKernel.js";
import { WordCounter } from "../../src/train/wordCounter.js";
import { englishText } from "./englishText.js";

const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

async function learnInSlices(text: string, slice: number): Promise<LearntMerge[]> {
  const kernel = await takeKernel();
  const counter = new WordCounter(kernel, "spaces");
  for await (const event of counter.count(text, new Pacer(undefined))) expect(event.phase).toBe("counting");
  const { bytes: symbols, offsets, counts } = counter.words();
  kernel.reset();
  const rules = {
    alphabet: bytes,
    tokens: 600,
    minimumFrequency: 2,
    maximumTokenLength: Infinity,
    prefixBytes: 0,
  };
  const words = { symbols, offsets, counts };
  const trainer = await MergeTrainer.create(kernel, words, rules, new Pacer(undefined));
  const merges: LearntMerge[] = [];
  for await (const learnt of trainer.merges(new Pacer(undefined), slice)) merges.push(...learnt);
  giveBack(kernel);
  return merges;
}

describe("a training", () => {
  it.each([trainBpe, trainSentencePieceBpe, trainUnigram, trainWordPiece])(
    "wants options: $name",
    (train) => {
      for (const options of [undefined, null, 300]) {
        expect(() => train("text", options as never)).toThrow(RangeError);
        expect(() => train("text", options as never)).toThrow(
          /^options: expected \{ vocabularySize, … \}, got /,
        );
      }
    },
  );

  it("learns the same in slices of any size", async () => {
    const text = `${englishText(3000)} ${"a".repeat(101)} ${"ab".repeat(50)}`;
    const whole = await learnInSlices(text, 1e9);
    expect(whole.length).toBeGreaterThan(100);
    for (const slice of [1, 2, 7, 1000]) expect(await learnInSlices(text, slice)).toEqual(whole);
  });

  it("stops where it is when it is aborted, and tells the reason", async () => {
    // One text of letters alone cannot be cut in windows, and one word of it is all positions at once.
    const text = englishText(3_000_000).replaceAll(" ", "e");
    for (const phase of ["counting", "merging"]) {
      const controller = new AbortController();
      const reason = new Error("enough");
      const training = trainBpe(text, { vocabularySize: 5000, scanner: "none", signal: controller.signal });
      let told = 0;
      const iterate = async (): Promise<void> => {
        for await (const event of training) {
          if (event.phase !== phase || told++ > 0) continue;
          controller.abort(reason);
        }
      };
      await expect(iterate()).rejects.toBe(reason);
      await expect(training.definition).rejects.toBe(reason);
      if (phase === "merging") expect(told).toBeLessThan(5000 - 256);
    }
  });

  it("does not begin where its signal is aborted already", async () => {
    const signal = AbortSignal.abort();
    await expect(trainBpe("text", { vocabularySize: 300, signal }).definition).rejects.toBe(signal.reason);
  });

  it("does not wait for documents that do not come when it is aborted", async () => {
    const controller = new AbortController();
    let closed = false;
    const never: AsyncIterable<string> = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => {
          closed = true;
          return { done: true, value: undefined };
        },
      }),
    };
    const { definition } = trainBpe(never, { vocabularySize: 300, signal: controller.signal });
    setTimeout(() => controller.abort("late"), 1);
    await expect(definition).rejects.toBe("late");
    expect(closed).toBe(true);
  });

  it("tells of nothing more once it is aborted by who hears of its events", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const training = trainBpe(englishText(2000), { vocabularySize: 300, signal });
    const phases: string[] = [];
    const loop = async (): Promise<void> => {
      for await (const { phase } of training) {
        phases.push(phase);
        if (phase === "merging") controller.abort("enough");
      }
    };
    await expect(loop()).rejects.toBe("enough");
    expect(phases.filter((phase) => phase === "merging")).toEqual(["merging"]);
    await expect(training.definition).rejects.toBe("enough");
  });

  it("hears of an abort that comes before it asks for a document", async () => {
    const controller = new AbortController();
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
    const { definition } = trainBpe(never, { vocabularySize: 300, signal: controller.signal });
    controller.abort("early");
    await expect(definition).rejects.toBe("early");
  });

  it("lets timers run meanwhile", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await trainBpe(englishText(3_000_000), { vocabularySize: 20_000 }).definition;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(0);
  });

  it("is left by a break, and told once", async () => {
    const training = trainBpe(englishText(5000), { vocabularySize: 400 });
    for await (const event of training) if (event.phase === "merging") break;
    await expect(training.definition).rejects.toMatchObject({ name: "AbortError" });
    await expect(training[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
    const drained = trainBpe("a a", { vocabularySize: 256 });
    expect(await drained.definition).toBe(await drained.definition);
    await expect(drained[Symbol.asyncIterator]().next()).rejects.toThrow(RangeError);
  });

  it("passes on what its documents throw", async () => {
    const reason = new Error("no such file");
    async function* broken(): AsyncGenerator<string> {
      yield "text";
      throw reason;
    }
    await expect(trainBpe(broken(), { vocabularySize: 300 }).definition).rejects.toBe(reason);
    const numbers = ["text", 1] as unknown as string[];
    await expect(trainBpe(numbers, { vocabularySize: 300 }).definition).rejects.toThrow(
      /^documents: expected strings, got 1$/,
    );
  });

  it("holds no memory from run to run", async () => {
    const text = englishText(50_000);
    const sizes: number[] = [];
    for (let run = 0; run < 20; run++) {
      await trainBpe(text, { vocabularySize: 500 }).definition;
      const kernel = await takeKernel();
      sizes.push(kernel.memory.buffer.byteLength);
      giveBack(kernel);
    }
    expect(new Set(sizes).size).toBe(1);
  });

  it("runs beside others", async () => {
    const text = englishText(30_000);
    const one = await trainBpe(text, { vocabularySize: 400 }).definition;
    const several = [1, 2, 3].map(() => trainBpe(text, { vocabularySize: 400 }).definition);
    expect(await Promise.all(several)).toEqual([one, one, one]);
  });
});

describe("what trainBpe refuses", () => {
  const bad: [string, Partial<Record<keyof BpeTrainingOptions, unknown>>][] = [
    ["vocabularySize", { vocabularySize: 255 }],
    ["vocabularySize", { vocabularySize: 256, specialTokens: ["<s>"] }],
    ["vocabularySize", { vocabularySize: 300.5 }],
    ["vocabularySize", { vocabularySize: "300" }],
    ["vocabularySize", { vocabularySize: undefined }],
    ["vocabularySize", { vocabularySize: 2 ** 24 + 1 }],
    ["scanner", { scanner: "gpt5" }],
    ["specialTokens", { specialTokens: "<s>" }],
    ["specialTokens", { specialTokens: [""] }],
    ["specialTokens", { specialTokens: ["<s>", "<s>"] }],
    ["specialTokens", { specialTokens: ["\ud800"] }],
    ["specialTokens", { specialTokens: [1] }],
    ["minimumFrequency", { minimumFrequency: -1 }],
    ["minimumFrequency", { minimumFrequency: Number.NaN }],
    ["maximumTokenLength", { maximumTokenLength: 0 }],
    ["maximumTokenLength", { maximumTokenLength: 1.5 }],
    ["signal", { signal: { aborted: false } }],
  ];
  it.each(bad)("%s: %o", (argument, options) => {
    const all = { vocabularySize: 300, ...options } as BpeTrainingOptions;
    expect(() => trainBpe("text", all)).toThrow(RangeError);
    expect(() => trainBpe("text", all)).toThrow(new RegExp(`^${argument}: expected `));
  });

  it.each([undefined, null, 1, {}])("documents: %o", (documents) => {
    const all = { vocabularySize: 300 };
    expect(() => trainBpe(documents as TrainingDocuments, all)).toThrow(/^documents: expected /);
  });
});
