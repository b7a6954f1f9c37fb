import {
  FormatError,
  RandomStream,
  type Runtime,
  ShapeError,
  type WasmArray,
  word2vecStride,
} from "@lanewise/core-wasm";
import type { SafeTensor, TensorSource } from "../io/index.js";
import type { Pacer } from "../optim/pacer.js";
import type { Word2VecConfig } from "./config.js";

/** The random stream that first weights are drawn from. */
const initialising = 1;

/** How many numbers are drawn at a stretch: a multiple of a generator's block of four. */
const drawnAtOnce = 1 << 18;

/**
 * What a model has learnt: two matrices in Wasm memory, whose rows lie `stride` floats apart.
 *
 * `input: f32[V + buckets, dim]`, a row a word and then one a bucket of n-grams: the word vectors. `output`, what they are
 * multiplied by: under negative sampling `f32[V, dim]`, a row a word; under hierarchical softmax `f32[V − 1, dim]`, a row an inner
 * node of the Huffman tree.
 */
export class Word2VecWeights {
  readonly runtime: Runtime;
  readonly dim: number;
  readonly stride: number;
  readonly inputRows: number;
  readonly outputRows: number;
  readonly input: WasmArray<"f32">;
  readonly output: WasmArray<"f32">;

  /** All zero. @throws OutOfMemoryError */
  constructor(runtime: Runtime, config: Word2VecConfig, words: number) {
    const rows = rowsOf(config, words);
    this.runtime = runtime;
    this.dim = config.dim;
    this.stride = word2vecStride(config.dim);
    this.inputRows = rows.input;
    this.outputRows = rows.output;
    [this.input, this.output] = runtime.heap.allOrNone(() => [
      runtime.heap.alloc("f32", rows.input * this.stride),
      runtime.heap.alloc("f32", rows.output * this.stride),
    ]);
  }

  /** How many numbers are learnt. */
  get count(): number {
    return (this.inputRows + this.outputRows) * this.dim;
  }

  /** Draws the input weights uniform in ±1 / (2 dim), as word2vec does; the output weights stay zero. */
  async initialise(seed: number, pacer: Pacer): Promise<void> {
    const { dim, stride, runtime } = this;
    const random = new RandomStream({ seed, stream: initialising, runtime });
    // Reading the corpus, and taking so much memory, may have been long.
    await pacer.pause();
    const rowsAtOnce = 4 * Math.max(1, Math.floor(drawnAtOnce / (4 * dim)));
    for (let row = 0; row < this.inputRows; row += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, this.inputRows - row);
      const drawn = new Float32Array(rows * dim);
      random.uniformInto(drawn, { low: -0.5 / dim, high: 0.5 / dim });
      spread(this.input.view.subarray(row * stride), drawn, dim, stride);
      if (pacer.due) await pacer.pause();
    }
  }

  /** The row of the input weights, as it stands: a view, for now. */
  inputRow(row: number): Float32Array {
    return this.input.view.subarray(row * this.stride, row * this.stride + this.dim);
  }

  /** Copies without the gaps, by name. */
  arrays(): Map<string, Float32Array> {
    const { dim, stride } = this;
    return new Map([
      ["input.weight", gathered(this.input.view, dim, stride)],
      ["output.weight", gathered(this.output.view, dim, stride)],
    ]);
  }

  /** As a file has them. */
  tensors(): Map<string, TensorSource> {
    const { dim } = this;
    return new Map(
      Array.from(this.arrays(), ([name, data]) => [name, { shape: [data.length / dim, dim], data }]),
    );
  }

  /** Takes what a file has. `checkTensors` came before. */
  load(tensors: ReadonlyMap<string, SafeTensor>): void {
    spread(this.input.view, tensors.get("input.weight")!.toFloat32(), this.dim, this.stride);
    spread(this.output.view, tensors.get("output.weight")!.toFloat32(), this.dim, this.stride);
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {
    if (this.runtime.disposed) return;
    this.runtime.heap.free(this.input);
    this.runtime.heap.free(this.output);
  }
}

/** How many rows the two matrices have. */
function rowsOf(config: Word2VecConfig, words: number): { input: number; output: number } {
  return {
    input: words + (config.subwords?.buckets ?? 0),
    output: config.objective === "negativeSampling" ? words : words - 1,
  };
}

/**
 * Whether a file has the weights that its configuration says: before any memory is taken, of which a few bytes may claim any
 * amount.
 *
 * @throws ShapeError; FormatError for a number that is not finite
 */
export function checkTensors(
  tensors: ReadonlyMap<string, SafeTensor>,
  config: Word2VecConfig,
  words: number,
): void {
  const rows = rowsOf(config, words);
  for (const [name, wanted] of [
    ["input.weight", `[${rows.input}, ${config.dim}]`],
    ["output.weight", `[${rows.output}, ${config.dim}]`],
  ] as const) {
    const came = tensors.get(name);
    const shape = came ? `[${came.shape.join(", ")}]` : "none";
    if (shape !== wanted) throw new ShapeError(name, wanted, shape);
    const bad = came!.toFloat32().findIndex((weight) => !Number.isFinite(weight));
    if (bad >= 0) throw new FormatError(`${name}, element ${bad}`, "a finite number", "another");
  }
}

/** Rows that lie close, `stride` apart. */
function spread(out: Float32Array, rows: Float32Array, dim: number, stride: number): void {
  if (dim === stride) return out.set(rows);
  for (let from = 0, to = 0; from < rows.length; from += dim, to += stride) {
    out.set(rows.subarray(from, from + dim), to);
  }
}

/** A copy of rows that lie `stride` apart, close. */
function gathered(rows: Float32Array, dim: number, stride: number): Float32Array {
  const out = new Float32Array((rows.length / stride) * dim);
  for (let from = 0, to = 0; to < out.length; from += stride, to += dim) {
    out.set(rows.subarray(from, from + dim), to);
  }
  return out;
}
