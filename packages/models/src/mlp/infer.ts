import { activationInto, argmaxRowsInto, softmaxInto, type WasmArray } from "@lanewise/core-wasm";
import { asFloats, countRows } from "../data/index.js";
import { Tape, type Tensor } from "../tensor/index.js";
import type { MlpConfig } from "./config.js";
import type { MlpNetwork } from "./network.js";

/** Runs rows through the network, as many at a time as fit, and hands over what comes out of its layers. */
function forEachChunk(
  network: MlpNetwork,
  x: ArrayLike<number>,
  take: (layers: readonly Tensor[], begin: number, rows: number, tape: Tape) => void,
): void {
  const { config, runtime, rowsAtOnce } = network;
  const { inputs } = config;
  const floats = asFloats(x, runtime.heap);
  const count = countRows("x", floats, inputs);
  const tape = new Tape({ runtime });
  try {
    for (let at = 0; at < count; at += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, count - at);
      tape.run(() =>
        tape.noGrad(() => {
          const part = tape.input(floats.subarray(at * inputs, (at + rows) * inputs), [rows, inputs]);
          take(network.forwardLayers(tape, part), at, rows, tape);
        }),
      );
    }
  } finally {
    tape.dispose();
  }
}

/** The sums of the last layer: f32[n, outputs]. @throws ShapeError */
export function logitsOf(
  network: MlpNetwork,
  x: ArrayLike<number>,
  change?: (logits: WasmArray<"f32">, rows: number) => void,
): Float32Array<ArrayBuffer> {
  const { inputs, outputs } = network.config;
  const out = new Float32Array(Math.ceil(x.length / inputs) * outputs);
  forEachChunk(network, x, (layers, begin, rows) => {
    const { array } = layers.at(-1)!;
    change?.(array, rows);
    out.set(array.view, begin * outputs);
  });
  return out;
}

/** Probabilities, or the numbers of a regression: f32[n, outputs]. @throws ShapeError */
export function predictionsOf(network: MlpNetwork, x: ArrayLike<number>): Float32Array<ArrayBuffer> {
  const { task, outputs } = network.config;
  return logitsOf(network, x, (logits, rows) => {
    if (task === "classification") softmaxInto(logits, logits, { rows, cols: outputs });
    if (task === "binary") activationInto(logits, logits, { kind: "sigmoid" });
  });
}

/** Classes i32[n], or answers 0 and 1, i32[n, outputs]. @throws ShapeError */
export function classesOf(network: MlpNetwork, x: ArrayLike<number>): Int32Array<ArrayBuffer> {
  const { inputs, outputs, task }: MlpConfig = network.config;
  const width = task === "classification" ? 1 : outputs;
  const out = new Int32Array(Math.ceil(x.length / inputs) * width);
  forEachChunk(network, x, (layers, begin, rows) => {
    const { array } = layers.at(-1)!;
    const part = out.subarray(begin * width, (begin + rows) * width);
    if (task === "classification")
      argmaxRowsInto(part, array, { rows, cols: outputs, runtime: network.runtime });
    else array.view.forEach((z, i) => (part[i] = Number(z >= 0)));
  });
  return out;
}

/** What comes out of each hidden layer: f32[n, width]. @throws ShapeError */
export function hiddenOf(network: MlpNetwork, x: ArrayLike<number>): Float32Array<ArrayBuffer>[] {
  const { inputs, hidden } = network.config;
  const count = Math.ceil(x.length / inputs);
  const all = hidden.map((width) => new Float32Array(count * width));
  forEachChunk(network, x, (layers, begin) => {
    all.forEach((out, i) => out.set(layers[i]!.array.view, begin * hidden[i]!));
  });
  return all;
}
