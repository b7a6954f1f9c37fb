import {
  checkInteger,
  type RandomStream,
  RangeError,
  type Runtime,
  ShapeError,
  type WasmArray,
} from "@lanewise/core-wasm";
import type { Module } from "../nn/index.js";
import { concat, dropout, formatShape, Parameter, type Tape, type Tensor } from "../tensor/index.js";
import { checkDropout } from "./config.js";
import { type Cell, type CellWeights, gateCount } from "./gateOrders.js";
import type { LayerWeights } from "./cellKernels.js";
import { recurrentSequence } from "./sequence.js";

export interface RecurrentOptions {
  /** Default: "lstm". */
  cell?: Cell | undefined;
  /** I, the width of what is read. */
  inputs: number;
  /** H, the width of the state. */
  hidden: number;
  /** How many layers stand on each other. Default: 1. */
  layers?: number | undefined;
  /** Whether a second set of weights reads from the end to the beginning. Default: false. */
  bidirectional?: boolean | undefined;
  /** Default: true. */
  bias?: boolean | undefined;
  /** The probability of dropping an element of what goes from one layer to the next, below 1. Default: 0. */
  dropout?: number | undefined;
  /** What an LSTM's forget gate begins with, as `bias_ih` + `bias_hh`. Default: both are drawn like the others. */
  forgetBias?: number | undefined;
  /**
   * Where a GRU applies its reset gate: true (the default) to the product with the recurrent weights, as PyTorch, cuDNN
   * and Keras's `reset_after` do; false to the state that goes into it, as ONNX and Keras's first version do.
   */
  resetAfter?: boolean | undefined;
  /** What an RNN's state goes through in every step. Default: "tanh". */
  nonlinearity?: "tanh" | "relu" | undefined;
}

/**
 * The states of a layer stack. Each list has an entry per layer and direction, in PyTorch's order (layer 0 forward,
 * layer 0 reverse, layer 1 forward, …).
 */
export interface RecurrentState {
  /** h: f32[B, H] each */
  readonly hidden: readonly Tensor[];
  /** c: f32[B, H] each; LSTMs only */
  readonly cell?: readonly Tensor[] | undefined;
}

export interface RecurrentForwardOptions {
  /** Where to begin. Default: zeros. */
  state?: RecurrentState | undefined;
  /**
   * How many steps of each sequence count, B numbers from 0 to T. At the steps behind, states and outputs are copies
   * of the step before, so the final state is that of the sequence's own last step; in the reverse direction
   * reading begins at that step.
   */
  lengths?: ArrayLike<number> | undefined;
  /** Where dropout draws from: needed if it is on and the tape records. */
  random?: RandomStream | undefined;
}

export interface RecurrentOutput {
  /** f32[T, B, D·H]: the last layer's h at every step; D = 2 if bidirectional, forward first */
  readonly output: Tensor;
  /** The states after the last step (of each sequence). */
  readonly state: RecurrentState;
}

/**
 * Recurrent layers: RNN, LSTM or GRU by PyTorch's equations (see the README) and with its parameter names,
 * `weight_ih_l0: f32[G·H, I]`, `weight_hh_l0: f32[G·H, H]`, `bias_ih_l0` and `bias_hh_l0: f32[G·H]`, with `_reverse`
 * at the end for the other direction. All start uniform in ±1/√H.
 *
 * Time comes first: sequences are `f32[T, B, I]`.
 *
 * The tests hold outputs and gradients to PyTorch's within 1e-4 relative.
 */
export class Recurrent implements Module {
  readonly cell: Cell;
  readonly inputs: number;
  readonly hidden: number;
  readonly layers: number;
  readonly directions: 1 | 2;
  readonly dropout: number;
  readonly resetAfter: boolean;
  readonly nonlinearity: "tanh" | "relu";
  readonly #parameters = new Map<string, Parameter>();

