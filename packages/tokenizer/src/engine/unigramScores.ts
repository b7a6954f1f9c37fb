import type { UnigramModel } from "../definition.js";

/** How much less a character that is no token scores than the least likely token. */
const UNKNOWN_PENALTY = 10;

export interface UnigramScores {
  /** f64[V]: what the segmentation adds up. */
  readonly scores: Float64Array;
  /** The score of a character that is no token. */
  readonly unknownScore: number;
  /** Which tokens the segmentation may use. */
  readonly isUsed: (id: number) => boolean;
}

/**
 * The scores that SentencePiece computes with: user-defined tokens of n bytes get n · (the highest score, or the least positive
 * float32, if that is negative) − 0.1, so that they beat what else there is; a character that is no token gets the lowest score − 10.
 */
export function unigramScores(model: UnigramModel): UnigramScores {
  const { vocabulary, byteFallback, userDefined = new Uint32Array(), pathScores } = model;
  const round = pathScores === "float32" ? Math.fround : (value: number): number => value;
  const scores = model.scores.slice();
  const isOwn = new Uint8Array(vocabulary.size);
  for (const id of userDefined) isOwn[id] = 1;
  const isByte = new Uint8Array(vocabulary.size);
  for (const id of byteFallback ?? []) isByte[id] = 1;
  const hasBytes = (id: number): boolean => vocabulary.offsets[id] !== vocabulary.offsets[id + 1];
  let least = float32.max;
  let most = float32.normal;
  for (let id = 0; id < vocabulary.size; id++) {
    if (!hasBytes(id) || isByte[id] || isOwn[id] || scores[id] === -Infinity) continue;
    least = Math.min(least, scores[id]!);
    most = Math.max(most, scores[id]!);
  }
  for (const id of userDefined) {
    const length = vocabulary.offsets[id + 1]! - vocabulary.offsets[id]!;
    scores[id] = round(length * most) - 0.1;
  }
  return {
    scores,
    unknownScore: round(least - UNKNOWN_PENALTY),
    isUsed: (id) =>
      id !== model.unknownId && hasBytes(id) && !isByte[id] && (isOwn[id] === 1 || scores[id] !== -Infinity),
  };
}

/** The least positive normal number, and the greatest. */
const float32 = { normal: 2 ** -126, max: (2 - 2 ** -23) * 2 ** 127 };
