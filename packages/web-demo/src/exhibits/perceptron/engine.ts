import type { Layer, Mistakes, Task } from "./protocol.js";

/** One that learns: a neuron or a network. */
export interface Learner {
  /** Whole epochs, and steps of all epochs. */
  readonly epoch: number;
  readonly step: number;
  /** Epochs, with what is done of the one that is under way. */
  readonly progress: number;
  /** Of the perceptron rule. */
  readonly mistakes?: Mistakes | undefined;
  /** An epoch of the perceptron rule went by without a mistake. */
  readonly converged: boolean;
  /** The steps were too long: its numbers grew beyond all bounds. */
  readonly diverged: boolean;
  /** The training point that was looked at last, for rules that go by points. */
  readonly at?: number | undefined;
  /** One batch or point. */
  takeStep(): Promise<void>;
  /** What is left of the epoch. */
  finishEpoch(): Promise<void>;
  /** A score for each row of features: the boundary is at 0. */
  scores(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
  /** For each hidden layer its outputs, [rows, units]. */
  activations(rows: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer>[];
  /** From the inputs on; the last one is the output's. Copies. */
  layers(): Layer[];
  /** Of a single neuron. */
  setBias(value: number): void;
  dispose(): void;
}

/** Where the session has its learners from: the packages, or doubles in a test. */
export type MakeLearner = (task: Task) => Promise<Learner>;
