import type { SubwordConfig } from "./config.js";
import type { SubwordRows } from "./trainee.js";

const encoder = new TextEncoder();
const [less, greater] = [0x3c, 0x3e];

/**
 * The buckets of a word's n-grams, as fastText numbers them: of `<word>`, in UTF-8, all pieces of `minimumLength` to
 * `maximumLength` characters, from left to right, and from each place the shorter first; `<` and `>` alone are none. One that
 * comes twice counts twice.
 *
 *     h = 2166136261;  for each byte b: h = ((h xor b') · 16777619) mod 2³²;  bucket = h mod buckets
 *
 * That is FNV-1a, but for b', the byte as a signed number extended to 32 bits: bytes from 128 on set the upper 24 bits too, in
 * fastText and so in its files. Half of a surrogate pair counts as U+FFFD.
 *
 * Ref: Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information", arXiv:1607.04606, 3.2.
 */
export function subwordBuckets(
  word: string,
  { minimumLength, maximumLength, buckets }: SubwordConfig,
): number[] {
  const inner = encoder.encode(word);
  const bytes = new Uint8Array(inner.length + 2);
  bytes[0] = less;
  bytes.set(inner, 1);
  bytes[bytes.length - 1] = greater;
  const found: number[] = [];
  for (let begin = 0; begin < bytes.length; begin++) {
    if (isContinuation(bytes[begin]!)) continue;
    let hash = 0x811c9dc5;
    for (let at = begin, length = 1; length <= maximumLength && at < bytes.length; length++) {
      do {
        hash = Math.imul(hash ^ ((bytes[at++]! << 24) >> 24), 0x01000193);
      } while (at < bytes.length && isContinuation(bytes[at]!));
      const bracket = length === 1 && (begin === 0 || at === bytes.length);
      if (length >= minimumLength && !bracket) found.push((hash >>> 0) % buckets);
    }
  }
  return found;
}

/** The rows of the input weights that each word is the mean of: its own, then those of its n-grams, which lie behind all words'. */
export function subwordRows(words: readonly string[], config: SubwordConfig): SubwordRows {
  const starts = new Int32Array(words.length + 1);
  const rows: number[] = [];
  for (const [id, word] of words.entries()) {
    rows.push(id);
    for (const bucket of subwordBuckets(word, config)) rows.push(words.length + bucket);
    starts[id + 1] = rows.length;
  }
  return { starts, rows: Int32Array.from(rows) };
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
