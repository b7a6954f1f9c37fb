import type { Runtime } from "@lanewise/core-wasm";

/** Points and what they are. */
export interface LabelledSet {
  /** f32[n, inputs], row-major. */
  readonly x: Float32Array<ArrayBuffer>;
  /** 1 for positive, 0 for negative: f32[n]. */
  readonly y: Float32Array<ArrayBuffer>;
}

/** What an imbalanced set is drawn from. Everything may be left out. */
export interface ImbalancedSetOptions {
  /** How many points. Default: 2000. */
  size?: number | undefined;
  /** The share of positives, met to the nearest whole number of points. Default: 0.05. */
  positives?: number | undefined;
  /** Coordinates of a point: the first two tell the kinds apart, the others are noise. Default: 2. */
  inputs?: number | undefined;
  /** How far the centres of both kinds lie from each other, in standard deviations of the negatives. Default: 2. */
  separation?: number | undefined;
  /** A whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  runtime?: Runtime | undefined;
}

/** The classifier. Everything may be left out. */
export interface MetricTrainerOptions {
  /** Coordinates of a point. Default: 2. */
  inputs?: number | undefined;
  /** Units of the hidden layer (tanh); 0: none, and the classifier is linear. Default: 0. */
  hidden?: number | undefined;
  /** What the first weights are drawn from: a whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  /** Default: the default runtime. */
  runtime?: Runtime | undefined;
}

/** What the second phase makes large. */
export type TrainedMetric = "f1" | "accuracy" | "auc";

/** How a run goes. Everything may be left out. */
export interface MetricTrainOptions {
  /** Epochs on cross-entropy: the warm start. Default: 200. */
  crossEntropyEpochs?: number | undefined;
  /** Epochs on the soft metric after that. Default: 400. */
  metricEpochs?: number | undefined;
  /** Default: "f1". */
  metric?: TrainedMetric | undefined;
  /** τ: the soft metric takes p = σ(z/τ). Default: 1. */
  temperature?: number | undefined;
  /** AdamW's, in both phases. Default: 0.05. */
  learningRate?: number | undefined;
  /**
   * Points a step; a soft metric is then that of the batch, which is not the mean of smaller ones'. Default: all, and then nothing
   * is shuffled.
   */
  batch?: number | undefined;
  /** p ≥ threshold counts as positive in the hard metrics. Default: 0.5. */
  threshold?: number | undefined;
  /** Events come after every so many epochs, however fast those are. Default: by the clock, at most ten a second. */
  reportEvery?: number | undefined;
  /** A set that is reported on and not trained on. */
  test?: LabelledSet | undefined;
  /** What batches are shuffled by. Default: 0. */
  seed?: number | undefined;
  /** Ends the run by throwing its reason, within 200 ms. The classifier stays usable. */
  signal?: AbortSignal | undefined;
}

export type MetricPhase = "crossEntropy" | "metric";

/** How the classifier does on a set. */
export interface MetricReport {
  /** The mean cross-entropy in nats. */
  readonly crossEntropy: number;
  /** The soft metric that is trained, and the hard one it stands in for (at the threshold; AUC has none). */
  readonly soft: number;
  readonly hard: number;
  readonly softF1: number;
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  readonly accuracy: number;
  /** NaN where either kind is missing. */
  readonly auc: number;
}

/** The threshold on p that has the greatest F1 on the training set, and the F1 that it comes to. */
export interface TunedThreshold {
  /** Infinity where no threshold finds a positive. */
  readonly threshold: number;
  readonly trainF1: number;
  readonly testF1: number | undefined;
}

/** How a run stands: at most ten a second unless `reportEvery` says otherwise, and always of the first epoch and the last of each phase. */
export interface MetricTrainEvent {
  readonly phase: MetricPhase;
  /** From 1, counted over both phases. */
  readonly epoch: number;
  readonly epochs: number;
  /** The mean over the epoch's steps of what was made small: cross-entropy in nats, or 1 − soft metric. */
  readonly loss: number;
  /** That of the hard metrics. */
  readonly threshold: number;
  readonly train: MetricReport;
  /** There if a test set was given. */
  readonly test: MetricReport | undefined;
  readonly tuned: TunedThreshold;
}
