import { defaultRuntime, RandomStream, type Runtime } from "@lanewise/core-wasm";
import { Linear } from "../nn/index.js";
import type { LabelledSet, MetricTrainerOptions, MetricTrainEvent, MetricTrainOptions } from "./config.js";

/** Signatures only, for those who build on them. */
export class MetricTrainer {
  readonly runtime: Runtime;
  readonly head: Linear;

  static async create(options: MetricTrainerOptions = {}): Promise<MetricTrainer> {
    return new MetricTrainer(options.runtime ?? defaultRuntime());
  }

  private constructor(runtime: Runtime) {
    this.runtime = runtime;
    this.head = new Linear(runtime, { inputs: 2, outputs: 1 }, new RandomStream({ seed: 0, runtime }));
  }

  async *train(
    train: LabelledSet,
    options: MetricTrainOptions = {},
  ): AsyncGenerator<MetricTrainEvent, void, void> {
    void [train, options];
  }

  /** p of each point: f32[n]. */
  predict(x: Float32Array): Float32Array<ArrayBuffer> {
    return new Float32Array(x.length);
  }

  /** z of each point: f32[n]. */
  logits(x: Float32Array): Float32Array<ArrayBuffer> {
    return new Float32Array(x.length);
  }

  dispose(): void {}
}
