import { RangeError } from "@lanewise/core-wasm/errors";
import type { Normalizer, TokenizerDefinition } from "../definition.js";
import { nameOfByte } from "../formats/byteNames.js";
import { spaceMark, spaceMarkDecoder } from "../formats/spaceMark.js";
import { Vocabulary } from "../vocabulary.js";
import { checkDocuments } from "./documents.js";
import type { Training, TrainingDocuments } from "./events.js";
import { mergeEvents } from "./mergeEvents.js";
import { MergeTrainer } from "./mergeTrainer.js";
import {
  checkChoice,
  checkFlag,
  checkInteger,
  checkLength,
  checkPresent,
  checkSignal,
  checkText,
  checkTokens,
  checkVocabularySize,
  type TrainingOptions,
} from "./options.js";
import { countCharacters, paced } from "./pacedWords.js";
import { Pacer } from "./pacer.js";
import { symbolWords } from "./symbolWords.js";
import { giveBack, takeKernel } from "./trainKernel.js";
import { startTraining, type TrainingRun } from "./training.js";
import { coveredCharacters, cutWords } from "./unigramWords.js";
import { WordCounter } from "./wordCounter.js";

/** How SentencePiece's BPE is trained; its own names for the options are in parentheses. */
export interface SentencePieceBpeTrainingOptions extends TrainingOptions {
  /**
   * The share of all text that the characters of the vocabulary make up, in (0, 1]; the rarest are left out. Default: 0.9995.
   * (character_coverage)
   */
  readonly characterCoverage?: number | undefined;
  /** Characters that are in the vocabulary in any case, as the space is. Default: none. (required_chars) */
  readonly initialAlphabet?: string | undefined;
  /** At most so many characters, the frequent ones, beside those of `initialAlphabet`. Default: no limit. */
  readonly limitAlphabet?: number | undefined;
  /** Pairs that are met less often do not merge. Default: 2. */
  readonly minimumFrequency?: number | undefined;
  /** The longest token, in characters. Default: 16. (max_sentencepiece_length) */
  readonly maximumTokenLength?: number | undefined;
  /**
   * Characters that are no token are written as tokens of their UTF-8's bytes, 256 of them, so that every text can be
   * encoded. Default: true, as LLaMA has it. (byte_fallback)
   */
  readonly byteFallback?: boolean | undefined;
  /** No token has letters of two scripts. Default: true. (split_by_unicode_script) */
  readonly splitByUnicodeScript?: boolean | undefined;
  /** Digits are a script of their own, with other signs that all scripts have. Default: true. (split_by_number) */
  readonly splitByNumber?: boolean | undefined;
  /** Each digit is a token, alone. Default: false; LLaMA: true. (split_digits) */
  readonly splitDigits?: boolean | undefined;
  /** Several spaces may be a token. Default: false. (allow_whitespace_only_pieces) */
  readonly whitespaceOnlyPieces?: boolean | undefined;
  /** The text gets a space in front. Default: true. (add_dummy_prefix) */
  readonly addDummyPrefix?: boolean | undefined;
  /** Spaces at the ends go, and several count as one. Default: false, as LLaMA has it: texts come back as they were. (remove_extra_whitespaces) */
  readonly removeExtraSpaces?: boolean | undefined;
  /** What is done to a text before all else. Default: `none`. (normalization_rule_name: identity, nfkc) */
  readonly normalizer?: "none" | "nfkc" | undefined;
  /** Stands for characters that are no token; id 0. Default: `<unk>`. (unk_piece) */
  readonly unknownToken?: string | undefined;
  /** Control tokens, ids 1, 2 and so on. Default: `<s>` and `</s>`. (bos_piece, eos_piece, control_symbols) */
  readonly specialTokens?: readonly string[] | undefined;
}

type Settings = {
  [name in Exclude<keyof SentencePieceBpeTrainingOptions, "signal">]-?: Exclude<
    SentencePieceBpeTrainingOptions[name],
    undefined
  >;
};

