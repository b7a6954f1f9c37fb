import type { UnigramModel } from "../definition.js";
import { unigramScores } from "../engine/unigramScores.js";

/**
 * The segmentation of one piece with the highest sum of scores, as it is written in Kudo 2018 (arXiv:1804.10959), section 3.2:
 *
 *     best(0) = start,  best(end) = max over tokens text[begin … end) of best(begin) + score(token)
 *
 * The oracle of assembly/kernels/unigram.ts: by characters, with a map of tokens.
 *
 * @param start the sum of scores of the text before the piece, which matters where sums are rounded
 */
export function unigramReference(
  model: UnigramModel,
  text: string,
  start: number = 0,
): { readonly ids: number[]; readonly ends: number[]; readonly sum: number } {
  const { scores, unknownScore, isUsed } = unigramScores(model);
  const { vocabulary } = model;
  const round = model.pathScores === "float32" ? Math.fround : (value: number): number => value;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  const tokens = new Map<string, number>();
  let longest = 1;
  for (let id = 0; id < vocabulary.size; id++) {
    if (!isUsed(id)) continue;
    const token = decoder.decode(vocabulary.token(id));
    tokens.set(token, id);
    longest = Math.max(longest, [...token].length);
  }

  const characters = [...text].map((character) =>
    /^[\uD800-\uDFFF]$/.test(character) ? "\uFFFD" : character,
  );
  const best: { sum: number; begin: number; id: number | undefined }[] = [
    { sum: start, begin: 0, id: undefined },
  ];
  for (let begin = 0; begin < characters.length; begin++) {
    const { sum } = best[begin]!;
    for (let end = begin + 1; end <= Math.min(begin + longest, characters.length); end++) {
      const id = tokens.get(characters.slice(begin, end).join(""));
      const isUnknown = id === undefined;
      if (isUnknown && end > begin + 1) continue;
      const candidate = isUnknown ? round(sum + unknownScore) : sum + scores[id]!;
      const known = best[end];
      if (known && candidate <= known.sum) continue;
      best[end] = { sum: round(candidate), begin, id };
    }
  }

  const path: { begin: number; end: number; id: number | undefined }[] = [];
  for (let end = characters.length; end > 0; end = path[0]!.begin) {
    const { begin, id } = best[end]!;
    path.unshift({ begin, end, id });
  }
  const ids: number[] = [];
  const ends: number[] = [];
  let bytes = 0;
  path.forEach(({ begin, end, id }, i) => {
    const piece = encoder.encode(characters.slice(begin, end).join(""));
    if (id === undefined && model.byteFallback) {
      for (const byte of piece) {
        ids.push(model.byteFallback[byte]!);
        ends.push(++bytes);
      }
      return;
    }
    bytes += piece.length;
    if (id === undefined && i > 0 && path[i - 1]!.id === undefined) {
      ends[ends.length - 1] = bytes;
      return;
    }
    ids.push(id ?? model.unknownId!);
    ends.push(bytes);
  });
  return { ids, ends, sum: best.at(-1)!.sum };
}
