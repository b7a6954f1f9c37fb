export {
  type Checkpoint,
  type CheckpointContents,
  checkpointFormat,
  readCheckpoint,
  writeCheckpoint,
} from "./checkpoint.js";
export { type SafetensorsArray, type SafetensorsArrays, type SafetensorsDType } from "./dtypes.js";
export {
  bfloat16Bits,
  bfloat16Value,
  float16Bits,
  float16Value,
  fromBfloat16Into,
  fromFloat16Into,
  toBfloat16,
  toFloat16,
} from "./halfPrecision.js";
export { loadParameters, type LoadResult } from "./loadParameters.js";
export { readSafetensors, type SafetensorsFile } from "./readSafetensors.js";
export { SafeTensor } from "./safeTensor.js";
export {
  type TensorData,
  type TensorSource,
  type TensorSources,
  writeSafetensors,
} from "./writeSafetensors.js";
