export {
  assertGradients,
  gradcheck,
  type GradcheckInput,
  type GradcheckInputs,
  type GradcheckOptions,
  type GradcheckResult,
  type GradientComparison,
  GradientError,
} from "./gradcheck.js";
export * from "./ops/index.js";
export { type AxisView, axisView, checkShape, type MatrixView, matrixView, sameShape } from "./shapes.js";
export { Tape } from "./tape.js";
export { formatShape, type Gradient, Parameter, type Shape, sizeOf, Tensor } from "./tensor.js";
