import { checkInteger, FormatError, LanewiseError, ShapeError } from "@lanewise/core-wasm";
import type { Checkpoint, TensorSource } from "../io/index.js";
import { parseConfig, type Word2VecConfig } from "./config.js";
import { checkRun } from "./runOptions.js";
import type { SavedTraining } from "./trainee.js";
import { Vocabulary } from "./vocabulary.js";

/** The family's name in checkpoints. */
export const family = "word2vec";

/** What a checkpoint has beside the weights. */
export interface SavedModel {
  readonly config: Word2VecConfig;
  readonly vocabulary: Vocabulary;
  readonly training: SavedTraining | undefined;
}

/** The vocabulary's parts of a checkpoint: words in the configuration, counts as a tensor. */
export function vocabularyContents(
  config: Word2VecConfig,
  { words, counts }: Vocabulary,
): { config: object; tensors: Map<string, TensorSource> } {
  return { config: { ...config, words }, tensors: new Map([["counts", counts]]) };
}

/** @throws FormatError, ShapeError */
export function parseModel({ config, counters, weights }: Checkpoint): SavedModel {
  const { words, ...rest } = config;
  const counts = weights.get("counts");
  if (counts?.dtype !== "F64") throw new FormatError("counts", "a tensor F64", counts?.dtype ?? "none");
  return {
    config: parseConfig(rest),
    vocabulary: formatted(
      "config.words",
      () => new Vocabulary(words as string[], counts.data as Float64Array),
    ),
    training: "training" in counters ? parseTraining(counters.training) : undefined,
  };
}

function parseTraining(saved: unknown): SavedTraining {
  const { words, run, corpus } = (saved ?? {}) as SavedTraining;
  return formatted("counters.training", () => {
    checkInteger("words", words, 0, Number.MAX_SAFE_INTEGER);
    checkInteger("corpus.words", corpus?.words, 1, Number.MAX_SAFE_INTEGER);
    checkInteger("corpus.hash", corpus.hash, 0, Number.MAX_SAFE_INTEGER);
    checkRun(run ?? {});
    checkInteger("words", words, 0, corpus.words * run.epochs);
    return { words, run, corpus };
  });
}

/** Runs a check of what a file holds: what is wrong there is wrong with the file. */
function formatted<T>(argument: string, parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    if (!(cause instanceof LanewiseError) || cause instanceof ShapeError) throw cause;
    throw new FormatError(argument, cause.expected, cause.received, { cause });
  }
}