const defaults: Omit<Settings, "vocabularySize"> = {
  characterCoverage: 0.9995,
  initialAlphabet: "",
  limitAlphabet: Infinity,
  minimumFrequency: 2,
  maximumTokenLength: 16,
  byteFallback: true,
  splitByUnicodeScript: true,
  splitByNumber: true,
  splitDigits: false,
  whitespaceOnlyPieces: false,
  addDummyPrefix: true,
  removeExtraSpaces: false,
  normalizer: "none",
  unknownToken: "<unk>",
  specialTokens: ["<s>", "</s>"],
};

/**
 * Trains BPE over characters as SentencePiece does, whose `.model` the result can be saved as: words begin with their
 * space, written U+2581, and lines are apart. The unknown token has id 0, then come the control tokens, the bytes (with byte
 * fallback), the characters by falling frequency, and the tokens that merges make; a token's score is its merge's number, negative.
 *
 * Which pair merges is as for `trainBpe`: the one that is met most often, of equals the one of the smaller bytes.
 *
 * ```ts no-run
 * const definition = await trainSentencePieceBpe(documents, { vocabularySize: 8000 }).definition;
 * ```
 *
 * Ref: Kudo & Richardson 2018, arXiv:1808.06226.
 *
 * @throws RangeError of what is wrong with the options, at once; of documents that are no strings, when they come; where the
 *   vocabulary has no room for the characters, as rejection
 * @throws OutOfMemoryError (as rejection) where the distinct words do not fit into 4 GB of Wasm memory
 */
export function trainSentencePieceBpe(
  documents: TrainingDocuments,
  options: SentencePieceBpeTrainingOptions,
): Training {
  checkDocuments(documents);
  checkPresent(options);
  return startTraining(run(documents, check(options), options.signal));
}

async function* run(
  documents: TrainingDocuments,
  settings: Settings,
  signal: AbortSignal | undefined,
): TrainingRun {
  signal?.throwIfAborted();
  const kernel = await takeKernel();
  try {
    const pacer = new Pacer(signal);
    const counter = new WordCounter(kernel, settings.whitespaceOnlyPieces ? "spaceRuns" : "spaces");
    yield* counter.count(documents, pacer, (document) => prepare(document, settings));
    const counts = new Map<string, number>();
    for await (const stretch of paced(counter.entries(), pacer)) {
      for (const [word, count] of stretch) counts.set(word.replaceAll(" ", spaceMark), count);
    }
    kernel.reset();

    const characters = alphabetOf(await countCharacters(counts, pacer), settings);
    const before = firstCharacter(settings);
    checkVocabularySize(
      settings.vocabularySize,
      before + characters.length,
      `${characters.length} characters and what else must be in it`,
    );
    const numbers = new Map(characters.map((character, number) => [character, number]));
    const parts = await cutPaced(counts, new Set(characters), settings, pacer);
    const encoder = new TextEncoder();
    const trainer = await MergeTrainer.create(
      kernel,
      symbolWords(parts, (character) => numbers.get(character)!),
      {
        alphabet: characters.map((character) => encoder.encode(character)),
        tokens: settings.vocabularySize - before,
        minimumFrequency: settings.minimumFrequency,
        maximumTokenLength: settings.maximumTokenLength,
        prefixBytes: 0,
      },
      pacer,
    );
    const steps = settings.vocabularySize - before - characters.length;
    yield* mergeEvents(trainer, pacer, steps, [], (number) => before + number);
    return define(trainer, characters.length, settings);
  } finally {
    giveBack(kernel);
  }
}

/** The text with what the normalizer will do to it, line by line. */
function prepare(document: string, settings: Settings): string {
  let text = document.replaceAll(spaceMark, " ").replaceAll("\r\n", "\n");
  if (settings.normalizer === "nfkc") text = text.normalize("NFKC");
  if (settings.removeExtraSpaces) {
    text = text
      .replace(/ +/g, " ")
      .replace(/ ?\n ?/g, "\n")
      .replace(/^ | $/g, "");
  }
  if (!settings.addDummyPrefix) return text;
  return text.replace(/^(?=[^\n])|\n(?=[^\n])/g, "$& ");
}

