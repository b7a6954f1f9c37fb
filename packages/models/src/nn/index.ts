export { Dropout } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export { Linear, type LinearOptions } from "./linear.js";
export { collectParameters, disposeParameters, type Module } from "./module.js";
