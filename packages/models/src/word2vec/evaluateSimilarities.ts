import { checkInteger, FormatError } from "@lanewise/core-wasm";
import { quote } from "../io/headerJson.js";
import { pearson, spearman } from "../metrics/index.js";
import { Pacer } from "../optim/pacer.js";
import { type EvaluationOptions, FoldedWords, Teller } from "./foldedWords.js";
import type { WordVectors } from "./wordVectors.js";

/** Two words, and how similar people found them. */
export interface WordPair {
  readonly a: string;
  readonly b: string;
  readonly score: number;
}

export interface ReadWordPairsOptions {
  /** Which column has the score, counted from 0. Default: 2, after the words; 3 in SimLex-999's own file. */
  column?: number | undefined;
}

/** How well cosines agree with people. */
export interface SimilarityReport {
  /** Of the ranks, equal ones sharing the mean of theirs; NaN where fewer than two differ. */
  readonly spearman: number;
  readonly pearson: number;
  /** Pairs whose words have vectors. */
  readonly asked: number;
  /** All there are. */
  readonly pairs: number;
  /** asked / pairs; 0 where there are none. */
  readonly coverage: number;
}

/**
 * Reads pairs in the format of WordSim-353 and SimLex-999: two words and a number on each line, separated by tabs; by commas where the file has no
 * tab, and by spaces where it has neither. Lines that begin with "#" and empty ones are passed over, and so is a first line without a number.
 *
 * @throws FormatError that names the line; RangeError
 */
export function readWordPairs(text: string, { column = 2 }: ReadWordPairsOptions = {}): WordPair[] {
  checkInteger("column", column, 2);
  const separator = text.includes("\t") ? "\t" : text.includes(",") ? "," : / +/;
  const pairs: WordPair[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  let isFirst = true;
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const parts = line.split(separator).map((part) => part.trim());
    const [a = "", b = ""] = parts;
    const score = /^[+-]?[0-9.]/.test(parts[column] ?? "") ? Number(parts[column]) : NaN;
    const isHeader = isFirst && Number.isNaN(score) && parts.length > column;
    isFirst = false;
    if (isHeader) continue;
    if (a === "" || b === "" || !Number.isFinite(score))
      throw new FormatError(`line ${i + 1}`, `two words, and a number in column ${column}`, quote(line));
    pairs.push({ a, b, score });
  }
  return pairs;
}

/**
 * Compares the cosines of pairs of words with people's scores.
 *
 * @throws RangeError for options, the signal's reason
 *
 * Ref: Finkelstein et al. 2002 (WordSim-353); Hill, Reichart and Korhonen 2015, arXiv:1408.3456 (SimLex-999).
 */
export async function evaluateSimilarities(
  vectors: WordVectors,
  pairs: readonly WordPair[],
  options: EvaluationOptions = {},
): Promise<SimilarityReport> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const folded = new FoldedWords(vectors, options);
  const pacer = new Pacer({ signal });
  const teller = new Teller(onProgress);
  const [scores, cosines]: [number[], number[]] = [[], []];
  for (const [i, { a, b, score }] of pairs.entries()) {
    const [first, second] = [folded.find(a), folded.find(b)];
    if (first !== undefined && second !== undefined) {
      scores.push(score);
      cosines.push(vectors.similarity(vectors.words[first]!, vectors.words[second]!));
    }
    teller.tell(i + 1, pairs.length);
    if (pacer.due) await pacer.pause();
  }
  return {
    spearman: spearman(scores, cosines),
    pearson: pearson(scores, cosines),
    asked: scores.length,
    pairs: pairs.length,
    coverage: pairs.length === 0 ? 0 : scores.length / pairs.length,
  };
}
