import { limits, type Questions } from "./config.js";
import type { Vectors } from "./engine.js";
import type { Answer, Answers } from "./protocol.js";
import { listed } from "./sentences.js";
import type { VectorSlot } from "./vectorSlot.js";

const nothing: Answer = { unknown: [], list: [] };

/** Searches are timed in batches of so many milliseconds: browsers' clocks tick coarsely. */
const timing = { batch: 3, most: 1 << 14 } as const;

/** What the vectors say to all questions. `now`: a clock in milliseconds, where searches are to be timed. */
export function answersOf(slot: VectorSlot, questions: Questions, now?: () => number): Answers {
  const vectors = slot.at(questions.precision);
  const [word = ""] = listed(questions.word);
  const neighbours = neighboursOf(slot, vectors, word);
  return {
    neighbours,
    analogy: analogyOf(slot, vectors, questions),
    odd: oddOf(slot, vectors, questions),
    milliseconds: now && neighbours.list.length > 0 ? timed(vectors, word, now) : undefined,
    bytes: slot.words.length * (questions.precision === "int8" ? slot.dim + 4 : 4 * slot.dim),
  };
}

function unknownOf(slot: VectorSlot, words: readonly string[]): string[] {
  return words.filter((word) => !slot.has(word));
}

function neighboursOf(slot: VectorSlot, vectors: Vectors, word: string): Answer {
  if (word === "") return nothing;
  const unknown = unknownOf(slot, [word]);
  if (unknown.length > 0) return { unknown, list: [] };
  return { unknown, list: scored(vectors.nearest(word, { k: limits.neighbours })) };
}

function analogyOf(slot: VectorSlot, vectors: Vectors, questions: Questions): Answer {
  const words = [questions.a, questions.b, questions.c].map((word) => listed(word)[0] ?? "");
  if (words.includes("")) return nothing;
  const unknown = unknownOf(slot, words);
  if (unknown.length > 0) return { unknown, list: [] };
  const [a, b, c] = words as [string, string, string];
  const query = { positive: [b, c], negative: [a] };
  return { unknown, list: scored(vectors.analogy(query, { method: questions.method, k: limits.answers })) };
}

function oddOf(slot: VectorSlot, vectors: Vectors, questions: Questions): Answer {
  const words = listed(questions.among);
  const known = words.filter((word) => slot.has(word));
  const unknown = unknownOf(slot, words);
  if (known.length < 3) return { unknown, list: [] };
  const odd = vectors.doesntMatch(known);
  const list = cosinesToMean(known, vectors).sort((x, y) => x.value - y.value);
  const first = list.findIndex(({ word }) => word === odd);
  return { unknown, list: [list[first]!, ...list.filter((_, i) => i !== first)] };
}

/** The cosine of each word to the mean of all, each of length 1. */
function cosinesToMean(words: readonly string[], vectors: Vectors): { word: string; value: number }[] {
  const units = words.map((word) => unit(vectors.vector(word)));
  const mean = unit(
    units[0]!.map((_, d) => units.reduce((sum, vector) => sum + vector[d]!, 0) / words.length),
  );
  return words.map((word, i) => ({
    word,
    value: units[i]!.reduce((sum, value, d) => sum + value * mean[d]!, 0),
  }));
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return length > 0 ? vector.map((value) => value / length) : vector;
}

function scored(list: readonly { word: string; similarity: number }[]): { word: string; value: number }[] {
  return list.map(({ word, similarity }) => ({ word, value: similarity }));
}

/** Milliseconds of one search: of as many as take some milliseconds, after those that warm up. */
function timed(vectors: Vectors, word: string, now: () => number): number {
  for (let searches = 1; ; searches *= 2) {
    const began = now();
    for (let i = 0; i < searches; i++) vectors.nearest(word, { k: limits.neighbours });
    const taken = now() - began;
    if (taken >= timing.batch || searches >= timing.most) return taken / searches;
  }
}
