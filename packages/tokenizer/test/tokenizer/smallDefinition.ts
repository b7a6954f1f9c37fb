import type { AddedToken, TokenizerDefinition } from "../../src/definition.js";
import { Vocabulary } from "../../src/vocabulary.js";

/** A byte-level encoding of a few merges. Some of its tokens are parts of characters, or of two at once. */
export function smallDefinition(): TokenizerDefinition {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const merged = ["he", "ll", "hell", "hello", " h", " hello", "wo", "rl", "  ", "    ", "\n\n", "é", "日本"];
  const halves = [
    [0xf0, 0x9f], // an emoji's first half
    [0xe6, 0x97], // 日 without its last byte
    [0x97, 0xa5, 0xe6], // and the end of 日, with the beginning of 本
  ];
  const tokens = [...bytes, ...merged, ...halves.map((half) => Uint8Array.from(half))];
  const special = (content: string, id: number): AddedToken => ({ id, content, special: true });
  return {
    model: {
      type: "bpe",
      vocabulary: Vocabulary.from(tokens),
      alphabet: "bytes",
      priority: { by: "id" },
      wholePieces: true,
    },
    preTokenizer: { type: "scanner", scanner: "cl100k" },
    decoder: { type: "bytes" },
    addedTokens: [
      special("<|endoftext|>", 300),
      special("<|end|>", 301),
      special("<|end|>!", 302),
      { id: 303, content: "<tool>", special: false },
    ],
  };
}

/** The same with a template, `[CLS] first [SEP] second [SEP]`, and something to fill rows up with. */
export function templatedDefinition(): TokenizerDefinition {
  const small = smallDefinition();
  const ids = (id: number, typeId: number) => ({ ids: [id], typeId }) as const;
  const text = (sequence: "first" | "second", typeId: number) => ({ sequence, typeId }) as const;
  return {
    ...small,
    postProcessor: {
      type: "template",
      single: [ids(310, 0), text("first", 0), ids(311, 0)],
      pair: [ids(310, 0), text("first", 0), ids(311, 0), text("second", 1), ids(311, 1)],
    },
    addedTokens: [
      ...small.addedTokens!,
      { id: 310, content: "[CLS]", special: true },
      { id: 311, content: "[SEP]", special: true },
      { id: 312, content: "[PAD]", special: true },
    ],
  };
}
