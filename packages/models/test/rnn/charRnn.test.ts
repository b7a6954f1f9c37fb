import {
  DisposedError,
  FormatError,
  OutOfMemoryError,
  RangeError,
  Runtime,
  ShapeError,
} from "@lanewise/core-wasm";
import { describe, expect, it } from "vitest";
import { asciiAlphabet } from "../../src/data/index.js";
import { readCheckpoint, writeCheckpoint } from "../../src/io/index.js";
import { CharRnn, type CharRnnOptions, type GenerateOptions } from "../../src/rnn/index.js";
import { describeVariants, expectClose } from "../variants.js";
import { sampleText } from "./probe.mjs";

const text = sampleText(1200);
const small: CharRnnOptions = { hidden: 12, embed: 6, alphabet: text, seed: 3 };

async function write(model: CharRnn, prime: string, options: GenerateOptions = {}): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of model.generate(prime, options)) pieces.push(piece);
  return pieces;
}

/** −ln of the probability of each next character, one at a time from the logits. */
function losses(model: CharRnn, whole: string): number[] {
  return Array.from({ length: whole.length - 1 }, (_, i) => {
    const logits = Float64Array.from(model.logits(whole.slice(0, i + 1)));
    const top = Math.max(...logits);
    const sum = logits.reduce((total, logit) => total + Math.exp(logit - top), 0);
    return Math.log(sum) + top - logits[model.alphabet.indexOf(whole[i + 1]!)]!;
  });
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describeVariants("CharRnn", (runtime) => {
  for (const cell of ["rnn", "lstm", "gru"] as const) {
    it(`evaluates by the probability of each character given all before it: ${cell}`, async () => {
      const model = await CharRnn.create({ ...small, cell, layers: 2, runtime });
      const part = text.slice(0, 60);
      const expected = losses(model, part);
      const { loss, bitsPerCharacter, characters } = await model.evaluate(part);
      expect(characters).toBe(59);
      expectClose([loss, bitsPerCharacter], [mean(expected), mean(expected) / Math.LN2], { relative: 1e-5 });
      const primed = await model.evaluate(part.slice(20), { prime: part.slice(0, 20) });
      expect(primed.characters).toBe(40);
      expectClose([primed.loss], [mean(expected.slice(19))], { relative: 1e-5 });
      model.dispose();
    });

    it(`has the same states and logits, read one by one or at once: ${cell}`, async () => {
      const model = await CharRnn.create({ ...small, cell, layers: 2, runtime });
      const part = text.slice(0, 30);
      for (const layer of [0, 1]) {
        const states = model.hiddenStates(part, { layer });
        expect(states).toHaveLength(30 * 12);
        const first = model.hiddenStates(part.slice(0, 1), { layer });
        expectClose(states.subarray(0, 12), first);
      }
      const last = model.hiddenStates(part).subarray(29 * 12);
      const weights = model.weights();
      const [head, bias] = [weights.get("head.weight")!, weights.get("head.bias")!];
      const logits = Array.from(bias, (value, v) =>
        last.reduce((sum, h, j) => sum + h * head[v * 12 + j]!, value),
      );
      expectClose(model.logits(part), logits, { relative: 1e-5, absolute: 1e-5 });
      model.dispose();
    });
  }

  it("has the states of every layer of many: those of a model that ends there", async () => {
    const model = await CharRnn.create({ ...small, layers: 4, runtime });
    const part = text.slice(0, 300);
    const weights = model.weights();
    for (const layer of [0, 1, 2, 3]) {
      const lower = await CharRnn.create({ ...small, layers: layer + 1, runtime });
      lower.setWeights(new Map([...lower.weights().keys()].map((name) => [name, weights.get(name)!])));
      expect(model.hiddenStates(part, { layer })).toEqual(lower.hiddenStates(part));
      lower.dispose();
    }
    model.dispose();
  });

  it("evaluates a long text in windows, and in pieces side by side, to the same number", async () => {
    const model = await CharRnn.create({ ...small, runtime });
    const { loss, characters } = await model.evaluate(text);
    expect(characters).toBe(1199);
    expectClose([loss], [mean(losses(model, text.slice(0, 400)))], { relative: 0.02 });
    for (const batch of [2, 3, 7, 1198, 5000]) {
      const side = await model.evaluate(text, { batch });
      expect(side.characters).toBe(1199);
      expectClose([side.loss], [loss], { relative: 1e-5 });
    }
    model.dispose();
  });

  it("writes the same text for the same seed, a character a piece", async () => {
    const model = await CharRnn.create({ ...small, runtime });
    const pieces = await write(model, "the ", { length: 50, seed: 4 });
    expect(pieces).toHaveLength(50);
    for (const piece of pieces) expect(model.alphabet).toContain(piece);
    expect(await write(model, "the ", { length: 50, seed: 4 })).toEqual(pieces);
    expect(await write(model, "the ", { length: 50, seed: 5 })).not.toEqual(pieces);
    expect(await write(model, "the ", { length: 20, seed: 4 })).toEqual(pieces.slice(0, 20));
    model.dispose();
  });

  it("takes the likeliest at temperature 0, top-k 1 and min-p 1, reading what it wrote", async () => {
    const model = await CharRnn.create({ ...small, runtime });
    // Larger weights than at first, so that what comes hangs on all that was read.
    model.setWeights(
      new Map(Array.from(model.weights(), ([name, w]) => [name, w.map((value) => 6 * value)])),
    );
    const prime = text.slice(0, 600);
    const greedy = { temperature: 0, length: 12 };
    expect(await write(model, prime, greedy)).not.toEqual(await write(model, prime.slice(0, -2), greedy));
    let expected = "";
    for (let i = 0; i < 12; i++) {
      const logits = model.logits(`${prime}${expected}`);
      expected += model.alphabet[logits.indexOf(Math.max(...logits))];
    }
    for (const options of [{ temperature: 0 }, { topK: 1 }, { minP: 1 }, { topP: 0 }]) {
      expect((await write(model, prime, { ...options, length: 12 })).join("")).toBe(expected);
    }
    model.dispose();
  });
});

describe("CharRnn", () => {
  it("has PyTorch's names and shapes, and begins by the seed", async () => {
    const model = await CharRnn.create({ hidden: 128, embed: 64, alphabet: sampleText(5000), seed: 1 });
    const V = model.alphabet.length;
    expect(model.parameterCount).toBe(V * 64 + 4 * 128 * (64 + 128 + 2) + V * 128 + V);
    for (const cell of ["rnn", "lstm", "gru"] as const) {
      const three = await CharRnn.create({ ...small, cell, layers: 3 });
      const sizes = Array.from(three.weights().values(), ({ length }) => length);
      expect(three.parameterCount).toBe(sizes.reduce((sum, size) => sum + size, 0));
      three.dispose();
    }
    expect([...model.weights().keys()]).toEqual([
      "embedding.weight",
      ..."rnn.weight_ih_l0,rnn.weight_hh_l0,rnn.bias_ih_l0,rnn.bias_hh_l0".split(","),
      "head.weight",
      "head.bias",
    ]);
    const same = await CharRnn.create({ ...model.config });
    expect(same.weights()).toEqual(model.weights());
    const other = await CharRnn.create({ ...model.config, seed: 2 });
    expect(other.weights().get("head.weight")).not.toEqual(model.weights().get("head.weight"));
    for (const one of [model, same, other]) one.dispose();
  });

  it("knows printable ASCII by default, else what it is given", async () => {
    const model = await CharRnn.create({ hidden: 4, embed: 2 });
    expect(model.alphabet).toBe(asciiAlphabet);
    expect(model.config).toMatchObject({ cell: "lstm", hidden: 4, layers: 1, embed: 2, dropout: 0, seed: 0 });
    const odd = await CharRnn.create({ hidden: 4, embed: 2, alphabet: ["b", "", "a"] });
    expect(odd.config.alphabet).toEqual(["b", "", "a"]);
    expect(await write(odd, "ab", { length: 5 })).toHaveLength(5);
    model.dispose();
    odd.dispose();
  });

  it("goes on from a line feed, or the first symbol, where there is no prime", async () => {
    const model = await CharRnn.create({ ...small, alphabet: "ab\n" });
    expect(await write(model, "", { length: 20 })).toEqual(await write(model, "\n", { length: 20 }));
    const without = await CharRnn.create({ ...small, alphabet: "ab" });
    expect(await write(without, "", { length: 20 })).toEqual(await write(without, "a", { length: 20 }));
    expect(await write(without, "b", { length: 0 })).toEqual([]);
    model.dispose();
    without.dispose();
  });

  it("brings back from a file what it saved", async () => {
    const model = await CharRnn.create({ ...small, cell: "lstm", layers: 2, dropout: 0.2 });
    const bytes = model.save();
    const loaded = await CharRnn.load(bytes);
    expect(loaded.config).toEqual(model.config);
    expect(loaded.weights()).toEqual(model.weights());
    expect(loaded.step).toBe(0);
    expect(loaded.save()).toEqual(bytes);
    await expect(CharRnn.load(bytes.subarray(0, bytes.length - 4))).rejects.toThrow(FormatError);
    await expect(CharRnn.load(new Uint8Array(3))).rejects.toThrow(FormatError);
    model.dispose();
    loaded.dispose();
  });

  it("makes no model of a size that its file only claims", async () => {
    const model = await CharRnn.create(small);
    const { config, weights } = readCheckpoint(model.save());
    const runtime = await Runtime.create();
    for (const lie of [
      { hidden: 4096 },
      { layers: 2 },
      { embed: 7 },
      { alphabet: [...model.alphabet, "É"] },
    ]) {
      const bytes = writeCheckpoint({ model: "rnn", config: { ...config, ...lie }, weights });
      await expect(CharRnn.load(bytes, { runtime }), JSON.stringify(lie)).rejects.toThrow(ShapeError);
    }
    expect(runtime.heap.bytesInUse).toBe(0);
    const missing = new Map([...weights].slice(1));
    await expect(CharRnn.load(writeCheckpoint({ model: "rnn", config, weights: missing }))).rejects.toThrow(
      `weights: expected ${model.parameterCount} numbers`,
    );
    for (const smaller of [{ cell: "rnn" }, { hidden: 11 }]) {
      const bytes = writeCheckpoint({ model: "rnn", config: { ...config, ...smaller }, weights });
      await expect(CharRnn.load(bytes)).rejects.toThrow('tensors: expected "');
    }
    runtime.dispose();
    model.dispose();
  });

  it("takes weights by name, and none that do not fit", async () => {
    const model = await CharRnn.create(small);
    const before = model.weights();
    const bias = Float32Array.from(before.get("head.bias")!, (_, i) => i);
    expect(() => model.setWeights({ "head.bias": bias, "head.weight": [1] })).toThrow(ShapeError);
    expect(() => model.setWeights({ "head.bias": bias, "head.scale": [1] })).toThrow("head.scale");
    expect(model.weights()).toEqual(before);
    model.setWeights(new Map([["head.bias", bias]]));
    expect(model.weights().get("head.bias")).toEqual(bias);
    model.dispose();
  });

  it("names characters that it does not know, and options out of range", async () => {
    const model = await CharRnn.create(small);
    await expect(model.evaluate("the é")).rejects.toThrow(
      'text: expected characters of the model\'s alphabet, got "é"',
    );
    await expect(model.evaluate("the é")).rejects.toThrow("index 4");
    await expect(model.evaluate("the", { prime: "É" })).rejects.toThrow("prime: expected");
    await expect(write(model, "É")).rejects.toThrow("prime: expected");
    expect(() => model.hiddenStates("É")).toThrow(RangeError);
    expect(() => model.logits("")).toThrow(RangeError);
    expect(() => model.hiddenStates("the", { layer: 1 })).toThrow(RangeError);
    await expect(model.evaluate("t")).rejects.toThrow("at least 2 characters");
    await expect(model.evaluate("")).rejects.toThrow("text: expected at least 2 characters, got 0");
    await expect(model.evaluate("", { prime: "the" })).rejects.toThrow("at least 1 character, got 0");
    expect((await model.evaluate("t", { prime: "e" })).characters).toBe(1);
    const bytes = new TextEncoder().encode(text) as unknown as string;
    await expect(model.train(bytes).next()).rejects.toThrow("text: expected a string, got Uint8Array");
    await expect(model.evaluate("the", { batch: 0 })).rejects.toThrow(RangeError);
    await expect(write(model, "the", { length: -1 })).rejects.toThrow(RangeError);
    await expect(write(model, "the", { temperature: -1 })).rejects.toThrow(RangeError);
    await expect(write(model, "the", { topP: 2 })).rejects.toThrow(RangeError);
    await expect(write(model, "the", { seed: 0.5 })).rejects.toThrow(RangeError);
    model.dispose();
    const wrong: CharRnnOptions[] = [
      { hidden: 0 },
      { layers: 1.5 },
      { embed: -1 },
      { dropout: 1 },
      { alphabet: "" },
      { seed: -1 },
    ];
    for (const options of wrong) await expect(CharRnn.create(options)).rejects.toThrow(RangeError);
    await expect(CharRnn.create({ cell: "qrnn" as "rnn" })).rejects.toThrow('"rnn", "lstm" or "gru"');
  });

  it("stops when its signal says so", async () => {
    const model = await CharRnn.create(small);
    const reason = new Error("enough");
    const aborted = AbortSignal.abort(reason);
    await expect(model.evaluate(text, { signal: aborted })).rejects.toBe(reason);
    await expect(write(model, "the", { signal: aborted })).rejects.toBe(reason);
    const controller = new AbortController();
    const pieces: string[] = [];
    const writing = (async () => {
      for await (const piece of model.generate("the", { length: 1e9, signal: controller.signal })) {
        pieces.push(piece);
        if (pieces.length === 5) controller.abort(reason);
      }
    })();
    await expect(writing).rejects.toBe(reason);
    expect(pieces).toHaveLength(5);
    const late = new AbortController();
    setTimeout(() => late.abort(reason), 20);
    await expect(model.evaluate(text.repeat(2000), { signal: late.signal })).rejects.toBe(reason);
    model.dispose();
  });

  it("keeps nothing of what there was no room for", async () => {
    const maximumBytes = 3 * 2 ** 20;
    const runtime = await Runtime.create({ variant: "simd", maximumBytes });
    const model = await CharRnn.create({ ...small, hidden: 64, embed: 32, runtime });
    const weights = model.weights();
    const run = { steps: 4, batch: 2, window: 8 };
    for await (const _ of model.train(text, { ...run, stopAfter: 2 }));
    const before = runtime.heap.bytesInUse;
    const tooMuch: (() => Promise<unknown>)[] = [
      () => CharRnn.create({ ...small, hidden: 64, layers: 64, runtime }),
      () => CharRnn.create({ ...small, hidden: 64, embed: 4096, runtime }),
      () => model.evaluate(text, { batch: 1000 }),
      () => model.train(text, { ...run, batch: 5000 }).next(),
    ];
    for (const attempt of tooMuch) {
      await expect(attempt(), String(attempt)).rejects.toThrow(OutOfMemoryError);
      expect(runtime.heap.bytesInUse, String(attempt)).toBe(before);
    }
    for await (const _ of model.train(text, { resume: true }));
    expect(model.step).toBe(4);
    expect(model.weights()).not.toEqual(weights);
    runtime.dispose();
  });

  it("stays usable when a step finds no room", async () => {
    const runtime = await Runtime.create({ variant: "simd", maximumBytes: 6 * 2 ** 20 });
    const model = await CharRnn.create({ ...small, hidden: 64, embed: 32, runtime });
    const weights = model.weights();
    const tooMuch = model.train(text, { steps: 4, batch: 64, window: 128 });
    await expect(tooMuch.next()).rejects.toThrow(OutOfMemoryError);
    expect(model.step).toBe(0);
    expect(model.weights()).toEqual(weights);
    expect(await write(model, "the", { length: 3 })).toHaveLength(3);
    for await (const _ of model.train(text, { steps: 4, batch: 2, window: 8 }));
    expect(model.step).toBe(4);
    runtime.dispose();
  });

  it("gives back all it took, and is of no use after that", async () => {
    const runtime = await Runtime.create();
    const use = async (): Promise<CharRnn> => {
      const model = await CharRnn.create({ ...small, layers: 2, runtime });
      for await (const _ of model.train(text, { steps: 3, batch: 2, window: 8, validation: text }));
      await write(model, "the", { length: 3 });
      model.hiddenStates("the");
      model.dispose();
      model.dispose();
      return model;
    };
    await use(); // The runtime keeps some working memory from the first call on.
    const before = runtime.heap.bytesInUse;
    const model = await use();
    expect(runtime.heap.bytesInUse).toBe(before);
    await expect(model.evaluate(text)).rejects.toThrow(DisposedError);
    await expect(write(model, "the")).rejects.toThrow(DisposedError);
    await expect(model.train(text).next()).rejects.toThrow(DisposedError);
    for (const call of [
      () => model.save(),
      () => model.checkpoint(),
      () => model.weights(),
      () => model.logits("a"),
    ]) {
      expect(call).toThrow(DisposedError);
    }
    runtime.dispose();
  });
});
