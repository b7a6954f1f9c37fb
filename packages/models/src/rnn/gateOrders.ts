import { checkInteger, RangeError, ShapeError, UnsupportedError } from "@lanewise/core-wasm";

/** The recurrent cells. */
export type Cell = "rnn" | "lstm" | "gru";

/**
 * The weights of one layer in one direction as PyTorch has them, which is what this library computes with; G is 1
 * for "rnn", 4 (i, f, g, o) for "lstm", 3 (r, z, n) for "gru". All row-major.
 */
export interface CellWeights {
  /** f32[G·H, I] */
  weightIh: Float32Array<ArrayBuffer>;
  /** f32[G·H, H] */
  weightHh: Float32Array<ArrayBuffer>;
  /** f32[G·H] */
  biasIh: Float32Array<ArrayBuffer>;
  /** f32[G·H] */
  biasHh: Float32Array<ArrayBuffer>;
}

/** The sizes of a layer: I and H. */
export interface CellSizes {
  cell: Cell;
  /** I, the width of the layer's input. */
  inputs: number;
  /** H, the width of its state. */
  hidden: number;
}

/** G: how many rows of H a cell's weights have. */
export const gateCount: Readonly<Record<Cell, number>> = { rnn: 1, lstm: 4, gru: 3 };

/** Where PyTorch's gates (i, f, g, o; r, z, n; one for "rnn") stand in the order of others. */
const kerasGates: Readonly<Record<Cell, readonly number[]>> = {
  rnn: [0],
  lstm: [0, 1, 2, 3],
  gru: [1, 0, 2],
};
const onnxGates: Readonly<Record<Cell, readonly number[]>> = { rnn: [0], lstm: [0, 2, 3, 1], gru: [1, 0, 2] };
const tensorFlowGates: readonly number[] = [0, 2, 1, 3];

/** The layer of a Keras `SimpleRNN`, `LSTM` or `GRU`, as `layer.get_weights()` gives it. */
export interface KerasWeights extends CellSizes {
  /** f32[I, G·H]; LSTM columns in the order i, f, c, o, GRU columns z, r, h */
  kernel: ArrayLike<number>;
  /** f32[H, G·H] */
  recurrentKernel: ArrayLike<number>;
  /**
   * f32[G·H], or f32[2, G·H] (the input's, then the recurrent one) for a GRU with `reset_after`. Left out for
   * `use_bias=False`.
   */
  bias?: ArrayLike<number> | undefined;
}

/**
 * Weights from Keras. LSTM: gates i, f, c, o are PyTorch's i, f, g, o, and `unit_forget_bias` is part of the bias
 * already. GRU: z, r, h become r, z, n. With `reset_after=True` (Keras's default) the GRU is PyTorch's, and the
 * two rows of its bias are `bias_ih` and `bias_hh`; with `reset_after=False` the state is reset before the product
 * with the recurrent weights: build the layer with `resetAfter: false`.
 *
 * @throws ShapeError
 */
export function fromKeras({ kernel, recurrentKernel, bias, ...sizes }: KerasWeights): CellWeights {
  const { cell, inputs, hidden } = checkSizes(sizes);
  const rows = gateCount[cell] * hidden;
  checkLength("kernel", kernel, inputs * rows, `[${inputs}, ${rows}]`);
  checkLength("recurrentKernel", recurrentKernel, hidden * rows, `[${hidden}, ${rows}]`);
  const twice = cell === "gru" && bias?.length === 2 * rows;
  if (bias && !twice)
    checkLength("bias", bias, rows, cell === "gru" ? `[${rows}] or [2, ${rows}]` : `[${rows}]`);
  const order = kerasGates[cell];
  return {
    weightIh: gateRows(transposed(kernel, inputs, rows), order, hidden, inputs),
    weightHh: gateRows(transposed(recurrentKernel, hidden, rows), order, hidden, hidden),
    biasIh: bias ? gateRows(bias, order, hidden, 1) : new Float32Array(rows),
    biasHh: bias && twice ? gateRows(bias, order, hidden, 1, rows) : new Float32Array(rows),
  };
}

/** The initialisers W, R and B of an ONNX `RNN`, `LSTM` or `GRU` node. */
export interface OnnxWeights extends CellSizes {
  /** f32[D, G·H, I]; LSTM rows in the order i, o, f, c, GRU rows z, r, h */
  w: ArrayLike<number>;
  /** f32[D, G·H, H] */
  r: ArrayLike<number>;
  /** f32[D, 2·G·H]: the input's biases, then the recurrent ones. Left out for none. */
  b?: ArrayLike<number> | undefined;
  /** An LSTM's peepholes: not supported, so an error if there are any that are not zero. */
  p?: ArrayLike<number> | undefined;
  /** D: 2 for a bidirectional node. Default 1. */
  directions?: 1 | 2;
  /** Which of them: 0, or 1 for the reverse one. Default 0. */
  direction?: 0 | 1;
}

/**
 * Weights from ONNX. LSTM rows i, o, f, c become i, f, g, o; GRU rows z, r, h become r, z, n. A GRU node with
 * `linear_before_reset = 1` is PyTorch's; with 0 (ONNX's default) build the layer with `resetAfter: false`.
 *
 * @throws ShapeError, RangeError, UnsupportedError for peepholes
 */
