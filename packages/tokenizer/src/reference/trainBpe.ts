/** A word as the tokens of an alphabet, one character of each string a byte, so that strings compare as bytes do. */
export interface ReferenceWord {
  readonly symbols: readonly string[];
  readonly count: number;
}

export interface ReferenceRules {
  /** Tokens that merges may make, at most. */
  readonly newTokens: number;
  readonly minimumFrequency?: number;
  /** In symbols of the alphabet. */
  readonly maximumTokenLength?: number;
  /** What a continuing token begins with, and loses where it is merged with what precedes. */
  readonly continuingPrefix?: string;
}

export interface ReferenceMerge {
  readonly left: string;
  readonly right: string;
  readonly token: string;
  readonly count: number;
}

/** A token in a word, and how many symbols it takes. */
interface Span {
  readonly token: string;
  readonly length: number;
}

/**
 * Byte-pair encoding as it is told: count all pairs, merge the one that is met most often, from left to right, and begin
 * again. Of pairs that are met equally often the smaller one is taken, by its left token's bytes, then its right's. A pair's
 * count is over all places, also where they overlap: "aaa" has two of (a, a). It depends on nothing but the words and
 * their counts, so the order of the documents does not matter.
 *
 * Ref: Gage 1994, "A New Algorithm for Data Compression"; Sennrich et al. 2016, arXiv:1508.07909, Algorithm 1.
 */
export function trainBpe(words: readonly ReferenceWord[], rules: ReferenceRules): ReferenceMerge[] {
  const { newTokens, minimumFrequency = 1, maximumTokenLength = Infinity, continuingPrefix = "" } = rules;
  const least = Math.max(minimumFrequency, 1);
  let texts = words.map(({ symbols, count }) => ({
    spans: symbols.map((token): Span => ({ token, length: 1 })),
    count,
  }));
  const merges: ReferenceMerge[] = [];
  while (merges.length < newTokens) {
    const best = bestPair(texts, least, maximumTokenLength);
    if (!best) break;
    const token = best.left + best.right.slice(continuingPrefix.length);
    merges.push({ ...best, token });
    texts = texts.map(({ spans, count }) => ({ spans: merge(spans, best.left, best.right, token), count }));
  }
  return merges;
}

function bestPair(
  texts: readonly { spans: readonly Span[]; count: number }[],
  least: number,
  maximumTokenLength: number,
): { left: string; right: string; count: number } | undefined {
  const counts = new Map<string, Map<string, number>>();
  for (const { spans, count } of texts) {
    for (let i = 0; i + 1 < spans.length; i++) {
      const [left, right] = [spans[i]!, spans[i + 1]!];
      if (left.length + right.length > maximumTokenLength) continue;
      const row = counts.get(left.token) ?? new Map<string, number>();
      counts.set(left.token, row.set(right.token, (row.get(right.token) ?? 0) + count));
    }
  }
  let best: { left: string; right: string; count: number } | undefined;
  for (const [left, row] of counts) {
    for (const [right, count] of row) {
      if (count < least || (best && count < best.count)) continue;
      const smaller = !best || left < best.left || (left === best.left && right < best.right);
      if (!best || count > best.count || smaller) best = { left, right, count };
    }
  }
  return best;
}

function merge(spans: readonly Span[], left: string, right: string, token: string): Span[] {
  const merged: Span[] = [];
  for (let i = 0; i < spans.length; i++) {
    const [one, other] = [spans[i]!, spans[i + 1]];
    if (one.token === left && other?.token === right) {
      merged.push({ token, length: one.length + other.length });
      i++;
    } else {
      merged.push(one);
    }
  }
  return merged;
}
