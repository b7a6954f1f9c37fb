export { type ClassificationReport, classificationReport, type ClassScores } from "./classificationReport.js";
export { type ConfusionMatrix, confusionMatrix } from "./confusionMatrix.js";
export { pearson, ranks, spearman } from "./correlation.js";
export {
  averagePrecision,
  bestF1Threshold,
  type OperatingPoint,
  operatingPoints,
  rocAuc,
} from "./ranking.js";
export { type RegressionReport, regressionReport } from "./regression.js";
