export type {
  Conv2dBackwardInputs,
  Conv2dGradients,
  Conv2dInputs,
  Conv2dOptions,
  ConvTranspose2dOptions,
  Pair,
} from "./convolutions.js";
export { activationKinds, checkAlpha } from "./activationKinds.js";
export * from "./kernels/activations.js";
export * from "./kernels/adamW.js";
export * from "./kernels/attention.js";
export * from "./kernels/clipGradNorm.js";
export * from "./kernels/containerMaxArea.js";
export * from "./kernels/conv2d.js";
export * from "./kernels/convTranspose2d.js";
export * from "./kernels/copyRows.js";
export * from "./kernels/crossEntropy.js";
export * from "./kernels/diffusionStep.js";
export * from "./kernels/elementwise.js";
export * from "./kernels/embedding.js";
export * from "./kernels/entmax.js";
export * from "./kernels/gru.js";
export * from "./kernels/layerNorm.js";
export * from "./kernels/lstm.js";
export * from "./kernels/matmul.js";
export * from "./kernels/matmul_i8.js";
export * from "./kernels/nearest.js";
export * from "./kernels/pool2d.js";
export {
  type FloatKernelArray,
  type IntegersOptions,
  type NormalOptions,
  randomBits,
  randomBitsInto,
  randomGumbel,
  randomGumbelInto,
  randomIntegers,
  randomIntegersInto,
  randomNormal,
  randomNormalInto,
  type RandomOptions,
  randomPermutation,
  randomPermutationInto,
  type RandomSource,
  type RandomState,
  randomUniform,
  randomUniformInto,
  type UniformOptions,
} from "./kernels/random.js";
export * from "./kernels/reduce.js";
export * from "./kernels/rmsNorm.js";
export * from "./kernels/rnn.js";
export * from "./kernels/rotary.js";
export * from "./kernels/sampleLogits.js";
export * from "./kernels/sgd.js";
export * from "./kernels/smoothMax.js";
export * from "./kernels/softmax.js";
export * from "./kernels/softSort.js";
export * from "./kernels/softTopK.js";
export * from "./kernels/swiglu.js";
export * from "./kernels/transpose.js";
export * from "./kernels/word2vec.js";
export { type HeadLayout, headsFirst, tokensFirst } from "./heads.js";
export { PackedMatrix, packMatrix, type PackOptions } from "./packedMatrix.js";
export { RandomStream } from "./randomStream.js";
export type { KernelOptions } from "./runtime/checks.js";
export {
  checkArray,
  checkCounts,
  checkFlags,
  checkFloat,
  checkInteger,
  checkNumber,
} from "./runtime/checks.js";
export { Arena, type ArenaMark } from "./runtime/arena.js";
export type { DType, TypedArrays } from "./runtime/dtype.js";
export * from "./runtime/errors.js";
export { hasRelaxedSimd, type Variant } from "./runtime/features.js";
export type { Frame, KernelArray } from "./runtime/frame.js";
export { Heap } from "./runtime/heap.js";
export type { LoadOptions } from "./runtime/load.js";
export { LinearMemory } from "./runtime/memory.js";
export { defaultRuntime, init, Runtime, runtimeFor, type RuntimeOptions } from "./runtime/runtime.js";
export { type Allocation, WasmArray } from "./runtime/wasmArray.js";
export type {
  PackedRecurrentWeights,
  RecurrentWeights,
  SequenceGradients,
  SequenceInputs,
  SequenceOptions,
  StateGradients,
  StepOptions,
} from "./sequences.js";
export {
  Word2VecTask,
  type Word2VecTaskOptions,
  word2vecStride,
  type Word2VecInputRows,
  type Word2VecNegativeSampling,
  type Word2VecPaths,
} from "./word2vecTask.js";
