import type { ActivationId, FeatureId, LearnerId, OptimiserId, PaceId } from "./catalogue.js";
import type { Points } from "./dataSets.js";

/** What is learnt, by whom, from what. */
export interface Task {
  readonly learner: LearnerId;
  /** Targets are values, not classes. */
  readonly regression: boolean;
  readonly features: readonly FeatureId[];
  readonly layers: readonly number[];
  readonly activation: ActivationId;
  readonly optimiser: OptimiserId;
  readonly rate: number;
  readonly decay: number;
  readonly dropout: number;
  /** Points a step; 0 stands for all of them. */
  readonly batch: number;
  readonly seed: number;
  readonly train: Points;
  readonly test: Points;
}

/** What the page asks of the worker. `run` numbers the tasks: what is said of an earlier one is dropped. */
export type Request =
  | { type: "begin"; run: number; task: Task }
  /** Go on until `epochs` have been done, at that pace; also while it runs, to change either. */
  | { type: "run"; run: number; epochs: number; pace: PaceId }
  | { type: "pause"; run: number }
  /** One batch, or for the perceptron rule one point. */
  | { type: "step"; run: number }
  /** Sets the bias of a single neuron. */
  | { type: "bias"; run: number; value: number };

/** Weights of a layer: f32[outputs, inputs], and a bias an output. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array<ArrayBuffer>;
  readonly biases: Float32Array<ArrayBuffer>;
}

/** How well points are answered. */
export interface Quality {
  /** Cross-entropy in nats, mean squared error, or for the perceptron rule the share of mistakes. */
  readonly loss: number;
  /** Of classes. `counts[target][answer]`, 0 the first class and 1 the second. */
  readonly confusion?: readonly [first: readonly [number, number], second: readonly [number, number]];
  /** Of values: 1 is all, 0 is no better than their mean; undefined where they are all the same. */
  readonly rSquared?: number;
}

/** What the perceptron rule has come to. */
export interface Mistakes {
  /** Since the weights were zero. */
  readonly total: number;
  /** Of the last whole epoch; undefined before there was one. */
  readonly epoch: number | undefined;
  /** Novikoff's bound, once a line is found and nobody moved it by hand. */
  readonly bound?: { readonly radius: number; readonly margin: number; readonly most: number };
}

/** A point of the learning curves. */
export interface CurvePoint {
  /** With what was done of the one under way. */
  readonly epoch: number;
  readonly train: number;
  readonly test: number | undefined;
}

/** What there is to see after some steps. */
export interface Frame {
  /** Whole epochs. */
  readonly epoch: number;
  /** Epochs, with what is done of the one that is under way. */
  readonly progress: number;
  readonly step: number;
  readonly train: Quality;
  /** Undefined where nothing is held out. */
  readonly test: Quality | undefined;
  readonly layers: readonly Layer[];
  /** The losses of epochs since the picture before, where it goes faster than pictures do. */
  readonly between: readonly CurvePoint[];
  /** Which points are answered wrongly; none where they have values. */
  readonly wrong: { readonly train: readonly boolean[]; readonly test: readonly boolean[] };
  /** The output over the plane: `limits.plane` squared places, from the top left. Its boundary is at 0. */
  readonly plane: Float32Array<ArrayBuffer>;
  /** For each hidden layer the pictures of its units, one after another, `limits.thumbnail` squared places each. */
  readonly units: readonly Float32Array<ArrayBuffer>[];
  readonly mistakes?: Mistakes;
  /** The training point that the rule looked at last, where it goes by points. */
  readonly at?: number;
}

/** Why a run is over: all points are told apart, the epochs are up, or numbers ran away. */
export type End = "converged" | "limit" | "diverged";

/** What the worker tells the page. */
export type Reply =
  | { type: "ready"; run: number; frame: Frame }
  | { type: "frame"; run: number; frame: Frame }
  | { type: "ended"; run: number; end: End; frame: Frame }
  | { type: "failed"; run: number; reason: string };
