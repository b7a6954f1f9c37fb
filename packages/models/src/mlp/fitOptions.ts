import type { RandomStream } from "@lanewise/core-wasm";
import type { Examples } from "../data/index.js";
import type { ScheduleName } from "../optim/index.js";
import type { Evaluation } from "./evaluate.js";

/** How the weights are moved. */
export type OptimizerName = "adamW" | "sgd";

/** What early stopping looks at. */
export type Monitor = "loss" | "accuracy";

/**
 * Changes a batch of inputs before it is learnt from, in place.
 *
 * @param x f32[rows, inputs], a copy of the examples
 * @param random where to draw from: a checkpoint keeps its place, so that resuming gives the same
 */
export type Augment = (
  x: Float32Array,
  context: { readonly rows: number; readonly random: RandomStream },
) => void;

/** How to learn. Everything may be left out. */
export interface FitOptions {
  /** How often all examples are read: the horizon of the schedule. Default: 10. */
  epochs?: number | undefined;
  /** How many examples a step reads; the last one of an epoch may have fewer. Default: 32. */
  batch?: number | undefined;
  /** Another random order in every epoch. Default: true. */
  shuffle?: boolean | undefined;
  /** What the order, dropout and augmentation are drawn from: a whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  /**
   * Ends the run by throwing the signal's reason, within 200 ms. The model stays usable, and the run can be resumed.
   */
  signal?: AbortSignal | undefined;
  /** Default: "adamW". */
  optimizer?: OptimizerName | undefined;
  /** The highest rate of the schedule. Default: 1e-3 for adamW, 1e-1 for sgd. */
  learningRate?: number | undefined;
  /** After the warm-up: "constant", or down to `finalRate` in half a cosine or a line. Default: "constant". */
  schedule?: ScheduleName | undefined;
  /** Over how many steps the rate first rises in a line. Default: 0. */
  warmup?: number | undefined;
  /** Where the schedule ends, as a share of `learningRate`. Default: 0. */
  finalRate?: number | undefined;
  /** sgd's: how slowly the velocity forgets. Default: 0. */
  momentum?: number | undefined;
  /** sgd's: looks a step ahead. Default: false. */
  nesterov?: boolean | undefined;
  /** adamW's decay rates of the two moments. Default: 0.9 and 0.999. */
  beta1?: number | undefined;
  beta2?: number | undefined;
  /**
   * L2: the decay of the weights, not of the biases. With adamW apart from the gradient, with sgd as a penalty
   * weightDecay / 2 · Σ w² on the loss. Default: 0.
   */
  weightDecay?: number | undefined;
  /**
   * L1: a penalty l1 · Σ |w| on the weights, not on the biases, by its proximal step after each update: weights are
   * moved towards 0 by rate · l1, and stop there. Default: 0.
   */
  l1?: number | undefined;
  /** The most that the norm of all gradients together may be; larger ones are scaled down. Default: Infinity, any. */
  clip?: number | undefined;
  /**
   * How much an example of each class counts: [of no, of yes] for "binary". The mean loss of a batch is the weighted one.
   * Default: all the same.
   */
  classWeights?: readonly number[] | undefined;
  /** ε: what is asked for is (1 − ε) of the class that came and ε of all classes alike. Default: 0. */
  labelSmoothing?: number | undefined;
  /** Changes each batch of inputs before it is learnt from: `shiftImages(…)`, or your own. Must be given again to resume. */
  augment?: Augment | undefined;
  /** Examples that are evaluated now and then. They are not learnt from. */
  validation?: Examples | undefined;
  /** After every how many epochs, and after the last. Default: 1. */
  evaluateEvery?: number | undefined;
  /**
   * Stops once so many evaluations on end were not better than the best. With a patience, the run ends with the weights
   * of its best evaluation, however it ends. Wants `validation`. Default: Infinity, never.
   */
  patience?: number | undefined;
  /** What the best is: the least "loss", or the highest "accuracy". Default: "loss". */
  monitor?: Monitor | undefined;
  /** By how much an evaluation must be better to count as such. Default: 0. */
  minimumGain?: number | undefined;
  /**
   * Go on with the run that this model is in (it was stopped, aborted, or loaded from a checkpoint): its options are the
   * defaults then. `epochs`, the rate with its schedule, `clip` and what concerns validation may be others; the examples
   * and the rest must be the same. With the same options it is bit for bit what one run without the stop would have
   * given. Default: false, a new run that begins with the weights as they are.
   */
  resume?: boolean | undefined;
  /** Stop after so many steps of this call, to be resumed. Default: go on to the end. */
  stopAfter?: number | undefined;
}

/** What a run says of itself: at most ten a second, and always of its first step and its last. */
export interface FitEvent {
  /** The epoch of this step, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps done so far, from 1. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** The mean loss of the steps since the event before, without the penalties. */
  readonly loss: number;
  /** The rate of this step. */
  readonly learningRate: number;
  /** The norm of all gradients of this step, before clipping. */
  readonly gradNorm: number;
  /** Examples learnt from a second since the event before; the time that events and validation take is not counted. */
  readonly examplesPerSecond: number;
  /** Seconds until the run is over, from the speed so far; validation is not counted. */
  readonly etaSeconds: number;
  /** There if the validation examples were evaluated since the event before: the last such evaluation. */
  readonly validation?: ValidationResult;
  /** The best evaluation so far; there if there is one. */
  readonly best?: ValidationResult;
  /** There at the end of a run that patience ended early. */
  readonly stoppedEarly?: true;
}

export interface ValidationResult extends Evaluation {
  /** The epoch, and the step, after which it was evaluated. */
  readonly epoch: number;
  readonly step: number;
}

/** What decides the numbers of a run, with nothing left out: kept in its checkpoints. */
export interface RunOptions {
  readonly epochs: number;
  readonly batch: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly optimizer: OptimizerName;
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  readonly warmup: number;
  readonly finalRate: number;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly beta1: number;
  readonly beta2: number;
  readonly weightDecay: number;
  readonly l1: number;
  readonly clip: number;
  /** Empty: all the same. */
  readonly classWeights: readonly number[];
  readonly labelSmoothing: number;
  readonly evaluateEvery: number;
  readonly patience: number;
  readonly monitor: Monitor;
  readonly minimumGain: number;
}
