import type { Pacer } from "../optim/pacer.js";
import type { EncodedCorpus } from "./config.js";
import { naturalLog, power } from "./logarithm.js";
import type { SparseMatrix } from "./sparseMatrix.js";

/** How far two words may stand from each other, and what a pair counts. */
export interface WindowOptions {
  /** The most words to either side that count as context. */
  readonly window: number;
  /** "dynamic": a pair d words apart counts (window − d + 1) / window, the mean of word2vec's windows; "flat": 1. */
  readonly weighting: "dynamic" | "flat";
}

/**
 * How often each pair of words stands together: n(w, c) for the context words c of each word w, as a sparse matrix
 * f64[V, V], which is symmetric. Its values are whole numbers: with "dynamic" they are the weights times `window`.
 *
 * It goes through the places of one word after the other, so that one dense row is all the memory beside the result.
 */
export async function cooccurrences(
  { ids, starts }: EncodedCorpus,
  words: number,
  { window, weighting }: WindowOptions,
  pacer: Pacer,
): Promise<SparseMatrix> {
  const { places, first } = placesByWord(ids, words);
  const sentences = sentencesOf(ids.length, starts);
  const row = new Float64Array(words);
  const rowStarts = new Float64Array(words + 1);
  let columns = new Int32Array(1 << 16);
  let values = new Float64Array(columns.length);
  let length = 0;
  const touched = new Int32Array(words);
  for (let word = 0; word < words; word++) {
    let count = 0;
    for (let i = first[word]!; i < first[word + 1]!; i++) {
      const at = places[i]!;
      const sentence = sentences[at]!;
      const end = Math.min(starts[sentence + 1]! - 1, at + window);
      for (let other = Math.max(starts[sentence]!, at - window); other <= end; other++) {
        if (other === at) continue;
        const id = ids[other]!;
        if (row[id] === 0) touched[count++] = id;
        row[id]! += weighting === "flat" ? 1 : window + 1 - Math.abs(other - at);
      }
      if ((i & 4095) === 0 && pacer.due) await pacer.pause();
    }
    if (length + count > columns.length) {
      columns = grown(columns, length + count, (n) => new Int32Array(n));
      values = grown(values, length + count, (n) => new Float64Array(n));
    }
    for (const id of touched.subarray(0, count).sort()) {
      columns[length] = id;
      values[length++] = row[id]!;
      row[id] = 0;
    }
    rowStarts[word + 1] = length;
    if (pacer.due) await pacer.pause();
  }
  return {
    rows: words,
    columns: words,
    starts: rowStarts,
    columnIds: columns.subarray(0, length),
    values: values.subarray(0, length),
  };
}

/**
 * The positive pointwise mutual information of counts, shifted and smoothed:
 *
 *     max(0, ln( n(w, c) · Σ_c' n(c')^α / (n(w) · n(c)^α) ) − ln k)
 *
 * n(w) and n(c) are the sums of rows and columns. What is 0 is left out.
 *
 * Ref: Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization"; Levy, Goldberg and Dagan 2015,
 * "Improving Distributional Similarity with Lessons Learned from Word Embeddings", 3.
 */
export function positivePmi(
  counts: SparseMatrix,
  { shift, contextPower }: { shift: number; contextPower: number },
): SparseMatrix {
  const { rows, columns, starts, columnIds, values } = counts;
  const rowSums = new Float64Array(rows);
  const columnSums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      rowSums[row]! += values[at]!;
      columnSums[columnIds[at]!]! += values[at]!;
    }
  }
  let total = 0;
  for (const sum of columnSums) total += sum === 0 ? 0 : power(sum, contextPower);
  const rowLogs = rowSums.map(naturalLog);
  const columnLogs = columnSums.map((sum) => contextPower * naturalLog(sum));
  const constant = naturalLog(total) - naturalLog(shift);
  const keptStarts = new Float64Array(rows + 1);
  const keptIds = new Int32Array(columnIds.length);
  const kept = new Float64Array(columnIds.length);
  let length = 0;
  for (let row = 0; row < rows; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) {
      const id = columnIds[at]!;
      const pmi = naturalLog(values[at]!) - rowLogs[row]! - columnLogs[id]! + constant;
      if (!(pmi > 0)) continue;
      keptIds[length] = id;
      kept[length++] = pmi;
    }
    keptStarts[row + 1] = length;
  }
  return {
    rows,
    columns,
    starts: keptStarts,
    columnIds: keptIds.subarray(0, length),
    values: kept.subarray(0, length),
  };
}

/** All places of the corpus, those of the first word first; and where each word's begin. */
function placesByWord(ids: Int32Array, words: number): { places: Int32Array; first: Int32Array } {
  const first = new Int32Array(words + 1);
  for (const id of ids) first[id + 1]!++;
  for (let word = 0; word < words; word++) first[word + 1]! += first[word]!;
  const next = first.slice();
  const places = new Int32Array(ids.length);
  for (let at = 0; at < ids.length; at++) places[next[ids[at]!]!++] = at;
  return { places, first };
}

/** Which sentence each place is in. */
function sentencesOf(length: number, starts: Int32Array): Int32Array {
  const sentences = new Int32Array(length);
  for (let i = 0; i + 1 < starts.length; i++) sentences.fill(i, starts[i], starts[i + 1]);
  return sentences;
}

function grown<T extends Int32Array | Float64Array>(array: T, least: number, make: (length: number) => T): T {
  const more = make(Math.max(least, 2 * array.length));
  more.set(array);
  return more;
}