  /** @param init where the weights are drawn from, in the order of `parameters`. @throws RangeError */
  constructor(runtime: Runtime, options: RecurrentOptions, init: RandomStream) {
    const { cell = "lstm", inputs, hidden, layers = 1, bidirectional = false, bias = true } = options;
    if (!Object.hasOwn(gateCount, cell)) throw new RangeError("cell", '"rnn", "lstm" or "gru"', cell);
    checkInteger("inputs", inputs, 1);
    checkInteger("hidden", hidden, 1);
    checkInteger("layers", layers, 1);
    checkDropout(options.dropout ?? 0);
    this.cell = cell;
    this.inputs = inputs;
    this.hidden = hidden;
    this.layers = layers;
    this.directions = bidirectional ? 2 : 1;
    this.dropout = options.dropout ?? 0;
    this.resetAfter = options.resetAfter ?? true;
    this.nonlinearity = options.nonlinearity ?? "tanh";
    const rows = gateCount[cell] * hidden;
    const high = 1 / Math.sqrt(hidden);
    for (const { suffix, width } of this.#parts()) {
      const shapes: [string, number[]][] = [
        [`weight_ih${suffix}`, [rows, width]],
        [`weight_hh${suffix}`, [rows, hidden]],
      ];
      if (bias) shapes.push([`bias_ih${suffix}`, [rows]], [`bias_hh${suffix}`, [rows]]);
      for (const [name, shape] of shapes) {
        const parameter = new Parameter(runtime, shape);
        init.uniformInto(parameter.array, { low: -high, high });
        this.#parameters.set(name, parameter);
      }
    }
    if (options.forgetBias !== undefined) this.#setForgetBias(options.forgetBias);
  }

  /** Named as PyTorch's, in its order. */
  parameters(): Map<string, Parameter> {
    return new Map(this.#parameters);
  }

  /** The parameters of one layer in one direction. @throws RangeError */
  weights(layer: number, direction: 0 | 1 = 0): LayerWeights {
    checkInteger("layer", layer, 0, this.layers - 1);
    checkInteger("direction", direction, 0, this.directions - 1);
    const suffix = suffixOf(layer, direction);
    return {
      weightIh: this.#parameters.get(`weight_ih${suffix}`)!,
      weightHh: this.#parameters.get(`weight_hh${suffix}`)!,
      biasIh: this.#parameters.get(`bias_ih${suffix}`),
      biasHh: this.#parameters.get(`bias_hh${suffix}`),
    };
  }

  /**
   * Sets the weights of one layer in one direction: what `fromKeras`, `fromOnnx`, `fromTensorFlow` or `fromPyTorch`
   * returned.
   *
   * @throws ShapeError, with nothing changed
   * @throws RangeError for biases that are not zero in a layer that has none
   */
  setWeights(
    weights: CellWeights,
    { layer = 0, direction = 0 }: { layer?: number; direction?: 0 | 1 } = {},
  ): void {
    const own = this.weights(layer, direction);
    const names = ["weightIh", "weightHh", "biasIh", "biasHh"] as const;
    for (const name of names) {
      const parameter = own[name];
      if (!parameter && weights[name].some((value) => value !== 0)) {
        throw new RangeError(name, "zeros, for the layer has no biases", "others");
      }
      if (parameter && weights[name].length !== parameter.size) {
        throw new ShapeError(name, `${parameter.size} elements`, `${weights[name].length} elements`);
      }
    }
    for (const name of names) own[name]?.array.set(weights[name]);
  }

  /**
   * Reads sequences. `x: f32[T, B, inputs]`.
   *
   * @throws ShapeError, RangeError
   */
  forward(tape: Tape, x: Tensor, { state, lengths, random }: RecurrentForwardOptions = {}): RecurrentOutput {
    const [time, batch] = this.#checkInput(x);
    if (state) this.#checkState(state, batch);
    const mask = lengths && maskOf(tape, lengths, time, batch);
    const drops = this.dropout > 0 && tape.recording;
    if (drops && this.layers > 1 && !random)
      throw new RangeError("random", "a RandomStream for dropout", random);
    const hidden: Tensor[] = [];
    const cell: Tensor[] = [];
    let input = x;
    for (let layer = 0; layer < this.layers; layer++) {
      if (layer > 0 && drops) input = dropout(tape, input, { p: this.dropout, stream: random! });
      const outputs: Tensor[] = [];
      for (let direction = 0; direction < this.directions; direction++) {
        const index = layer * this.directions + direction;
        const weights = this.weights(layer, direction as 0 | 1);
        const from = { h: state?.hidden[index], c: state?.cell?.[index] };
        const { cell: kind, nonlinearity, resetAfter } = this;
        const form = { cell: kind, nonlinearity, resetAfter, reverse: direction === 1, mask };
        const run = recurrentSequence(tape, input, from, weights, form);
        outputs.push(run.output);
        hidden.push(run.h);
        if (run.c) cell.push(run.c);
      }
      input = outputs.length === 1 ? outputs[0]! : concat(tape, outputs);
    }
    return { output: input, state: { hidden, cell: this.cell === "lstm" ? cell : undefined } };
  }

  *#parts(): Generator<{ suffix: string; width: number }> {
    for (let layer = 0; layer < this.layers; layer++) {
      const width = layer === 0 ? this.inputs : this.directions * this.hidden;
      for (let direction = 0; direction < this.directions; direction++) {
        yield { suffix: suffixOf(layer, direction), width };
      }
    }
  }

