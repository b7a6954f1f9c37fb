import { RangeError } from "@lanewise/core-wasm/errors";
import type { AddedToken, Normalizer, TokenizerDefinition } from "../definition.js";
import { nameOfByte } from "../formats/byteNames.js";
import { spaceMarkDecoder } from "../formats/spaceMark.js";
import { Vocabulary } from "../vocabulary.js";
import { checkDocuments, eachDocument } from "./documents.js";
import type { Training, TrainingDocuments, TrainingEvent } from "./events.js";
import {
  checkChoice,
  checkFlag,
  checkInteger,
  checkPresent,
  checkSignal,
  checkTokens,
  checkVocabularySize,
  type TrainingOptions,
} from "./options.js";
import { Pacer } from "./pacer.js";
import { giveBack, takeKernel } from "./trainKernel.js";
import { startTraining, type TrainingRun } from "./training.js";
import { UnigramLattice } from "./unigramLattice.js";
import { addCharacters, countWords, cutWords, frequentCharacters, packWords } from "./unigramWords.js";

/** How Unigram is trained. What the options mean, and their defaults, is SentencePiece's; its names are in parentheses. */
export interface UnigramTrainingOptions extends TrainingOptions {
  /**
   * The share of all text that the characters of the vocabulary make up, in (0, 1]; the rarest are left out. Default: 0.9995.
   * (character_coverage)
   */
  readonly characterCoverage?: number | undefined;
  /** Characters of the longest piece, in [1, 255]. Default: 16. (max_sentencepiece_length) */
  readonly maximumPieceLength?: number | undefined;
  /** Pieces to begin with, at most. Default: 1,000,000. (seed_sentencepiece_size) */
  readonly seedSize?: number | undefined;
  /** The share of pieces that a pruning leaves, in (0, 1). Default: 0.75. (shrinking_factor) */
  readonly shrinkingFactor?: number | undefined;
  /** Expectations and maximisations between two prunings. Default: 2. (num_sub_iterations) */
  readonly subIterations?: number | undefined;
  /** No piece has letters of two scripts. Default: true. (split_by_unicode_script) */
  readonly splitByUnicodeScript?: boolean | undefined;
  /** Digits are a script of their own, with other signs that all scripts have. Default: true. (split_by_number) */
  readonly splitByNumber?: boolean | undefined;
  /** Each digit is a piece, alone. Default: false. (split_digits) */
  readonly splitDigits?: boolean | undefined;
  /** Characters that are no token are written as tokens of their UTF-8's bytes, 256 of them. Default: false. (byte_fallback) */
  readonly byteFallback?: boolean | undefined;
  /** The text gets a space in front. Default: true. (add_dummy_prefix) */
  readonly addDummyPrefix?: boolean | undefined;
  /** Spaces at the ends go, and several count as one. Default: true. (remove_extra_whitespaces) */
  readonly removeExtraSpaces?: boolean | undefined;
  /** What is done to a text before all else. Default: none. (normalization_rule_name: identity, nfkc) */
  readonly normalizer?: "none" | "nfkc" | undefined;
  /** Stands for characters that are no token; id 0. Default: `<unk>`. (unk_piece) */
  readonly unknownToken?: string | undefined;
  /** Control tokens, ids 1, 2 and so on. Default: `<s>` and `</s>`. (bos_piece, eos_piece, control_symbols) */
  readonly specialTokens?: readonly string[] | undefined;
}

type Settings = {
  [name in keyof UnigramTrainingOptions]-?: Exclude<UnigramTrainingOptions[name], undefined>;
};
type Options = Omit<Settings, "signal">;

/** Pruning goes on until so many times the vocabulary is left, from which the best scores are taken. */
const surplus = 1.1;
/** A piece that is expected less often goes. */
const leastExpected = 0.5;

/**
 * Trains a Unigram tokenizer as SentencePiece does: from the frequent substrings of the text, by expectation and maximisation,
 * the pieces that the likelihood loses the least by being taken out until the vocabulary has its size. The same
 * text gives the same tokenizer, in whatever order its documents come, on every machine.
 *
 * A document's lines are apart, and newlines belong to no token.
 *
 * ```ts no-run
 * const definition = await trainUnigram(documents, { vocabularySize: 8000 }).definition;
 * ```
 *
 * @throws RangeError for an option out of its range
 * @throws RangeError, from the training, where the documents have no text, or more characters than the vocabulary has room for
 *
 * Ref: Kudo 2018, "Subword regularization", arXiv:1804.10959; Kudo & Richardson 2018, arXiv:1808.06226.
 */
