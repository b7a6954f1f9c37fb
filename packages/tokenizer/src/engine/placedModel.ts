/** A model whose tables lie in an engine's memory. */
export interface PlacedModel {
  /** One of `modelKind`. */
  readonly kind: number;
  /** The header that the kernels read. Its first u32 is the engine's to write: where working memory lies. */
  readonly header: number;
  readonly tokens: PlacedVocabulary;
  /** No token holds a U+2581 behind another character: so a text can be cut there. */
  readonly cutsAtWords: boolean;
  /** Called before each text: for an encoder that keeps something from piece to piece. */
  readonly beginText?: () => void;
  /** Writes tables that only some texts need, the next of them each time an encoder answers NEEDS_MORE instead of a number of ids. */
  readonly complete?: (() => void) | undefined;
}

/** What the decoder reads. */
export interface PlacedVocabulary {
  readonly size: number;
  readonly bytes: number;
  /** u32[size + 1] */
  readonly offsets: number;
}

/** The numbers that assembly/kernels/encodeText.ts knows the encoders by. */
export const modelKind = { bpe: 0, unigram: 1, wordPiece: 2 } as const;

/** What an encoder answers that lacks tables. */
export const NEEDS_MORE = 0xffffffff;
