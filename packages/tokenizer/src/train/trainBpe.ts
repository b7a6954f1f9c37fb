import type { ScannerName, TokenizerDefinition } from "../definition.js";
import { Vocabulary } from "../vocabulary.js";
import { checkDocuments } from "./documents.js";
import type { Training, TrainingDocuments } from "./events.js";
import { mergeEvents } from "./mergeEvents.js";
import { type LearntMerge, MergeTrainer } from "./mergeTrainer.js";
import {
  checkChoice,
  checkInteger,
  checkLength,
  checkPresent,
  checkSignal,
  checkTokens,
  checkVocabularySize,
  type TrainingOptions,
} from "./options.js";
import { Pacer } from "./pacer.js";
import { startTraining, type TrainingRun } from "./training.js";
import { giveBack, takeKernel } from "./trainKernel.js";
import { WordCounter } from "./wordCounter.js";

export interface BpeTrainingOptions extends TrainingOptions {
  /** What cuts texts into the words that no token crosses; `none`: nothing does. Default: `cl100k`. */
  readonly scanner?: ScannerName | "none" | undefined;
  /** Control tokens. They get the last ids, behind the tokens that were learnt. Default: none. */
  readonly specialTokens?: readonly string[] | undefined;
  /** Pairs that are met less often do not merge. Default: 2. */
  readonly minimumFrequency?: number | undefined;
  /** The longest token, in bytes. Default: no limit. */
  readonly maximumTokenLength?: number | undefined;
}

const SCANNERS = ["r50k", "cl100k", "o200k", "qwen2", "none"] as const;

/**
 * Trains a byte-level BPE tokenizer, as GPT's are: the 256 bytes are tokens 0 … 255, so that every string can be encoded and
 * decoded, and the merge of number `i` makes token 256 + i. There is nothing to say of the alphabet therefore: it is all bytes, always.
 *
 * The pair that is met most often in the words merges first; of equals the smaller one, by the bytes of its left token, then of its
 * right. A pair is counted at all its places, also where they overlap ("aaa" has two of (a, a), though one merges, the left one).
 * The same documents give the same tokenizer, in whatever order they come.
 *
 * ```ts
 * const { definition } = trainBpe("low lower lowest slow slower", { vocabularySize: 262 });
 * const { model } = await definition;
 * new TextDecoder().decode(model.vocabulary.token(257)); // "low"
 * ```
 *
 * Ref: Sennrich et al. 2016, arXiv:1508.07909, Algorithm 1.
 *
 * @throws RangeError of what is wrong with the options, at once; of documents that are no strings, when they come
 * @throws OutOfMemoryError (as rejection) where the distinct words do not fit into 4 GB of Wasm memory
 */
export function trainBpe(documents: TrainingDocuments, options: BpeTrainingOptions): Training {
  const settings = check(documents, options);
  return startTraining(run(documents, settings));
}

type Settings = {
  [name in Exclude<keyof BpeTrainingOptions, "signal">]-?: Exclude<BpeTrainingOptions[name], undefined>;
} & { readonly signal: AbortSignal | undefined };

function check(documents: TrainingDocuments, options: BpeTrainingOptions): Settings {
  checkDocuments(documents);
  checkPresent(options);
  const { vocabularySize, signal } = options;
  const { scanner = "cl100k", specialTokens = [] } = options;
  const { minimumFrequency = 2, maximumTokenLength = Infinity } = options;
  checkTokens("specialTokens", specialTokens);
  checkVocabularySize(vocabularySize, 256 + specialTokens.length, "the bytes and the special tokens");
  checkChoice("scanner", scanner, SCANNERS);
  checkInteger("minimumFrequency", minimumFrequency, 0);
  checkLength("maximumTokenLength", maximumTokenLength, 1);
  checkSignal(signal);
  return { vocabularySize, scanner, specialTokens, minimumFrequency, maximumTokenLength, signal };
}

async function* run(documents: TrainingDocuments, settings: Settings): TrainingRun {
  const { vocabularySize, scanner, specialTokens, minimumFrequency, maximumTokenLength, signal } = settings;
  signal?.throwIfAborted();
  const kernel = await takeKernel();
  try {
    const pacer = new Pacer(signal);
    const counter = new WordCounter(kernel, scanner === "none" ? "whole" : scanner);
    yield* counter.count(documents, pacer);
    const { bytes: symbols, offsets, counts } = counter.words();
    kernel.reset();

    const alphabet = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
    const tokens = vocabularySize - specialTokens.length;
    const rules = { alphabet, tokens, minimumFrequency, maximumTokenLength, prefixBytes: 0 };
    const trainer = await MergeTrainer.create(kernel, { symbols, offsets, counts }, rules, pacer);
    const merges: LearntMerge[] = [];
    yield* mergeEvents(trainer, pacer, tokens - 256, merges);
    return define(trainer, merges, settings);
  } finally {
    giveBack(kernel);
  }
}

function define(
  trainer: MergeTrainer,
  merges: readonly LearntMerge[],
  { scanner, specialTokens }: Settings,
): TokenizerDefinition {
  const size = trainer.tokenCount;
  const vocabulary = Vocabulary.from(Array.from({ length: size }, (_, id) => trainer.token(id)));
  const pairs = Uint32Array.from(merges.flatMap(({ left, right }) => [left, right]));
  return {
    model: {
      type: "bpe",
      vocabulary,
      alphabet: "bytes",
      // By id would be the same: no two pairs make the same token. See `joinTokens`.
      priority: { by: "merges", pairs },
    },
    preTokenizer: scanner === "none" ? { type: "bytes" } : { type: "scanner", scanner },
    decoder: { type: "bytes" },
    addedTokens: specialTokens.map((content, i) => ({ id: size + i, content, special: true })),
  };
}
