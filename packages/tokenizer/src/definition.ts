/**
 * What a tokenizer is, as plain data. Readers make it from files, writers make files of it, trainers make it from text,
 * and `Tokenizer.load` turns it into something that runs. The parts and their names are those of Hugging Face's
 * `tokenizer.json`, the widest of the formats, but tokens are bytes wherever the model works on bytes.
 *
 *     text → added tokens found → normalizer → preTokenizer → model → postProcessor → ids → decoder → text
 */
import type { Vocabulary } from "./vocabulary.js";

export interface TokenizerDefinition {
  readonly model: Model;
  /** Absent: the text as it is. */
  readonly normalizer?: Normalizer;
  /** Absent: the whole text is one piece. */
  readonly preTokenizer?: PreTokenizer;
  /** Absent: the ids as they are. */
  readonly postProcessor?: PostProcessor;
  /** Absent: the tokens' bytes joined. */
  readonly decoder?: Decoder;
  readonly addedTokens?: readonly AddedToken[];
}

export type Model = BpeModel | WordPieceModel | UnigramModel;

/** Byte-pair encoding: adjacent tokens merge, in an order of priority, until none can. */
export interface BpeModel {
  readonly type: "bpe";
  readonly vocabulary: Vocabulary;
  /** What a piece is cut into before anything merges. */
  readonly alphabet: "bytes" | "characters";
  /** Which of the merges that are possible comes first; of equal ones the leftmost. */
  readonly priority: MergePriority;
  /** A piece that is a token is one token, reachable by merges or not, as in tiktoken. */
  readonly wholePieces?: boolean;
  /** Characters that are no token become one token a byte: that id + the byte. (alphabet "characters") */
  readonly byteFallback?: Uint32Array;
  /** What stands for a character that is no token. */
  readonly unknownId?: number;
  /** Neighbouring unknown characters become one unknown token. */
  readonly fuseUnknown?: boolean;
  /** Tokens that are cut out of a piece first, the longest at each place, and take part in no merge (SentencePiece). */
  readonly userDefined?: Uint32Array;
}

export type MergePriority =
  /** Any two that make a token may merge; the lowest id first (tiktoken). */
  | { readonly by: "id" }
  /** Any two that make a token may merge; the highest score first (SentencePiece). f32[V] */
  | { readonly by: "score"; readonly scores: Float32Array }
  /** Those listed, the first first: u32[2 · merges], left and right (Hugging Face). */
  | { readonly by: "merges"; readonly pairs: Uint32Array };

/** Each word by its longest prefix that is a token, then the longest continuation, and so on (BERT). */
export interface WordPieceModel {
  readonly type: "wordPiece";
  readonly vocabulary: Vocabulary;
  readonly unknownId: number;
  /** What a token that continues a word begins with: "##". */
  readonly continuingPrefix: string;
  /** A longer word is unknown. */
  readonly maxCharactersPerWord: number;
}

/** The segmentation of the highest probability, the tokens being independent (Kudo 2018, arXiv:1804.10959). */
export interface UnigramModel {
  readonly type: "unigram";
  readonly vocabulary: Vocabulary;
  /** f64[V], log-probabilities; −∞: this token is never used. */
  readonly scores: Float64Array;
  /** What sums of scores are rounded to: SentencePiece keeps them in float32, and near ties go by it. Absent: float64. */
  readonly pathScores?: "float32";
  /** Tokens that beat every other segmentation, whatever their scores (SentencePiece). */
  readonly userDefined?: Uint32Array;
  readonly unknownId?: number;
  /** u32[256]: the tokens of single bytes, for characters that are no token. */
  readonly byteFallback?: Uint32Array;
}

/** A token that is found in the text before anything else is done. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** A control token: what `skipSpecialTokens` leaves out, and what ordinary text must not produce. */
  readonly special: boolean;
  /** Only where no word character touches it. */
  readonly singleWord?: boolean;
  /** It takes the white space on its left with it. */
  readonly stripLeft?: boolean;
  readonly stripRight?: boolean;
  /** It is looked for in the normalised text. */
  readonly normalized?: boolean;
}

