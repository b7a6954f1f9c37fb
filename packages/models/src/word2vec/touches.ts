import type { HuffmanPaths, SubwordRows, Trainee } from "./trainee.js";

/** How often a token of the corpus moves each row, on average. */
export interface Touches {
  readonly input: Float64Array;
  readonly output: Float64Array;
}

/**
 * The expected number of steps a row takes for each token that is read: what the merging of lanes goes by. Sentences' ends are
 * not counted in.
 *
 * @param keep  how likely each word is kept, as 32-bit thresholds
 * @param table the alias table of the negatives
 */
export function expectedTouches(
  trainee: Trainee,
  rows: { input: number; output: number },
  keep: Uint32Array,
  table: Uint32Array | undefined,
): Touches {
  const { counts, architecture, window, negativeSampling, hierarchicalSoftmax, subwords } = trainee;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const kept = counts.map((count, i) => (count / total) * ((keep[i]! + 1) / 2 ** 32));
  // A reach of 1 … window to both sides.
  const context = window + 1;
  const predictions = architecture === "skipgram" ? context : 1;
  const asInput = kept.map((share) => share * context);
  const asTarget = kept.map((share) => share * predictions);
  const input = subwords ? spread(asInput, subwords, subwords.rows, rows.input) : padded(asInput, rows.input);
  if (hierarchicalSoftmax) {
    const { nodes } = hierarchicalSoftmax;
    return { input, output: spread(asTarget, hierarchicalSoftmax, nodes, rows.output) };
  }
  const output = padded(asTarget, rows.output);
  const drawn = asTarget.reduce((sum, share) => sum + share, 0) * negativeSampling!.negatives;
  for (const [i, probability] of probabilitiesOf(table!).entries()) output[i]! += drawn * probability;
  return { input, output };
}

/** Every word's share to each of the rows on its list. */
function spread(
  shares: Float64Array,
  { starts }: HuffmanPaths | SubwordRows,
  list: Int32Array,
  rows: number,
): Float64Array {
  const out = new Float64Array(rows);
  for (let i = 0; i < shares.length; i++) {
    for (let j = starts[i]!; j < starts[i + 1]!; j++) out[list[j]!]! += shares[i]!;
  }
  return out;
}

function padded(shares: Float64Array, rows: number): Float64Array {
  const out = new Float64Array(rows);
  out.set(shares);
  return out;
}

/** What an alias table draws: with its own numbers, not by a power, which engines round differently. */
function probabilitiesOf(table: Uint32Array): Float64Array {
  const n = table.length / 2;
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const own = (table[2 * i]! + 1) / 2 ** 32;
    out[i]! += own / n;
    out[table[2 * i + 1]!]! += (1 - own) / n;
  }
  return out;
}
