import type { Cell } from "./config.js";

/** What a training loop reports. */
export interface LearnerEvent {
  step: number;
  steps: number;
  bitsPerCharacter: number;
  charactersPerSecond: number;
  etaSeconds: number;
  validation?: { bitsPerCharacter: number } | undefined;
}

/** The part of `CharRnn` that the exhibit uses. */
export interface Learner {
  readonly parameterCount: number;
  /** Steps taken so far. */
  readonly step: number;
  train(
    text: string,
    options: {
      steps: number;
      seed: number;
      batch: number;
      window: number;
      learningRate: number;
      signal: AbortSignal;
      resume: boolean;
      stopAfter?: number;
      validation: string;
      evaluateEvery: number;
      evaluateBatch: number;
    },
  ): AsyncIterable<LearnerEvent>;
  evaluate(
    text: string,
    options: { signal: AbortSignal; batch: number },
  ): Promise<{ bitsPerCharacter: number }>;
  generate(
    prime: string,
    options: { length: number; temperature: number; seed: number },
  ): AsyncGenerator<string, void, undefined>;
  hiddenStates(text: string): Float32Array;
  save(): Uint8Array<ArrayBuffer>;
  dispose(): void;
}

/** Makes learners. */
export interface LearnerKind {
  create(options: { cell: Cell; hidden: number; seed: number; alphabet: string }): Promise<Learner>;
}
