export { bceWithLogits } from "./bceWithLogits.js";
export { crossEntropy, type CrossEntropyOptions } from "./crossEntropy.js";
export { mse } from "./mse.js";
export type { Reduction, ReductionOptions } from "./reduction.js";
