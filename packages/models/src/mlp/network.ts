import { RandomStream, type Runtime } from "@lanewise/core-wasm";
import { FeedForward } from "../nn/index.js";
import { countParameters, type MlpConfig } from "./config.js";

/** Multiply-adds that a forward may take at a stretch: some 50 ms on a slow machine. Sums hang on it: it is constant. */
const multiplyAddsAtOnce = 5e8;

/** Of fewer rows at a time the products become too small to be fast. */
const leastRows = 32;

/** More rows at a time are not faster, and only take memory. */
const mostRows = 1024;

/** The layers of a perceptron, with its configuration. */
export class MlpNetwork extends FeedForward {
  readonly config: MlpConfig;
  readonly runtime: Runtime;

  /** Draws the first weights, layer by layer, from stream 0 of the seed. */
  constructor(runtime: Runtime, config: MlpConfig) {
    super(runtime, config, new RandomStream({ seed: config.seed, runtime }));
    this.config = config;
    this.runtime = runtime;
  }

  /** How many rows go through the network at once, where there are more: as the task of a moment. */
  get rowsAtOnce(): number {
    const rows = Math.floor(multiplyAddsAtOnce / countParameters(this.config));
    return Math.min(mostRows, Math.max(leastRows, rows));
  }
}
