export { Dropout } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export { FeedForward, type FeedForwardOptions, type HiddenActivation } from "./feedForward.js";
export { checkInitializer, type Initializer, initializers, initializeWeight } from "./initializers.js";
export { Linear, type LinearOptions } from "./linear.js";
export { collectParameters, disposeParameters, type Module } from "./module.js";
