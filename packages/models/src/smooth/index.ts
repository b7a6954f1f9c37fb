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
