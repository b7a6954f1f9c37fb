export { surrogates } from "./catalogue.js";
export type {
  ImbalancedSetOptions,
  LabelledSet,
  MetricPhase,
  MetricReport,
  MetricTrainEvent,
  MetricTrainerOptions,
  MetricTrainOptions,
  TrainedMetric,
  TunedThreshold,
} from "./config.js";
export { imbalancedSet } from "./imbalancedSet.js";
export { MetricTrainer } from "./metricTrainer.js";
export {
  entmax,
  type EntmaxOptions,
  smoothMax,
  softArgmax,
  softOneHot,
  softRank,
  softSort,
  softTopK,
  type SoftTopKOptions,
  sparsemax,
  type TemperatureOptions,
} from "./ops.js";
export { settingsOf } from "./settings.js";
export type {
  ElementwiseSurrogate,
  RowToRowSurrogate,
  RowToScalarSurrogate,
  SettingName,
  Surrogate,
  SurrogateFamily,
  SurrogateParameter,
  SurrogateSettings,
  SurrogateSide,
} from "./surrogate.js";
