import type { TokenizerDefinition } from "../definition.js";

/** What a tokenizer is trained on. Documents are apart: no token runs from one into the next. Their order does not matter. */
export type TrainingDocuments = string | Iterable<string> | AsyncIterable<string>;

/** What a trainer tells of its progress; `phase` says which. */
export type TrainingEvent = CountingEvent | MergingEvent | SeedingEvent | EstimatingEvent;

/** The documents are being read, and their words counted. */
export interface CountingEvent {
  readonly phase: "counting";
  /** Documents read to their ends. */
  readonly documents: number;
  /** Bytes of UTF-8 read. */
  readonly bytes: number;
  /** Distinct words so far. */
  readonly words: number;
}

/** A merge was learnt (BPE, WordPiece). */
export interface MergingEvent {
  readonly phase: "merging";
  /** From 1 on. */
  readonly step: number;
  /** How many steps there are at most; fewer where the pairs run out. */
  readonly steps: number;
  /** The ids of the two tokens. */
  readonly pair: readonly [left: number, right: number];
  /** How often they stood side by side. */
  readonly count: number;
  /** The token that they make. */
  readonly id: number;
  /** Its bytes. */
  readonly token: Uint8Array;
}

/** The substrings to begin with are being collected (Unigram). */
export interface SeedingEvent {
  readonly phase: "seeding";
  /** Candidates so far. */
  readonly candidates: number;
}

/** One round of expectation and maximisation is done (Unigram). */
export interface EstimatingEvent {
  readonly phase: "estimating";
  /** Rounds of expectation, maximisation and pruning, from 1 on. */
  readonly round: number;
  /** Of expectation and maximisation, within the round, from 1 on. */
  readonly iteration: number;
  /** Pieces that the vocabulary has now. */
  readonly pieces: number;
  /** The mean negative log-likelihood of a word, in nats: it falls. */
  readonly objective: number;
}

/**
 * A training that is under way: its events, and what comes of it. It starts when one of the two is asked for, runs once,
 * and stops where its events are no longer asked for (`break`).
 *
 * ```ts no-run
 * const definition = await trainBpe(text, { vocabularySize: 1000 }).definition;
 *
 * const training = trainBpe(text, { vocabularySize: 1000, signal });
 * for await (const event of training) if (event.phase === "merging") show(event.token);
 * const same = await training.definition;
 * ```
 */
export interface Training extends AsyncIterable<TrainingEvent, undefined, undefined> {
  /**
   * The tokenizer. Runs the training where nobody iterates; rejects with the signal's reason where it was aborted, with an
   * `AbortError` where its loop was left.
   */
  readonly definition: Promise<TokenizerDefinition>;
}
