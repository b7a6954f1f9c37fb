import type { BpeModel } from "../../definition.js";

/**
 * The merges of a model as a list, the first first. Where any two tokens that make one may merge, all ways to cut each token
 * in two are listed, by the token's priority: its id, or its score and, of equal ones, no order.
 *
 * @returns u32[2 · merges], left and right
 */
export function mergesOf(model: BpeModel): Uint32Array {
  const { priority, vocabulary } = model;
  if (priority.by === "merges") return priority.pairs;
  const left = new Set(model.byteFallback);
  const key = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
  const ids = new Map<string, number>();
  for (let id = 0; id < vocabulary.size; id++) {
    const bytes = vocabulary.token(id);
    if (bytes.length > 0 && !left.has(id) && !ids.has(key(bytes))) ids.set(key(bytes), id);
  }
  const order = [...ids].map(([text, id]) => ({ text, id }));
  if (priority.by === "id") order.sort((a, b) => a.id - b.id);
  else order.sort((a, b) => priority.scores[b.id]! - priority.scores[a.id]! || a.id - b.id);
  const pairs: number[] = [];
  for (const { text } of order) {
    const cuts: [number, number][] = [];
    for (let cut = 1; cut < text.length; cut++) {
      const first = ids.get(text.slice(0, cut));
      const second = ids.get(text.slice(cut));
      if (first !== undefined && second !== undefined) cuts.push([first, second]);
    }
    cuts.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const cut of cuts) pairs.push(...cut);
  }
  return Uint32Array.from(pairs);
}
