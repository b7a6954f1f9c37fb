import { expect, it } from "vitest";
import type { TokenizerDefinition } from "../../src/definition.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { Vocabulary } from "../../src/vocabulary.js";

/** Bytes that are no token are left out: what follows must not move to their places. */
const definition: TokenizerDefinition = {
  model: {
    type: "bpe",
    vocabulary: Vocabulary.from(["a", "b", "ab"]),
    alphabet: "bytes",
    priority: { by: "id" },
    wholePieces: true,
  },
  preTokenizer: { type: "scanner", scanner: "r50k" },
  decoder: { type: "bytes" },
  addedTokens: [{ id: 3, content: "<s>", special: true }],
};

it("places tokens where they are, though bytes before them are no tokens", async () => {
  const tokenizer = await Tokenizer.load(definition);
  const { ids, starts, ends } = tokenizer.encodeWithOffsets("xab éa");
  expect([...ids]).toEqual([2, 0]);
  expect([...starts]).toEqual([1, 5]);
  expect([...ends]).toEqual([3, 6]);
  const around = tokenizer.encodeWithOffsets("éb<s>xa", { specialTokens: "allow" });
  expect([...around.ids]).toEqual([1, 3, 0]);
  expect([...around.starts]).toEqual([1, 2, 6]);
  expect([...around.ends]).toEqual([2, 5, 7]);
  expect(tokenizer.truncate("xab éa", 1)).toBe("xab");
  expect(tokenizer.truncate("xab éa", 1, { side: "left" })).toBe("a");
  expect(tokenizer.decode(ids)).toBe("aba");
  expect(tokenizer.count("xab éa")).toBe(2);
});

it("gives what stands for such bytes all of them, however many", async () => {
  const model = {
    type: "bpe",
    vocabulary: Vocabulary.from(["a", "b", "ab", undefined, "?"]),
    alphabet: "bytes",
    priority: { by: "id" },
    unknownId: 4,
    fuseUnknown: true,
  } as const;
  const tokenizer = await Tokenizer.load({ ...definition, model });
  const { ids, starts, ends } = tokenizer.encodeWithOffsets("aéxyzb");
  expect([...ids]).toEqual([0, 4, 1]);
  expect([...starts]).toEqual([0, 1, 5]);
  expect([...ends]).toEqual([1, 5, 6]);
});
