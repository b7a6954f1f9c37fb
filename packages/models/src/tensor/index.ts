export { Tape } from "./tape.js";
export { formatShape, Parameter, type Shape, sizeOf, Tensor } from "./tensor.js";
