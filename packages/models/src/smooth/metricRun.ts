import { checkInteger, checkNumber, RangeError } from "@lanewise/core-wasm";
import type { MetricTrainOptions } from "./config.js";

/** The options with nothing left out but what may be. */
export type MetricRun = {
  readonly [K in keyof MetricTrainOptions]-?: K extends "reportEvery" | "test" | "signal"
    ? MetricTrainOptions[K]
    : NonNullable<MetricTrainOptions[K]>;
};

/** Checks the options and fills in what is left out. @throws RangeError */
export function resolveRun(options: MetricTrainOptions, size: number): MetricRun {
  const run: MetricRun = {
    crossEntropyEpochs: options.crossEntropyEpochs ?? 200,
    metricEpochs: options.metricEpochs ?? 400,
    metric: options.metric ?? "f1",
    temperature: options.temperature ?? 1,
    learningRate: options.learningRate ?? 0.05,
    batch: options.batch ?? Math.max(1, size),
    threshold: options.threshold ?? 0.5,
    seed: options.seed ?? 0,
    reportEvery: options.reportEvery,
    test: options.test,
    signal: options.signal,
  };
  checkInteger("crossEntropyEpochs", run.crossEntropyEpochs, 0);
  checkInteger("metricEpochs", run.metricEpochs, 0);
  checkInteger("crossEntropyEpochs + metricEpochs", run.crossEntropyEpochs + run.metricEpochs, 1);
  if (!["f1", "accuracy", "auc"].includes(run.metric)) {
    throw new RangeError("metric", '"f1", "accuracy" or "auc"', run.metric);
  }
  checkNumber("temperature", run.temperature, 1e-3, 1e3);
  checkNumber("learningRate", run.learningRate, 0);
  checkInteger("batch", run.batch, 1);
  checkNumber("threshold", run.threshold, 0, 1);
  if (run.reportEvery !== undefined) checkInteger("reportEvery", run.reportEvery, 1);
  checkInteger("seed", run.seed, 0, Number.MAX_SAFE_INTEGER);
  return run;
}