export function trainUnigram(documents: TrainingDocuments, options: UnigramTrainingOptions): Training {
  checkDocuments(documents);
  checkPresent(options);
  return startTraining(run(documents, checkOptions(options), options.signal));
}

async function* run(
  documents: TrainingDocuments,
  options: Options,
  signal: AbortSignal | undefined,
): TrainingRun {
  signal?.throwIfAborted();
  const pacer = new Pacer(signal);
  const counts = yield* readWords(documents, options, pacer);
  const words = packWords(await cutAll(counts, options, pacer));
  await pacer.pause();

  const characters = words.characters.length;
  if (characters === 0) throw new RangeError("documents", "some text", "none");
  const why = `${characters} characters and what else must be in it`;
  checkVocabularySize(options.vocabularySize, room(options, characters), why);
  const kernel = await takeKernel();
  try {
    const lattice = await UnigramLattice.create(
      kernel,
      words,
      options.maximumPieceLength,
      options.seedSize,
      pacer,
    );
    yield { phase: "seeding", candidates: lattice.size };
    yield* estimate(
      lattice,
      words.weights.reduce((sum, weight) => sum + weight, 0),
      options,
    );
    const pieces = options.vocabularySize - room(options, 0);
    return define(choosePieces(lattice, characters, pieces), options);
  } finally {
    giveBack(kernel);
  }
}

/** Cuts the words where no piece may reach across, some thousands at a time. */
async function cutAll(
  counts: ReadonlyMap<string, number>,
  options: Options,
  pacer: Pacer,
): Promise<Map<string, number>> {
  const frequencies = new Map<string, number>();
  for (const some of slices(counts)) {
    addCharacters(some, frequencies);
    if (pacer.due) await pacer.pause();
  }
  const covered = frequentCharacters(frequencies, options.characterCoverage);
  const parts = new Map<string, number>();
  for (const some of slices(counts)) {
    for (const [part, count] of cutWords(some, covered, options)) {
      parts.set(part, (parts.get(part) ?? 0) + count);
    }
    if (pacer.due) await pacer.pause();
  }
  return parts;
}

function* slices(counts: ReadonlyMap<string, number>): Generator<Map<string, number>, undefined, undefined> {
  let some = new Map<string, number>();
  for (const [word, count] of counts) {
    some.set(word, count);
    if (some.size < 4096) continue;
    yield some;
    some = new Map();
  }
  yield some;
}

async function* readWords(
  documents: TrainingDocuments,
  options: Options,
  pacer: Pacer,
): AsyncGenerator<TrainingEvent, Map<string, number>, undefined> {
  const counts = new Map<string, number>();
  let read = 0;
  let bytes = 0;
  for await (const document of eachDocument(documents, pacer.signal)) {
    for (const line of lines(document)) {
      countWords(line, options, counts);
      bytes += utf8Length(line);
      if (!pacer.due) continue;
      yield { phase: "counting", documents: read, bytes, words: counts.size };
      await pacer.pause();
    }
    read++;
  }
  yield { phase: "counting", documents: read, bytes, words: counts.size };
  return counts;
}

async function* estimate(
  lattice: UnigramLattice,
  words: number,
  { vocabularySize, shrinkingFactor, subIterations }: Options,
): AsyncGenerator<TrainingEvent, undefined, undefined> {
  const target = Math.floor(vocabularySize * surplus);
  for (let round = 1; ; round++) {
    let pieces = lattice.size;
    for (let iteration = 1; iteration <= subIterations; iteration++) {
      const logLikelihood = await lattice.expect();
      pieces = lattice.maximise(leastExpected);
      yield { phase: "estimating", round, iteration, pieces, objective: -logLikelihood / words };
    }
    if (pieces <= target) return;
    await lattice.prune(Math.max(target, Math.floor(pieces * shrinkingFactor)));
  }
}

interface ScoredPiece {
  readonly text: string;
  readonly score: number;
}

/** All single characters, and the pieces of the best scores: by falling score. */
function choosePieces(lattice: UnigramLattice, characters: number, pieces: number): ScoredPiece[] {
  const scores = lattice.scores.slice();
  const falling = [...scores.keys()]
    .filter((id) => scores[id]! > -Infinity)
    .sort((a, b) => scores[b]! - scores[a]! || a - b);
  let others = pieces - characters;
  return falling
    .filter((id) => id < characters || others-- > 0)
    .map((id) => ({ text: lattice.piece(id), score: scores[id]! }));
}

