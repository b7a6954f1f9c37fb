import { RangeError } from "@lanewise/core-wasm/errors";
import type { Normalizer, PostProcessor, TokenizerDefinition } from "../definition.js";
import { bert as bertNormalizer } from "../pipeline/normalizers/bert.js";
import { bert as bertWords } from "../pipeline/preTokenizers/words.js";
import { Vocabulary } from "../vocabulary.js";
import { checkDocuments } from "./documents.js";
import type { Training, TrainingDocuments } from "./events.js";
import { mergeEvents } from "./mergeEvents.js";
import { MergeTrainer } from "./mergeTrainer.js";
import {
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
import { coveredCharacters } from "./unigramWords.js";
import { WordCounter } from "./wordCounter.js";

export interface WordPieceTrainingOptions extends TrainingOptions {
  /** Control tokens, in the order of their ids, from 0 on. Default: `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`. */
  readonly specialTokens?: readonly string[] | undefined;
  /** The one of them that stands for words that cannot be written. Default: `[UNK]`. */
  readonly unknownToken?: string | undefined;
  /** Pairs that are met less often do not merge. Default: 2. */
  readonly minimumFrequency?: number | undefined;
  /** Characters that are in the vocabulary in any case. Default: none. */
  readonly initialAlphabet?: string | undefined;
  /**
   * At most so many characters, the frequent ones, beside those of `initialAlphabet`. Words with others are unknown when text is
   * encoded, and do not count. Default: no limit.
   */
  readonly limitAlphabet?: number | undefined;
  /** The longest token, in characters. Default: no limit. */
  readonly maximumTokenLength?: number | undefined;
  /** Longer words are unknown, and do not count. Default: 100. */
  readonly maximumWordLength?: number | undefined;
  /** Default: true. */
  readonly lowercase?: boolean | undefined;
  /** Default: as `lowercase`. */
  readonly stripAccents?: boolean | undefined;
  /** Control characters go, and all white space becomes spaces. Default: true. */
  readonly cleanText?: boolean | undefined;
  /** Each ideograph is a word. Default: true. */
  readonly handleChineseCharacters?: boolean | undefined;
}

type Settings = {
  [name in Exclude<keyof WordPieceTrainingOptions, "signal" | "stripAccents">]-?: Exclude<
    WordPieceTrainingOptions[name],
    undefined
  >;
} & { readonly stripAccents?: boolean };

const defaults: Omit<Settings, "vocabularySize"> = {
  specialTokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"],
  unknownToken: "[UNK]",
  minimumFrequency: 2,
  initialAlphabet: "",
  limitAlphabet: Infinity,
  maximumTokenLength: Infinity,
  maximumWordLength: 100,
  lowercase: true,
  cleanText: true,
  handleChineseCharacters: true,
};

const continuingPrefix = "##";

/**
 * Trains a WordPiece tokenizer, as BERT's is: texts are cleaned, lowercased and cut into words and marks of punctuation; then the
 * pair of pieces that is met most often in the words becomes a piece, as Hugging Face's trainer does it (of equals the
 * one of the smaller bytes, as for `trainBpe`). The special tokens have the first ids, then come the characters and the
 * characters that continue a word ("##e"), in code point order, and the pieces that merges make.
 *
 * Where `[CLS]` and `[SEP]` are among the special tokens, texts are put between them, as BERT wants it.
 *
 * ```ts no-run
 * const definition = await trainWordPiece(documents, { vocabularySize: 8000 }).definition;
 * ```
 *
 * Ref: Schuster & Nakajima 2012, "Japanese and Korean Voice Search"; Sennrich et al. 2016, arXiv:1508.07909, Algorithm 1.
 *
 * @throws RangeError of what is wrong with the options, at once; of documents that are no strings, when they come; where the
 *   vocabulary has no room for the characters, as rejection
 * @throws OutOfMemoryError (as rejection) where the distinct words do not fit into 4 GB of Wasm memory
 */
export function trainWordPiece(documents: TrainingDocuments, options: WordPieceTrainingOptions): Training {
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
    const counter = new WordCounter(kernel, "spaces");
    yield* counter.count(documents, pacer);
    const counts = await bertCounts(counter, settings, pacer);
    kernel.reset();

    const { specialTokens, vocabularySize } = settings;
    const { words, first, continuing } = await alphabetOf(counts, settings, pacer);
    const characters = first.length + continuing.length;
    const least = specialTokens.length + characters;
    checkVocabularySize(vocabularySize, least, `the special tokens, and ${characters} of one character`);
    const firsts = new Map(first.map((character, i) => [character, i]));
    const others = new Map(continuing.map((character, i) => [character, first.length + i]));
    const encoder = new TextEncoder();
    const trainer = await MergeTrainer.create(
      kernel,
      symbolWords(words, (character, isFirst) => (isFirst ? firsts : others).get(character)!),
      {
        alphabet: [...first, ...continuing.map((character) => continuingPrefix + character)].map((token) =>
          encoder.encode(token),
        ),
        tokens: vocabularySize - specialTokens.length,
        minimumFrequency: settings.minimumFrequency,
        maximumTokenLength: settings.maximumTokenLength,
        prefixBytes: continuingPrefix.length,
      },
      pacer,
    );
    yield* mergeEvents(trainer, pacer, vocabularySize - least, [], (number) => specialTokens.length + number);
    return define(trainer, settings);
  } finally {
    giveBack(kernel);
  }
}

