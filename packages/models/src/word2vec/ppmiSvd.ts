import { checkInteger, checkNumber, defaultRuntime, RangeError, type Runtime } from "@lanewise/core-wasm";
import { Pacer } from "../optim/pacer.js";
import { cooccurrences, positivePmi } from "./cooccurrence.js";
import type { Corpus } from "./corpus.js";
import { checkEncoded } from "./encodedCorpus.js";
import { power } from "./logarithm.js";
import { truncatedSvd } from "./truncatedSvd.js";
import { readCorpus, type ReadCorpus, type VocabularyOptions } from "./vocabulary.js";
import { WordVectors } from "./wordVectors.js";

/** How vectors are made of counts. Everything may be left out. */
export interface PpmiSvdOptions extends VocabularyOptions {
  /** The length of a word's vector. Default: 100. */
  dim?: number | undefined;
  /** The most words to either side that count as context. Default: 5. */
  window?: number | undefined;
  /** "dynamic": a pair d words apart counts (window − d + 1) / window, as word2vec's do on average; "flat": 1. Default: "dynamic". */
  weighting?: "dynamic" | "flat" | undefined;
  /** k, whose logarithm is taken off: what `negatives` is to word2vec. Default: 1. */
  shift?: number | undefined;
  /** α, the power that the counts of context words are raised to. Default: 0.75. */
  contextPower?: number | undefined;
  /** p of U σ^p: 1 is the whole of M's part, 0 forgets the singular values. Default: 0.5. */
  eigenvaluePower?: number | undefined;
  /** How often the matrix is applied: more, and the last singular values are closer. Default: 5. */
  iterations?: number | undefined;
  /** What the iteration starts from: a whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  signal?: AbortSignal | undefined;
  /** Where the vectors live. Default: the default runtime. */
  runtime?: Runtime | undefined;
}

/** Directions that are kept beside those asked for, so that these come out well. */
const oversampling = 16;

/**
 * Word vectors by counting, the baseline that word2vec is measured by: the truncated singular value decomposition of the
 * words' positive pointwise mutual information with their contexts,
 *
 *     M[w, c] = max(0, ln( P(w, c) / (P(w) P_α(c)) ) − ln k),  P_α(c) ∝ n(c)^α;   M ≈ U σ Vᵀ;   vectors = U σ^p
 *
 * Skip-gram with negative sampling factors the same matrix, without the max, with weights that follow the counts. The same
 * corpus, options and seed give the same bits with variant "simd" in every engine.
 *
 * Ref: Levy and Goldberg 2014, "Neural Word Embedding as Implicit Matrix Factorization"; Levy, Goldberg and Dagan 2015,
 * "Improving Distributional Similarity with Lessons Learned from Word Embeddings".
 *
 * @param corpus one that was read before is taken as it is: `minimumCount` and `maximumVocabulary` are not looked at
 * @returns vectors that are disposed of by who asked for them. Dimensions beyond the rank of M are 0.
 * @throws RangeError for options, and if no word is left; DTypeError for what is no corpus; the signal's reason
 */
export async function ppmiSvd(
  corpus: Corpus | ReadCorpus,
  options: PpmiSvdOptions = {},
): Promise<WordVectors> {
  const { dim = 100, window = 5, weighting = "dynamic", shift = 1, contextPower = 0.75 } = options;
  const { eigenvaluePower = 0.5, iterations = 5, seed = 0, signal, runtime = defaultRuntime() } = options;
  checkInteger("dim", dim, 1, 1 << 16);
  checkInteger("window", window, 1, 1 << 16);
  if (weighting !== "dynamic" && weighting !== "flat") {
    throw new RangeError("weighting", '"dynamic" or "flat"', weighting);
  }
  checkNumber("shift", shift, Number.MIN_VALUE);
  checkNumber("contextPower", contextPower, 0, 10);
  checkNumber("eigenvaluePower", eigenvaluePower, 0, 10);
  checkInteger("iterations", iterations, 0, 1000);
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  signal?.throwIfAborted();
  const pacer = new Pacer({ signal });
  const read = isRead(corpus) ? corpus : await readCorpus(corpus, options);
  const { vocabulary } = read;
  checkEncoded(read.corpus, vocabulary.size);
  const counts = await cooccurrences(read.corpus, vocabulary.size, { window, weighting }, pacer);
  const matrix = positivePmi(counts, { shift, contextPower });
  const { u, singularValues } = await truncatedSvd(matrix, {
    rank: dim,
    oversampling,
    iterations,
    seed,
    runtime,
    pacer,
  });
  const scales = singularValues.map((value) => (value === 0 ? 0 : power(value, eigenvaluePower)));
  for (let at = 0; at < u.length; at++) u[at]! *= scales[at % dim]!;
  return WordVectors.from(vocabulary.words, u, { counts: vocabulary.counts, runtime });
}

function isRead(corpus: Corpus | ReadCorpus): corpus is ReadCorpus {
  return typeof corpus === "object" && corpus !== null && "vocabulary" in corpus;
}
