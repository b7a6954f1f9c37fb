import { RandomStream, type Runtime } from "@lanewise/core-wasm";
import { collectParameters, Embedding, Linear, type Module } from "../nn/index.js";
import type { Parameter } from "../tensor/index.js";
import type { CharRnnConfig } from "./config.js";
import { Recurrent } from "./recurrent.js";

/** The layers of a character model: a vector for each character, recurrent layers, a linear head over the alphabet. */
export class CharRnnNetwork implements Module {
  readonly config: CharRnnConfig;
  readonly runtime: Runtime;
  readonly embedding: Embedding;
  readonly rnn: Recurrent;
  readonly head: Linear;

  /** Draws the first weights: embedding, recurrent layers from below, head, all from stream 0 of the seed. */
  constructor(runtime: Runtime, config: CharRnnConfig) {
    const { cell, hidden, layers, embed, dropout, alphabet, seed } = config;
    const init = new RandomStream({ seed, runtime });
    this.config = config;
    this.runtime = runtime;
    this.embedding = new Embedding(runtime, { vocabulary: alphabet.length, dim: embed }, init);
    this.rnn = new Recurrent(runtime, { cell, inputs: embed, hidden, layers, dropout }, init);
    this.head = new Linear(runtime, { inputs: hidden, outputs: alphabet.length }, init);
  }

  /** V, the number of symbols. */
  get vocabulary(): number {
    return this.config.alphabet.length;
  }

  /** How many multiply-adds reading one character takes: the weights of all layers but the embedding. */
  get multiplyAdds(): number {
    return this.#layerSizes().reduce((sum, size) => sum + size, 0);
  }

  /** The multiply-adds of the layer with the most. */
  get largestLayer(): number {
    return Math.max(...this.#layerSizes());
  }

  parameters(): Map<string, Parameter> {
    const { embedding, rnn, head } = this;
    return collectParameters({ embedding, rnn, head });
  }

  #layerSizes(): number[] {
    const recurrent = Array.from({ length: this.rnn.layers }, (_, layer) => {
      const { weightIh, weightHh } = this.rnn.weights(layer);
      return weightIh.size + weightHh.size;
    });
    return [...recurrent, this.head.weight.size];
  }
}
