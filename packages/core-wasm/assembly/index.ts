export { activation, activationBackward } from "./kernels/activations";
export { adamW } from "./kernels/adamW";
export {
  attention,
  attentionAppend,
  attentionBackward,
  attentionBackwardWorkBytes,
  attentionWorkBytes,
} from "./kernels/attention";
export { clipGradNormScale, clipGradNormSquares } from "./kernels/clipGradNorm";
export { containerMaxArea, containerMaxAreaBad_f64, containerMaxArea_f64 } from "./kernels/containerMaxArea";
export { conv2d, conv2dBackward, conv2dWorkBytes } from "./kernels/conv2d";
export { convTranspose2d, convTranspose2dBackward } from "./kernels/convTranspose2d";
export { copyRows } from "./kernels/copyRows";
export { crossEntropy, crossEntropyBackward } from "./kernels/crossEntropy";
export { diffusionStep } from "./kernels/diffusionStep";
export { add, addRow, addScaled, div, fill, mul, mulAdd, scale, sub } from "./kernels/elementwise";
export { embedding, embeddingBackward, embeddingBadId } from "./kernels/embedding";
export { entmax, entmaxBackward } from "./kernels/entmax";
export { gruBackward, gruForward, gruWorkBytes } from "./kernels/gru";
export { layerNorm, layerNormBackward } from "./kernels/layerNorm";
export { lstmBackward, lstmForward, lstmStepPacked, lstmWorkBytes } from "./kernels/lstm";
export {
  matmul,
  matmulFused,
  matmulPack,
  matmulPacked,
  matmulPackedBytes,
  matmulPackedFused,
  matmulWorkBytes,
} from "./kernels/matmul";
export {
  matmul_i8,
  matmul_i8Pack,
  matmul_i8Quantize,
  matmul_i8Unpack,
  matmul_i8WorkBytes,
} from "./kernels/matmul_i8";
export { nearestProducts, nearestScores, nearestScores_i8, nearestTop } from "./kernels/nearest";
export { maxPool2d, maxPool2dBackward, poolSums, spreadWindows } from "./kernels/pool2d";
export {
  philox4x32,
  randomBits,
  randomGumbel,
  randomGumbel_f64,
  randomIntegers,
  randomNormal,
  randomNormal_f64,
  randomPermutation,
  randomUniform,
  randomUniform_f64,
} from "./kernels/random";
export { argmaxRows, dot, maximum, minimum, sum, sumRows } from "./kernels/reduce";
export { rmsNorm, rmsNormBackward } from "./kernels/rmsNorm";
export { rnnBackward, rnnForward, rnnWorkBytes } from "./kernels/rnn";
export { rotary, rotaryTable, rotaryWorkBytes } from "./kernels/rotary";
export { sampleLogits, sampleLogitsBadRow } from "./kernels/sampleLogits";
export { sgd } from "./kernels/sgd";
export {
  logSoftmax,
  logSoftmaxBackward,
  logSumExp,
  logSumExpBackward,
  softmax,
  softmaxBackward,
} from "./kernels/softmax";
export { smoothMax, smoothMaxBackward } from "./kernels/smoothMax";
export {
  softRank,
  softRankBackward,
  softSort,
  softSortBackward,
  softSortWorkBytes,
} from "./kernels/softSort";
export { softTopK, softTopKBackward } from "./kernels/softTopK";
export { swiglu, swigluBackward } from "./kernels/swiglu";
export { transpose } from "./kernels/transpose";
export { word2vec, word2vecBytes, word2vecMerge, word2vecNegativeTable } from "./kernels/word2vec";

/** 1 for the variant that fuses multiply and add, 0 for the baseline. */
export function isRelaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0;
}

/** The first byte after the module's own static data: memory from here on belongs to JavaScript. */
export function heapBase(): usize {
  return __heap_base;
}
