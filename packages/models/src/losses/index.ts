export { bceWithLogits } from "./bceWithLogits.js";
export { crossEntropy, type CrossEntropyOptions } from "./crossEntropy.js";
export { mse } from "./mse.js";
export type { Reduction, ReductionOptions } from "./reduction.js";
export { softAccuracyLoss } from "./softAccuracy.js";
export { softAucLoss } from "./softAuc.js";
export { softF1Loss, type SoftF1Options, softPrecisionLoss, softRecallLoss } from "./softF1.js";
export type { Average, SoftMetricOptions, SoftProbabilityOptions } from "./softMetric.js";