/**
 * BERT's words, with their counts: made of what stands between spaces, once for each that is distinct. That is the same as
 * of whole texts, because no rule of the normalizer looks past a space.
 */
async function bertCounts(
  counter: WordCounter,
  settings: Settings,
  pacer: Pacer,
): Promise<Map<string, number>> {
  const normalizer = bertNormalizer(normalizerOptions(settings));
  const counts = new Map<string, number>();
  for await (const stretch of paced(counter.entries(), pacer)) {
    for (const [spaced, count] of stretch) {
      const text = normalizer.normalize(spaced);
      bertWords(text, (begin, end) => {
        const word = text.slice(begin, end);
        counts.set(word, (counts.get(word) ?? 0) + count);
      });
    }
  }
  return counts;
}

/** The characters of the vocabulary, those that are met inside words, and the words that they can write. */
async function alphabetOf(
  counts: ReadonlyMap<string, number>,
  { initialAlphabet, limitAlphabet, maximumWordLength }: Settings,
  pacer: Pacer,
): Promise<{ words: Map<string, number>; first: string[]; continuing: string[] }> {
  const frequent = [...coveredCharacters(await countCharacters(counts, pacer), 1)];
  const alphabet = new Set([
    ...frequent.slice(0, Math.min(limitAlphabet, frequent.length)),
    ...initialAlphabet,
  ]);
  const inside = new Set<string>();
  const words = new Map<string, number>();
  for await (const stretch of paced(counts, pacer)) {
    for (const [word, count] of stretch) {
      const characters = [...word];
      if (characters.length > maximumWordLength) continue;
      if (!characters.every((character) => alphabet.has(character))) continue;
      words.set(word, count);
      for (const character of characters.slice(1)) inside.add(character);
    }
  }
  return { words, first: [...alphabet].sort(byCodePoint), continuing: [...inside].sort(byCodePoint) };
}

function byCodePoint(a: string, b: string): number {
  return a.codePointAt(0)! - b.codePointAt(0)!;
}

function normalizerOptions(settings: Settings): Omit<Extract<Normalizer, { type: "bert" }>, "type"> {
  const { cleanText, handleChineseCharacters, lowercase, stripAccents } = settings;
  return {
    cleanText,
    handleChineseCharacters,
    lowercase,
    ...(stripAccents !== undefined && { stripAccents }),
  };
}

function define(trainer: MergeTrainer, settings: Settings): TokenizerDefinition {
  const { specialTokens, unknownToken, maximumWordLength } = settings;
  const postProcessor = surround(specialTokens.indexOf("[CLS]"), specialTokens.indexOf("[SEP]"));
  return {
    model: {
      type: "wordPiece",
      vocabulary: Vocabulary.from([
        ...specialTokens.map(() => undefined), // no text produces them
        ...Array.from({ length: trainer.tokenCount }, (_, number) => trainer.token(number)),
      ]),
      unknownId: specialTokens.indexOf(unknownToken),
      continuingPrefix,
      maxCharactersPerWord: maximumWordLength,
    },
    normalizer: { type: "bert", ...normalizerOptions(settings) },
    preTokenizer: { type: "bert" },
    ...(postProcessor && { postProcessor }),
    decoder: { type: "wordPiece", prefix: continuingPrefix, cleanup: true },
    addedTokens: specialTokens.map((content, id) => ({ id, content, special: true })),
  };
}

/** `[CLS] first [SEP]`, and `second [SEP]` behind it. */
function surround(cls: number, sep: number): PostProcessor | undefined {
  if (cls < 0 || sep < 0) return undefined;
  const single = [
    { ids: [cls], typeId: 0 },
    { sequence: "first", typeId: 0 },
    { ids: [sep], typeId: 0 },
  ] as const;
  const pair = [...single, { sequence: "second", typeId: 1 }, { ids: [sep], typeId: 1 }] as const;
  return { type: "template", single, pair };
}

/** The options with their defaults. @throws RangeError for one out of its range */
function check({ signal, ...given }: WordPieceTrainingOptions): Settings {
  checkSignal(signal);
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  const settings = { ...defaults, ...Object.fromEntries(named) } as Settings;
  const { specialTokens, unknownToken, stripAccents } = settings;
  for (const flag of ["lowercase", "cleanText", "handleChineseCharacters"] as const) {
    checkFlag(flag, settings[flag]);
  }
  if (stripAccents !== undefined) checkFlag("stripAccents", stripAccents);
  checkTokens("specialTokens", specialTokens);
  if (!specialTokens.includes(unknownToken)) {
    throw new RangeError("unknownToken", "one of the special tokens", unknownToken);
  }
  checkInteger("minimumFrequency", settings.minimumFrequency, 0);
  checkText("initialAlphabet", settings.initialAlphabet);
  checkLength("limitAlphabet", settings.limitAlphabet, 0);
  checkLength("maximumTokenLength", settings.maximumTokenLength, 1);
  checkInteger("maximumWordLength", settings.maximumWordLength, 1);
  checkVocabularySize(settings.vocabularySize, specialTokens.length, "the special tokens");
  return settings;
}