/** The unknown token, then the control tokens. */
function specialTokens(options: Options): string[] {
  return [options.unknownToken, ...options.specialTokens];
}

function define(pieces: readonly ScoredPiece[], options: Options): TokenizerDefinition {
  const special = specialTokens(options);
  const bytes = options.byteFallback ? Array.from({ length: 256 }, (_, byte) => nameOfByte(byte)) : [];
  const before = special.length + bytes.length;
  const scores = new Float64Array(before + pieces.length);
  pieces.forEach(({ score }, i) => (scores[before + i] = Math.fround(score)));
  const spaces: Normalizer = {
    type: "sentencePieceSpaces",
    removeExtraSpaces: options.removeExtraSpaces,
    addDummyPrefix: options.addDummyPrefix,
    escape: true,
  };
  return {
    model: {
      type: "unigram",
      vocabulary: Vocabulary.from([
        ...special.map(() => undefined), // no text produces them
        ...bytes,
        ...pieces.map(({ text }) => text),
      ]),
      scores,
      // As in SentencePiece's files, so that a tokenizer does the same once it was saved.
      pathScores: "float32",
      unknownId: 0,
      ...(options.byteFallback && {
        byteFallback: Uint32Array.from(bytes, (_, byte) => special.length + byte),
      }),
    },
    normalizer:
      options.normalizer === "none"
        ? spaces
        : { type: "sequence", normalizers: [{ type: options.normalizer }, spaces] },
    decoder: spaceMarkDecoder(options),
    addedTokens: special.map((content, id): AddedToken => ({ id, content, special: true })),
  };
}

/** A document's lines, without what ends them. */
function* lines(document: string): Generator<string, undefined, undefined> {
  let from = 0;
  for (let end = document.indexOf("\n"); end >= 0; end = document.indexOf("\n", from)) {
    yield document.slice(from, document[end - 1] === "\r" && end > from ? end - 1 : end);
    from = end + 1;
  }
  yield document.slice(from);
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) bytes += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return bytes;
}

const defaults: Omit<Options, "vocabularySize"> = {
  characterCoverage: 0.9995,
  maximumPieceLength: 16,
  seedSize: 1_000_000,
  shrinkingFactor: 0.75,
  subIterations: 2,
  splitByUnicodeScript: true,
  splitByNumber: true,
  splitDigits: false,
  byteFallback: false,
  addDummyPrefix: true,
  removeExtraSpaces: true,
  normalizer: "none",
  unknownToken: "<unk>",
  specialTokens: ["<s>", "</s>"],
};

const flags = [
  "splitByUnicodeScript",
  "splitByNumber",
  "splitDigits",
  "byteFallback",
  "addDummyPrefix",
  "removeExtraSpaces",
] as const;

/** The options with their defaults. @throws RangeError for one out of its range */
function checkOptions({ signal, ...given }: UnigramTrainingOptions): Options {
  checkSignal(signal);
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const options: Options = {
    ...defaults,
    ...(Object.fromEntries(named) as typeof given & object),
  } as Options;
  const { characterCoverage, maximumPieceLength, shrinkingFactor } = options;
  for (const flag of flags) checkFlag(flag, options[flag]);
  checkChoice("normalizer", options.normalizer, ["none", "nfkc"]);
  checkTokens("unknownToken", [options.unknownToken]);
  checkTokens("specialTokens", options.specialTokens);
  checkTokens("specialTokens", specialTokens(options));
  checkVocabularySize(options.vocabularySize, room(options, 1), "the special tokens and a character");
  for (const name of ["seedSize", "subIterations"] as const) checkInteger(name, options[name], 1);
  if (!(Number.isInteger(maximumPieceLength) && maximumPieceLength >= 1 && maximumPieceLength <= 255)) {
    throw new RangeError("maximumPieceLength", "an integer in [1, 255]", maximumPieceLength);
  }
  if (!(characterCoverage > 0 && characterCoverage <= 1)) {
    throw new RangeError("characterCoverage", "a number in (0, 1]", characterCoverage);
  }
  if (!(shrinkingFactor > 0 && shrinkingFactor < 1)) {
    throw new RangeError("shrinkingFactor", "a number in (0, 1)", shrinkingFactor);
  }
  return options;
}

/** The size of a vocabulary of so many pieces, with the special tokens and the bytes. */
function room(options: Options, pieces: number): number {
  return specialTokens(options).length + (options.byteFallback ? 256 : 0) + pieces;
}
