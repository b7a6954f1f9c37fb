import {
  addRowInto,
  crossEntropy,
  embeddingInto,
  matmulInto,
  type Runtime,
  type WasmArray,
} from "@lanewise/core-wasm";
import { readSequence, readStep } from "./cellKernels.js";
import type { CharRnnNetwork } from "./network.js";

/** Floating-point operations between two looks at the clock: a few milliseconds. */
const flopsPerWindow = 3e7;
const longestWindow = 256;

/** h, and c for LSTMs, of one layer: f32[B, H] */
interface LayerState {
  readonly h: WasmArray<"f32">;
  readonly c: WasmArray<"f32"> | undefined;
}

/**
 * Reads text without learning from it: B streams side by side, from the zero state on. Everything is allocated once;
 * reading allocates nothing in Wasm memory. It uses the weights as they stand at each call.
 */
export class Reader {
  /** How many steps at most can be read at once. */
  readonly window: number;
  /** What follows the last step that `read` read: f32[B, V] */
  readonly logits: WasmArray<"f32">;
  readonly #network: CharRnnNetwork;
  readonly #batch: number;
  readonly #states: readonly LayerState[];
  /** i32[T · B] */
  readonly #ids: WasmArray<"i32">;
  readonly #targets: WasmArray<"i32">;
  /** f32[T, B, E] */
  readonly #embedded: WasmArray<"f32">;
  /** f32[T, B, H] each: what a layer reads from the one below, and what it writes, in turn */
  readonly #hs: readonly [WasmArray<"f32">, WasmArray<"f32">];
  /** f32[T, B, H]; LSTMs only */
  readonly #cs: WasmArray<"f32"> | undefined;
  /** f32[T · B, V]: made when first needed */
  #allLogits: WasmArray<"f32"> | undefined;

  /** @throws OutOfMemoryError, with nothing kept */
  static create(network: CharRnnNetwork, { batch = 1 }: { batch?: number } = {}): Reader {
    return network.runtime.heap.allOrNone(() => new Reader(network, batch));
  }

  private constructor(network: CharRnnNetwork, batch: number) {
    const { runtime, config, vocabulary, multiplyAdds } = network;
    const { cell, hidden, layers, embed } = config;
    const { heap } = runtime;
    const most = Math.floor(flopsPerWindow / (2 * multiplyAdds * batch));
    this.window = Math.min(longestWindow, Math.max(1, most));
    this.#network = network;
    this.#batch = batch;
    const rows = this.window * batch;
    this.#states = Array.from({ length: layers }, () => ({
      h: heap.alloc("f32", batch * hidden),
      c: cell === "lstm" ? heap.alloc("f32", batch * hidden) : undefined,
    }));
    this.#ids = heap.alloc("i32", rows);
    this.#targets = heap.alloc("i32", rows);
    this.#embedded = heap.alloc("f32", rows * embed);
    this.#hs = [heap.alloc("f32", rows * hidden), heap.alloc("f32", rows * hidden)];
    this.#cs = cell === "lstm" ? heap.alloc("f32", rows * hidden) : undefined;
    this.logits = heap.alloc("f32", batch * vocabulary);
  }

  /** Reads on, and works out the logits behind the last step. @param ids i32[T, B], T up to `window` */
  read(ids: Int32Array): void {
    const { hidden } = this.#network.config;
    const output = this.#advance(ids);
    this.#head(this.logits, output.subarray(output.length - this.#batch * hidden), this.#batch);
  }

  /** Reads on with the layers up to one, and no other from then on. @param out f32[T, B, H]: its state at every step */
  readStatesInto(out: Float32Array, ids: Int32Array, layer: number): void {
    out.set(this.#advance(ids, layer).view);
  }

  /** Reads on, and adds up the nats that the targets cost. @param targets i32[T, B]; −100 costs nothing */
  loss(ids: Int32Array, targets: Int32Array): number {
    const { vocabulary, runtime } = this.#network;
    const rows = ids.length;
    const output = this.#advance(ids);
    this.#allLogits ??= runtime.heap.alloc("f32", this.window * this.#batch * vocabulary);
    const logits = part(this.#allLogits, rows * vocabulary);
    this.#head(logits, output, rows);
    const wanted = part(this.#targets, rows).set(targets);
    return crossEntropy(logits, wanted, { rows, cols: vocabulary, reduction: "sum" });
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {
    const { heap, disposed }: Runtime = this.#network.runtime;
    if (disposed) return;
    const states = this.#states.flatMap(({ h, c }) => [h, c]);
    const others = [
      this.#ids,
      this.#targets,
      this.#embedded,
      ...this.#hs,
      this.#cs,
      this.logits,
      this.#allLogits,
    ];
    for (const array of [...states, ...others]) if (array) heap.free(array);
  }

  /** Reads on with the layers up to `top`; its states: f32[T, B, H], until the next call. */
  #advance(ids: Int32Array, top = this.#states.length - 1): WasmArray<"f32"> {
    const { embedding, rnn, config, vocabulary } = this.#network;
    const { cell, hidden, embed: dim } = config;
    const batch = this.#batch;
    const rows = ids.length;
    const steps = rows / batch;
    let x = part(this.#embedded, rows * dim);
    const resident = part(this.#ids, rows).set(ids);
    embeddingInto(x, embedding.weight.array, resident, { count: rows, dim, vocabulary });
    for (const [layer, { h, c }] of this.#states.slice(0, top + 1).entries()) {
      const sizes = { steps, batch, inputs: layer === 0 ? dim : hidden, hidden };
      const reads = { x, h0: h, c0: c, weights: rnn.weights(layer) };
      let hs = h;
      if (steps === 1) readStep(cell, reads, sizes);
      else {
        hs = part(this.#hs[layer % 2]!, rows * hidden);
        const cs = this.#cs && part(this.#cs, rows * hidden);
        readSequence(cell, { hs, cs }, reads, sizes);
        const last = (steps - 1) * batch * hidden;
        h.view.set(hs.view.subarray(last));
        if (c) c.view.set(cs!.view.subarray(last));
      }
      x = hs;
    }
    return x;
  }

  /** logits = states · weightᵀ + bias */
  #head(logits: WasmArray<"f32">, states: WasmArray<"f32">, rows: number): void {
    const { head, config, vocabulary: n } = this.#network;
    matmulInto(logits, states, head.weight.array, { m: rows, n, k: config.hidden, transposeB: true });
    addRowInto(logits, logits, head.bias!.array, { rows, cols: n });
  }
}

/** The first elements, or the array itself if that is all. */
function part<D extends "f32" | "i32">(array: WasmArray<D>, length: number): WasmArray<D> {
  return array.length === length ? array : array.subarray(0, length);
}
