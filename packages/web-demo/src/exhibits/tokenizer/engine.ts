import type { TokenizerDefinition } from "@lanewise/tokenizer";
import type { EncodingId, Policy } from "./catalogue.js";

/** The part of `Tokenizer` that the exhibit uses. */
export interface Reader {
  readonly definition: TokenizerDefinition;
  encodeWithOffsets(
    text: string,
    options: { specialTokens: Policy },
  ): { readonly ids: Uint32Array; readonly starts: Uint32Array; readonly ends: Uint32Array };
  count(text: string, options: { specialTokens: Policy }): number;
  tokenBytes(id: number): Uint8Array;
  dispose(): void;
}

/** An event of a training that learns merges. */
export type LearningEvent =
  | { readonly phase: "counting" }
  | {
      readonly phase: "merging";
      readonly step: number;
      readonly steps: number;
      readonly pair: readonly [left: number, right: number];
      readonly count: number;
      readonly id: number;
      readonly token: Uint8Array;
    };

export interface Learning extends AsyncIterable<LearningEvent> {
  readonly definition: Promise<TokenizerDefinition>;
}

/** Where the session has its tokenizers from: the package, or doubles in a test. */
export interface Engine {
  /** An encoding's vocabulary is fetched here, and no sooner. */
  open(encoding: EncodingId): Promise<Reader>;
  make(definition: TokenizerDefinition): Promise<Reader>;
  train(text: string, options: { vocabularySize: number; signal: AbortSignal }): Learning;
  /** What byte-level merges make so far: ids are their order, behind the bytes. */
  definitionOf(tokens: readonly Uint8Array[]): TokenizerDefinition;
  write(definition: TokenizerDefinition, format: "json" | "tiktoken"): Promise<Uint8Array<ArrayBuffer>>;
}
