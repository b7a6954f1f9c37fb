import { checkFlags, checkInteger, checkNumber, RangeError } from "@lanewise/core-wasm";
import { checkScheduleName } from "../optim/index.js";
import type { MlpConfig } from "./config.js";
import type { FitOptions, RunOptions } from "./fitOptions.js";
import { checkWeights } from "./objective.js";

/** What a run keeps to its end: the order of its examples and the optimiser's moments were made for these. */
const lasting = [
  "batch",
  "shuffle",
  "seed",
  "optimizer",
  "momentum",
  "nesterov",
  "beta1",
  "beta2",
  "weightDecay",
  "l1",
  "classWeights",
  "labelSmoothing",
] as const;

const defaults: RunOptions = {
  epochs: 10,
  batch: 32,
  shuffle: true,
  seed: 0,
  optimizer: "adamW",
  learningRate: 1e-3,
  schedule: "constant",
  warmup: 0,
  finalRate: 0,
  momentum: 0,
  nesterov: false,
  beta1: 0.9,
  beta2: 0.999,
  weightDecay: 0,
  l1: 0,
  clip: Infinity,
  classWeights: [],
  labelSmoothing: 0,
  evaluateEvery: 1,
  patience: Infinity,
  monitor: "loss",
  minimumGain: 0,
};

/**
 * Checks the options and fills in what is left out: from `before`, the run that is resumed, or the defaults.
 *
 * @throws RangeError, also if one that lasts differs from the resumed run's
 */
export function resolveRun(options: FitOptions, config: MlpConfig, before?: RunOptions): RunOptions {
  if (typeof options !== "object" || options === null) throw new RangeError("options", "an object", options);
  const base = before ?? (options.optimizer === "sgd" ? { ...defaults, learningRate: 0.1 } : defaults);
  const given = Object.entries(options).filter(([name, value]) => name in defaults && value !== undefined);
  const run = { ...base, ...Object.fromEntries(given) } as RunOptions;
  checkRun(run, config);
  if (Number.isFinite(run.patience) && !options.validation) {
    throw new RangeError("patience", "Infinity without validation examples", run.patience);
  }
  if (before) {
    for (const name of lasting) {
      const [now, then] = [String(run[name]), String(before[name])];
      if (now !== then) throw new RangeError(name, `${then}, as in the run that is resumed`, now);
    }
  }
  return { ...run, classWeights: [...run.classWeights] };
}

/** @throws RangeError */
export function checkRun(run: RunOptions, config: MlpConfig): void {
  const { optimizer, monitor, momentum, nesterov, clip, patience } = run;
  checkInteger("epochs", run.epochs, 1);
  checkInteger("batch", run.batch, 1, 1 << 24);
  checkFlags({ shuffle: run.shuffle, nesterov });
  checkInteger("seed", run.seed, 0, Number.MAX_SAFE_INTEGER);
  if (optimizer !== "adamW" && optimizer !== "sgd")
    throw new RangeError("optimizer", '"adamW" or "sgd"', optimizer);
  checkNumber("learningRate", run.learningRate, 0);
  checkScheduleName(run.schedule);
  checkInteger("warmup", run.warmup, 0);
  checkNumber("finalRate", run.finalRate, 0, 1);
  checkNumber("momentum", momentum, 0, 1);
  if (nesterov && momentum === 0) throw new RangeError("momentum", "more than 0 with nesterov", momentum);
  for (const name of ["beta1", "beta2"] as const) {
    checkNumber(name, run[name], 0, 1);
    if (run[name] === 1) throw new RangeError(name, "less than 1", 1);
  }
  checkNumber("weightDecay", run.weightDecay, 0);
  checkNumber("l1", run.l1, 0);
  if (!(clip > 0)) throw new RangeError("clip", "a number above 0, or Infinity", clip);
  checkWeights(run.classWeights, config);
  checkNumber("labelSmoothing", run.labelSmoothing, 0, 1);
  if (run.labelSmoothing > 0 && config.task === "regression") {
    throw new RangeError("labelSmoothing", "0 with a regression", run.labelSmoothing);
  }
  checkInteger("evaluateEvery", run.evaluateEvery, 1);
  if (patience !== Infinity) checkInteger("patience", patience, 1);
  if (monitor !== "loss" && monitor !== "accuracy")
    throw new RangeError("monitor", '"loss" or "accuracy"', monitor);
  if (monitor === "accuracy" && config.task === "regression") {
    throw new RangeError("monitor", '"loss" with a regression', monitor);
  }
  checkNumber("minimumGain", run.minimumGain, 0);
}

/** The options that are no numbers of the run. @throws RangeError */
export function checkRunning({ stopAfter, augment, signal, resume = false }: FitOptions): void {
  if (stopAfter !== undefined && stopAfter !== Infinity) checkInteger("stopAfter", stopAfter, 1);
  if (augment !== undefined && typeof augment !== "function")
    throw new RangeError("augment", "a function", augment);
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new RangeError("signal", "an AbortSignal", signal);
  checkFlags({ resume });
}
