import { checkInteger, type RandomStream, type Runtime } from "@lanewise/core-wasm";
import { embedding, type Ids, Parameter, type Shape, type Tape, type Tensor } from "../tensor/index.js";
import type { Module } from "./module.js";

export interface EmbeddingOptions {
  /** How many things there are: ids go from 0 to one less. */
  vocabulary: number;
  /** The size of a thing's vector. */
  dim: number;
}

/** A table with a vector for each id. `weight: f32[vocabulary, dim]` starts standard normal, as PyTorch's does. */
export class Embedding implements Module {
  readonly weight: Parameter;

  /** @throws RangeError */
  constructor(runtime: Runtime, { vocabulary, dim }: EmbeddingOptions, init: RandomStream) {
    checkInteger("vocabulary", vocabulary, 1);
    checkInteger("dim", dim, 1);
    this.weight = new Parameter(runtime, [vocabulary, dim]);
    init.normalInto(this.weight.array);
  }

  /**
   * The vectors of `ids`: `f32[…shape, dim]`.
   *
   * @param shape the ids' own shape. Default: [ids.length]
   * @throws ShapeError, RangeError
   */
  forward(tape: Tape, ids: Ids, options?: { shape?: Shape | undefined }): Tensor {
    return embedding(tape, this.weight, ids, options);
  }

  parameters(): Map<string, Parameter> {
    return new Map([["weight", this.weight]]);
  }
}
