/**
 * Every kernel once more in plain TypeScript and float64: the readable specification, and the oracle of the tests.
 */
export * from "./activations.js";
export * from "./adamW.js";
export * from "./attention.js";
export * from "./clipGradNorm.js";
export * from "./containerMaxArea.js";
export * from "./conv2d.js";
export * from "./convTranspose2d.js";
export * from "./copyRows.js";
export * from "./crossEntropy.js";
export * from "./diffusionStep.js";
export * from "./elementwise.js";
export * from "./embedding.js";
export * from "./entmax.js";
export * from "./gru.js";
export * from "./layerNorm.js";
export * from "./lstm.js";
export * from "./matmul.js";
export * from "./matmul_i8.js";
export * from "./nearest.js";
export * from "./pool2d.js";
export * from "./random.js";
export * from "./reduce.js";
export * from "./rmsNorm.js";
export * from "./rnn.js";
export * from "./rotary.js";
export * from "./sampleLogits.js";
export * from "./sgd.js";
export * from "./smoothMax.js";
export * from "./softmax.js";
export * from "./softSort.js";
export * from "./softTopK.js";
export * from "./swiglu.js";
export * from "./transpose.js";
export * from "./word2vec.js";
