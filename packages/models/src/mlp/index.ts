export type { Examples } from "../data/index.js";
export type { HiddenActivation, Initializer } from "../nn/index.js";
export type { ScheduleName } from "../optim/index.js";
export type { MlpConfig, MlpOptions, Task } from "./config.js";
export type { EvaluateOptions, Evaluation } from "./evaluate.js";
export type {
  Augment,
  FitEvent,
  FitOptions,
  Monitor,
  OptimizerName,
  RunOptions,
  ValidationResult,
} from "./fitOptions.js";
export { Mlp } from "./mlp.js";
export { shiftImages, type ShiftOptions } from "./shiftImages.js";
