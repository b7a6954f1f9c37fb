export { CharRnn } from "./charRnn.js";
export type { CharRnnConfig, CharRnnOptions } from "./config.js";
export type { EvaluateOptions, Evaluation } from "./evaluate.js";
export {
  type Cell,
  type CellSizes,
  type CellWeights,
  fromKeras,
  fromOnnx,
  fromPyTorch,
  fromTensorFlow,
  type KerasWeights,
  type OnnxWeights,
  type PyTorchWeights,
  type TensorFlowWeights,
} from "./gateOrders.js";
export {
  Recurrent,
  type RecurrentForwardOptions,
  type RecurrentOptions,
  type RecurrentOutput,
  type RecurrentState,
} from "./recurrent.js";
export type { GenerateOptions } from "./sample.js";
export type { LayerWeights } from "./cellKernels.js";
export type { ScheduleName } from "../optim/index.js";
export type { RunOptions, TrainEvent, TrainOptions, ValidationResult } from "./trainOptions.js";
