import type { EncodingId, Pace, Policy, TokenizerId } from "./catalogue.js";

/** What the page asks of the worker. */
export type Request =
  /** The text, whole. What is asked about an earlier one is dropped. */
  | {
      type: "read";
      revision: number;
      text: string;
      tokenizer: TokenizerId;
      compare: readonly EncodingId[];
      policy: Policy;
    }
  /** Other tokens of the same text, from that one on. */
  | { type: "show"; revision: number; from: number }
  | { type: "train"; run: number; source: TrainingText; probe: string; size: number; pace: Pace }
  | { type: "stop"; run: number }
  | { type: "save"; run: number; format: FileFormat };

/** What is trained on: a text, or where it lies. */
export type TrainingText = { readonly text: string } | { readonly url: string };

export const fileFormats = ["json", "tiktoken"] as const;
export type FileFormat = (typeof fileFormats)[number];

/** Tokens side by side in the text. */
export interface TokenSpan {
  /** The number of the first one. */
  readonly from: number;
  readonly ids: Uint32Array;
  /** In UTF-16 code units of the text. A token that is a part of a character has the whole character. */
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  /** The bytes of all of them, joined. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each one's bytes end. */
  readonly byteEnds: Uint32Array;
}

/** A merge, as it was learnt. */
export interface Merge {
  readonly step: number;
  readonly left: Uint8Array;
  readonly right: Uint8Array;
  readonly id: number;
  readonly count: number;
}

/** What the worker tells the page. */
export type Reply =
  | { type: "loading"; tokenizer: TokenizerId }
  | { type: "loaded"; tokenizer: TokenizerId; milliseconds: number }
  | { type: "unavailable"; tokenizer: TokenizerId; reason: string }
  | {
      type: "tokens";
      revision: number;
      tokenizer: TokenizerId;
      total: number;
      bytes: number;
      span: TokenSpan;
    }
  | { type: "counted"; revision: number; tokenizer: TokenizerId; count: number; milliseconds: number }
  /** The text has the content of a control token, and the policy is to refuse it. */
  | { type: "refused"; revision: number; tokenizer: TokenizerId; reason: string }
  | TrainingReply
  | { type: "file"; run: number; format: FileFormat; bytes: Uint8Array<ArrayBuffer> };

/** What it tells of a training. */
export type TrainingReply =
  | { type: "reading"; run: number }
  /** `probe`: into how many tokens the text is cut by what is learnt so far. */
  | { type: "merged"; run: number; steps: number; merges: readonly Merge[]; probe: number }
  /**
   * `size`: how many tokens it has, fewer than asked for where the text had no more pairs. `milliseconds`: of the training and of
   * what is told of it, where it was not slowed down.
   */
  | { type: "trained"; run: number; size: number; milliseconds?: number }
  | { type: "stopped"; run: number }
  | { type: "trainingFailed"; run: number; reason: string };