export function fromOnnx({ w, r, b, p, directions = 1, direction = 0, ...sizes }: OnnxWeights): CellWeights {
  const { cell, inputs, hidden } = checkSizes(sizes);
  const rows = gateCount[cell] * hidden;
  checkInteger("directions", directions, 1, 2);
  checkInteger("direction", direction, 0, directions - 1);
  checkLength("w", w, directions * rows * inputs, `[${directions}, ${rows}, ${inputs}]`);
  checkLength("r", r, directions * rows * hidden, `[${directions}, ${rows}, ${hidden}]`);
  if (b) checkLength("b", b, directions * 2 * rows, `[${directions}, ${2 * rows}]`);
  if (p && Array.prototype.some.call(p, (value: number) => value !== 0)) {
    throw new UnsupportedError("p", "no peepholes", "some that are not zero");
  }
  const order = onnxGates[cell];
  const biasStart = direction * 2 * rows;
  return {
    weightIh: gateRows(w, order, hidden, inputs, direction * rows * inputs),
    weightHh: gateRows(r, order, hidden, hidden, direction * rows * hidden),
    biasIh: b ? gateRows(b, order, hidden, 1, biasStart) : new Float32Array(rows),
    biasHh: b ? gateRows(b, order, hidden, 1, biasStart + rows) : new Float32Array(rows),
  };
}

/** The variables of a TensorFlow 1 `BasicLSTMCell` or `LSTMCell`. */
export interface TensorFlowWeights extends Omit<CellSizes, "cell"> {
  /** f32[I + H, 4·H]: the rows of the input, then of the state; columns in the order i, j, f, o */
  kernel: ArrayLike<number>;
  /** f32[4·H] */
  bias: ArrayLike<number>;
  /** What the cell adds to the forget gate's bias at run time: it becomes part of the bias here. Default 1. */
  forgetBias?: number;
}

/**
 * Weights from a TensorFlow 1 LSTM cell: gates i, j, f, o become i, f, g, o.
 *
 * @throws ShapeError
 */
export function fromTensorFlow({ kernel, bias, forgetBias = 1, ...sizes }: TensorFlowWeights): CellWeights {
  const { inputs, hidden } = checkSizes({ cell: "lstm", ...sizes });
  const rows = 4 * hidden;
  checkLength("kernel", kernel, (inputs + hidden) * rows, `[${inputs + hidden}, ${rows}]`);
  checkLength("bias", bias, rows, `[${rows}]`);
  const all = transposed(kernel, inputs + hidden, rows);
  const biasIh = gateRows(bias, tensorFlowGates, hidden, 1);
  for (let j = hidden; j < 2 * hidden; j++) biasIh[j]! += forgetBias;
  return {
    weightIh: gateRows(columns(all, rows, inputs + hidden, 0, inputs), tensorFlowGates, hidden, inputs),
    weightHh: gateRows(columns(all, rows, inputs + hidden, inputs, hidden), tensorFlowGates, hidden, hidden),
    biasIh,
    biasHh: new Float32Array(rows),
  };
}

/** The weights of one layer as a PyTorch `state_dict` has them. */
export interface PyTorchWeights extends CellSizes {
  /** f32[G·H, I] */
  weightIh: ArrayLike<number>;
  /** f32[G·H, H] */
  weightHh: ArrayLike<number>;
  /** f32[G·H]; left out for `bias=False` */
  biasIh?: ArrayLike<number> | undefined;
  biasHh?: ArrayLike<number> | undefined;
}

/** Weights from PyTorch: the order is ours, so this checks and copies. @throws ShapeError */
export function fromPyTorch({ weightIh, weightHh, biasIh, biasHh, ...sizes }: PyTorchWeights): CellWeights {
  const { cell, inputs, hidden } = checkSizes(sizes);
  const rows = gateCount[cell] * hidden;
  checkLength("weightIh", weightIh, rows * inputs, `[${rows}, ${inputs}]`);
  checkLength("weightHh", weightHh, rows * hidden, `[${rows}, ${hidden}]`);
  if (biasIh) checkLength("biasIh", biasIh, rows, `[${rows}]`);
  if (biasHh) checkLength("biasHh", biasHh, rows, `[${rows}]`);
  return {
    weightIh: Float32Array.from(weightIh),
    weightHh: Float32Array.from(weightHh),
    biasIh: Float32Array.from(biasIh ?? new Float32Array(rows)),
    biasHh: Float32Array.from(biasHh ?? new Float32Array(rows)),
  };
}

/** Blocks of H rows picked by `order`: block g of the result is block order[g] of `values` from `start`. */
function gateRows(
  values: ArrayLike<number>,
  order: readonly number[],
  hidden: number,
  width: number,
  start = 0,
): Float32Array<ArrayBuffer> {
  const block = hidden * width;
  const out = new Float32Array(order.length * block);
  for (const [gate, from] of order.entries()) {
    for (let i = 0; i < block; i++) out[gate * block + i] = values[start + from * block + i]!;
  }
  return out;
}

/** [rows, cols] → [cols, rows] */
function transposed(values: ArrayLike<number>, rows: number, cols: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: rows * cols },
    (_, i) => values[(i % rows) * cols + Math.floor(i / rows)]!,
  );
}

/** Columns [begin, begin + count) of [rows, cols] */
function columns(
  values: Float32Array,
  rows: number,
  cols: number,
  begin: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const out = new Float32Array(rows * count);
  for (let r = 0; r < rows; r++) {
    out.set(values.subarray(r * cols + begin, r * cols + begin + count), r * count);
  }
  return out;
}

function checkSizes<S extends CellSizes>(sizes: S): S {
  if (!Object.hasOwn(gateCount, sizes.cell))
    throw new RangeError("cell", '"rnn", "lstm" or "gru"', sizes.cell);
  checkInteger("inputs", sizes.inputs, 1);
  checkInteger("hidden", sizes.hidden, 1);
  return sizes;
}

function checkLength(name: string, values: ArrayLike<number>, length: number, shape: string): void {
  if (values.length !== length) throw new ShapeError(name, `${length} elements ${shape}`, `${values.length}`);
}
