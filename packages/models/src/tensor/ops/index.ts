export {
  abs,
  activation,
  elu,
  erf,
  exp,
  geluErf,
  geluTanh,
  leakyRelu,
  log,
  logSigmoid,
  mish,
  relu,
  sau,
  sigmoid,
  silu,
  smoothAbs,
  smoothSign,
  smoothStep,
  softplus,
  softsign,
  sqrt,
  square,
  tanh,
} from "./activation.js";
export { add, addScalar, div, mul, scale, sub } from "./arithmetic.js";
export { dropout, type DropoutOptions } from "./dropout.js";
export { embedding, type Ids, residentIds } from "./embedding.js";
export { concat, slice, transpose } from "./layout.js";
export { linear, type LinearActivation } from "./linear.js";
export { matmul, type MatmulOptions } from "./matmul.js";
export { mean, type ReduceOptions, sum } from "./reduce.js";
export { logSoftmax, softmax } from "./softmax.js";
export { detach, reshape, straightThrough } from "./view.js";