export type Normalizer =
  | { readonly type: "sequence"; readonly normalizers: readonly Normalizer[] }
  | { readonly type: "nfc" | "nfd" | "nfkc" | "nfkd" | "lowercase" | "stripAccents" | "nmt" }
  | { readonly type: "strip"; readonly left: boolean; readonly right: boolean }
  | { readonly type: "prepend"; readonly prefix: string }
  | { readonly type: "replace"; readonly pattern: Pattern; readonly content: string }
  | {
      readonly type: "bert";
      readonly cleanText: boolean;
      readonly handleChineseCharacters: boolean;
      /** Absent: as `lowercase`. */
      readonly stripAccents?: boolean;
      readonly lowercase: boolean;
    }
  /** SentencePiece's table of replacements: a double array and its strings. What is in `keep` stays as it is. */
  | { readonly type: "precompiled"; readonly table: Uint8Array; readonly keep?: readonly string[] }
  /** SentencePiece's own white space rules: runs of spaces become one, ends are trimmed, a space comes first. */
  | {
      readonly type: "sentencePieceSpaces";
      readonly removeExtraSpaces: boolean;
      readonly addDummyPrefix: boolean;
      /** The dummy goes behind the text (`treat_whitespace_as_suffix`). */
      readonly asSuffix?: boolean;
      /** Spaces become U+2581. */
      readonly escape: boolean;
    };

/** A literal string, or a regular expression as Rust and Oniguruma write it. */
export type Pattern = { readonly string: string } | { readonly regex: string };

/** The scanners that are compiled: the patterns of OpenAI's encodings and of those that follow them. */
export type ScannerName = "r50k" | "cl100k" | "o200k" | "qwen2";

export type PreTokenizer =
  | { readonly type: "sequence"; readonly preTokenizers: readonly PreTokenizer[] }
  /** One of the compiled patterns, on the text's own bytes. */
  | { readonly type: "scanner"; readonly scanner: ScannerName; readonly addPrefixSpace?: boolean }
  /** The text's own bytes without a pattern: what came before has cut it. */
  | { readonly type: "bytes"; readonly addPrefixSpace?: boolean }
  | { readonly type: "bert" | "whitespace" | "whitespaceSplit" | "unicodeScripts" }
  | { readonly type: "punctuation"; readonly behavior: SplitBehavior }
  | { readonly type: "digits"; readonly individual: boolean }
  | {
      readonly type: "metaspace";
      readonly replacement: string;
      readonly prepend: "always" | "never" | "first";
      readonly split: boolean;
    }
  | {
      readonly type: "split";
      readonly pattern: Pattern;
      readonly behavior: SplitBehavior;
      readonly invert: boolean;
    };

export type SplitBehavior = "removed" | "isolated" | "mergedWithPrevious" | "mergedWithNext" | "contiguous";

export type PostProcessor =
  | { readonly type: "sequence"; readonly processors: readonly PostProcessor[] }
  /** Offsets leave out the white space that a token begins with, if `trimOffsets`. */
  | { readonly type: "byteLevel"; readonly trimOffsets: boolean; readonly addPrefixSpace: boolean }
  | {
      readonly type: "template";
      readonly single: readonly TemplatePart[];
      readonly pair: readonly TemplatePart[];
    };

/** The first text, the second, or ids; all with the segment (token type) they are in. */
export type TemplatePart =
  | { readonly sequence: "first" | "second"; readonly typeId: number }
  | { readonly ids: readonly number[]; readonly typeId: number };

export type Decoder =
  | { readonly type: "sequence"; readonly decoders: readonly Decoder[] }
  | { readonly type: "bytes" | "byteFallback" | "fuse" }
  | { readonly type: "wordPiece"; readonly prefix: string; readonly cleanup: boolean }
  | {
      readonly type: "metaspace";
      readonly replacement: string;
      readonly prepend: "always" | "never" | "first";
    }
  | { readonly type: "replace"; readonly pattern: Pattern; readonly content: string }
  | { readonly type: "strip"; readonly content: string; readonly start: number; readonly stop: number }
  | { readonly type: "bpe"; readonly suffix: string }
  | {
      readonly type: "ctc";
      readonly padToken: string;
      readonly wordDelimiterToken: string;
      readonly cleanup: boolean;
    };