  #setForgetBias(value: number): void {
    if (this.cell !== "lstm") throw new RangeError("forgetBias", "an LSTM", this.cell);
    const { hidden } = this;
    for (const { suffix } of this.#parts()) {
      const [ih, hh] = [this.#parameters.get(`bias_ih${suffix}`), this.#parameters.get(`bias_hh${suffix}`)];
      if (!ih || !hh) throw new RangeError("forgetBias", "layers with biases", "bias: false");
      ih.array.view.fill(value, hidden, 2 * hidden);
      hh.array.view.fill(0, hidden, 2 * hidden);
    }
  }

  #checkInput({ shape }: Tensor): [time: number, batch: number] {
    const [time, batch, width] = shape;
    if (shape.length !== 3 || width !== this.inputs) {
      throw new ShapeError("x", `[T, B, ${this.inputs}]`, formatShape(shape));
    }
    return [time!, batch!];
  }

  #checkState({ hidden, cell }: RecurrentState, batch: number): void {
    const count = this.layers * this.directions;
    const lists = this.cell === "lstm" ? { hidden, cell } : { hidden };
    for (const [name, list] of Object.entries(lists)) {
      if (list?.length !== count)
        throw new ShapeError(`state.${name}`, `${count} tensors`, `${list?.length ?? "none"}`);
      for (const { shape } of list) {
        if (shape.length === 2 && shape[0] === batch && shape[1] === this.hidden) continue;
        throw new ShapeError(`state.${name}`, `[${batch}, ${this.hidden}]`, formatShape(shape));
      }
    }
  }
}

function suffixOf(layer: number, direction: number): string {
  return `_l${layer}${direction === 1 ? "_reverse" : ""}`;
}

/** u8[T, B]: 1 where a step of a sequence counts. @throws ShapeError, RangeError */
function maskOf(tape: Tape, lengths: ArrayLike<number>, time: number, batch: number): WasmArray<"u8"> {
  if (lengths.length !== batch)
    throw new ShapeError("lengths", `${batch} elements`, `${lengths.length} elements`);
  const mask = tape.arena.alloc("u8", time * batch);
  const { view } = mask;
  for (let b = 0; b < batch; b++) {
    checkInteger("lengths", lengths[b]!, 0, time);
    for (let t = 0; t < time; t++) view[t * batch + b] = t < lengths[b]! ? 1 : 0;
  }
  return mask;
}
