export { Adam, type AdamOptions, AdamW } from "./adamW.js";
export { clipGradNorm } from "./clipGradNorm.js";
export {
  checkScheduleName,
  type NamedScheduleOptions,
  namedSchedule,
  type ScheduleName,
} from "./namedSchedule.js";
export {
  noDecay,
  Optimizer,
  type OptimizerOptions,
  type ParameterGroup,
  type Slot,
  type Update,
} from "./optimizer.js";
export {
  constant,
  cosine,
  type DecayOptions,
  linearDecay,
  linearWarmup,
  type Schedule,
  type WarmupOptions,
} from "./schedules.js";
export { Sgd, type SgdOptions } from "./sgd.js";
