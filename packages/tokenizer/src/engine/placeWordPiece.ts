import { RangeError } from "@lanewise/core-wasm/errors";
import type { WordPieceModel } from "../definition.js";
import { doubleArray } from "./doubleArray.js";
import type { EngineMemory } from "./engineMemory.js";
import { modelKind, type PlacedModel } from "./placedModel.js";
import { placeVocabulary } from "./placeVocabulary.js";

const NONE = 0xffffffff;

/**
 * Writes the tables of a WordPiece model: one trie of its tokens, which continuations are looked up in from the node that
 * their prefix leads to.
 *
 * @throws RangeError where `unknownId` stands for no token, or `maxCharactersPerWord` is no number of characters
 */
export function placeWordPiece(model: WordPieceModel, memory: EngineMemory): PlacedModel {
  const { vocabulary, unknownId, continuingPrefix, maxCharactersPerWord } = model;
  const { size } = vocabulary;
  if (!Number.isInteger(unknownId) || unknownId < 0 || unknownId >= size) {
    throw new RangeError("unknownId", `an integer in [0, ${size})`, unknownId);
  }
  if (!Number.isInteger(maxCharactersPerWord) || maxCharactersPerWord < 0 || maxCharactersPerWord > NONE) {
    throw new RangeError("maxCharactersPerWord", "an integer in [0, 2³²)", maxCharactersPerWord);
  }
  const tokens = placeVocabulary(vocabulary, memory);
  const trie = doubleArray(vocabulary, (id) => vocabulary.offsets[id + 1]! > vocabulary.offsets[id]!);
  // The fields of `WordPieceModel` in assembly/lib/wordPieceModel.ts, in their order, behind `scratch`.
  const fields = [
    memory.place(trie),
    nodeOf(trie, new TextEncoder().encode(continuingPrefix)),
    unknownId,
    maxCharactersPerWord,
  ];
  const header = memory.place(Uint32Array.of(0, ...fields));
  return { kind: modelKind.wordPiece, header, tokens, cutsAtWords: false };
}

function nodeOf(trie: Uint32Array, bytes: Uint8Array): number {
  let node = 0;
  for (const byte of bytes) {
    const next = (trie[3 * node]! ^ byte) >>> 0;
    if (trie[3 * next + 1] !== node) return NONE;
    node = next;
  }
  return node;
}
