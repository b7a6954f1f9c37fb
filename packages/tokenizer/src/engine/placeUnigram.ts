import { RangeError, ShapeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import type { UnigramModel } from "../definition.js";
import type { Vocabulary } from "../vocabulary.js";
import { doubleArray } from "./doubleArray.js";
import type { EngineMemory } from "./engineMemory.js";
import { modelKind, type PlacedModel } from "./placedModel.js";
import { cutsAtWords, placeVocabulary, withByteTokens } from "./placeVocabulary.js";
import { unigramScores } from "./unigramScores.js";

const NONE = 0xffffffff;

/**
 * Writes the tables of a unigram model: a trie of its tokens, and their scores.
 *
 * @throws ShapeError where arrays do not fit the vocabulary
 * @throws RangeError where an id stands for no token, or a score is not a number below +∞
 * @throws UnsupportedError where nothing stands for characters that are no token
 */
export function placeUnigram(model: UnigramModel, memory: EngineMemory): PlacedModel {
  checkUnigram(model);
  const { byteFallback, unknownId = NONE } = model;
  const vocabulary = byteFallback ? withByteTokens(model.vocabulary, byteFallback) : model.vocabulary;
  const { scores, unknownScore, isUsed } = unigramScores(model);
  const tokens = placeVocabulary(vocabulary, memory);
  const trie = memory.place(doubleArray(vocabulary, isUsed));
  // The fields of `UnigramModel` in assembly/lib/unigramModel.ts, in their order, behind `scratch`.
  const fields = [
    trie,
    memory.place(scores),
    memory.place(Float64Array.of(0, unknownScore)),
    model.pathScores === "float32" ? 1 : 0,
    unknownId,
    byteFallback ? memory.place(byteFallback) : 0,
  ];
  const header = memory.place(Uint32Array.of(0, ...fields));
  return {
    kind: modelKind.unigram,
    header,
    tokens,
    // An unknown character would be one token with its neighbours across the cut.
    cutsAtWords: cutsAtWords(vocabulary) && isTokenUsed(vocabulary, spaceMark, isUsed),
    beginText: () => memory.wasm.unigramBegin(header),
  };
}

function checkUnigram({ vocabulary, scores, unknownId, byteFallback, userDefined }: UnigramModel): void {
  const { size } = vocabulary;
  if (scores.length !== size) throw new ShapeError("scores", `${size}, one a token`, scores.length);
  for (const [id, score] of scores.entries()) {
    if (!(score < Infinity)) throw new RangeError(`scores[${id}]`, "a number below +∞", score);
  }
  if (unknownId === undefined && !byteFallback) {
    throw new UnsupportedError("unknownId", "an id, or byteFallback", "neither");
  }
  const ids = { unknownId: unknownId === undefined ? [] : [unknownId], byteFallback, userDefined };
  for (const [name, all] of Object.entries(ids)) {
    for (const id of all ?? []) {
      if (!Number.isInteger(id) || id < 0 || id >= size)
        throw new RangeError(name, `ids in [0, ${size})`, id);
    }
  }
}

/** U+2581, before which texts are cut. */
const spaceMark = Uint8Array.of(0xe2, 0x96, 0x81);

function isTokenUsed(vocabulary: Vocabulary, token: Uint8Array, isUsed: (id: number) => boolean): boolean {
  const { bytes, offsets, size } = vocabulary;
  for (let id = 0; id < size; id++) {
    if (offsets[id + 1]! - offsets[id]! !== token.length || !isUsed(id)) continue;
    if (token.every((byte, i) => bytes[offsets[id]! + i] === byte)) return true;
  }
  return false;
}