/** The characters of the vocabulary: the frequent ones, those of `initialAlphabet`, and the space, which the normalizer writes. */
function alphabetOf(frequencies: ReadonlyMap<string, number>, settings: Settings): string[] {
  const { initialAlphabet, limitAlphabet, characterCoverage } = settings;
  const frequent = [...coveredCharacters(frequencies, characterCoverage)];
  const limited = frequent.slice(0, Math.min(limitAlphabet, frequent.length));
  return [...new Set([...limited, ...initialAlphabet.replaceAll(" ", spaceMark), spaceMark])];
}

/** `cutWords`, in stretches. */
async function cutPaced(
  counts: ReadonlyMap<string, number>,
  covered: ReadonlySet<string>,
  settings: Settings,
  pacer: Pacer,
): Promise<Map<string, number>> {
  const parts = new Map<string, number>();
  for await (const stretch of paced(counts, pacer)) {
    for (const [part, count] of cutWords(new Map(stretch), covered, settings)) {
      parts.set(part, (parts.get(part) ?? 0) + count);
    }
  }
  return parts;
}

/** The id of the first character. */
function firstCharacter({ specialTokens, byteFallback }: Settings): number {
  return 1 + specialTokens.length + (byteFallback ? 256 : 0);
}

function define(trainer: MergeTrainer, characters: number, settings: Settings): TokenizerDefinition {
  const special = [settings.unknownToken, ...settings.specialTokens];
  const bytes = settings.byteFallback ? Array.from({ length: 256 }, (_, byte) => nameOfByte(byte)) : [];
  const before = firstCharacter(settings);
  const size = trainer.tokenCount;
  const scores = new Float32Array(before + size);
  // Merges from 0 downwards, in their order; characters, which no merge makes, behind them.
  const merges = size - characters;
  for (let i = 0; i < size; i++) scores[before + i] = i < characters ? -(merges + i) : characters - i;
  const spaces: Normalizer = {
    type: "sentencePieceSpaces",
    removeExtraSpaces: settings.removeExtraSpaces,
    addDummyPrefix: settings.addDummyPrefix,
    escape: true,
  };
  return {
    model: {
      type: "bpe",
      vocabulary: Vocabulary.from([
        ...special.map(() => undefined), // no text produces them
        ...bytes,
        ...Array.from({ length: size }, (_, number) => trainer.token(number)),
      ]),
      unknownId: 0,
      ...(settings.byteFallback && {
        byteFallback: Uint32Array.from({ length: 256 }, (_, byte) => special.length + byte),
      }),
      alphabet: "characters",
      priority: { by: "score", scores },
      fuseUnknown: true,
    },
    normalizer:
      settings.normalizer === "none"
        ? spaces
        : { type: "sequence", normalizers: [{ type: settings.normalizer }, spaces] },
    decoder: spaceMarkDecoder(settings),
    addedTokens: special.map((content, id) => ({ id, content, special: true })),
  };
}

const flags = [
  "byteFallback",
  "splitByUnicodeScript",
  "splitByNumber",
  "splitDigits",
  "whitespaceOnlyPieces",
  "addDummyPrefix",
  "removeExtraSpaces",
] as const;

/** The options with their defaults. @throws RangeError for one out of its range */
function check({ signal, ...given }: SentencePieceBpeTrainingOptions): Settings {
  checkSignal(signal);
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings = { ...defaults, ...Object.fromEntries(named) } as Settings;
  const { characterCoverage, initialAlphabet } = settings;
  for (const flag of flags) checkFlag(flag, settings[flag]);
  checkChoice("normalizer", settings.normalizer, ["none", "nfkc"]);
  checkTokens("unknownToken", [settings.unknownToken]);
  checkTokens("specialTokens", settings.specialTokens);
  checkTokens("specialTokens", [settings.unknownToken, ...settings.specialTokens]);
  checkInteger("minimumFrequency", settings.minimumFrequency, 0);
  checkLength("maximumTokenLength", settings.maximumTokenLength, 1);
  checkLength("limitAlphabet", settings.limitAlphabet, 0);
  if (!(characterCoverage > 0 && characterCoverage <= 1)) {
    throw new RangeError("characterCoverage", "a number in (0, 1]", characterCoverage);
  }
  checkText("initialAlphabet", initialAlphabet);
  checkVocabularySize(
    settings.vocabularySize,
    firstCharacter(settings) + 1,
    "the special tokens, the bytes and the space",
  );
  return settings;
}
