import {
  activationInto,
  type ActivationKind,
  lstmStepInto,
  matmulInto,
  randomNormalInto,
  type Runtime,
  softmaxInto,
  type WasmArray,
} from "@lanewise/core-wasm";
import { type Agreement, near, standardNormals } from "./agreement.js";
import {
  elementCount,
  type JobId,
  lstmShape,
  matmulShapes,
  softmaxShape,
  type MatmulShape,
} from "./catalogue.js";
import type { Pieces } from "./measure.js";
import {
  type LstmWeights,
  plainExp,
  plainGelu,
  plainLstmStep,
  plainMatmul,
  plainNormals,
  plainSoftmax,
} from "./plain.js";

/** A job that is set up for one contender: its arrays are there. */
export interface Prepared {
  readonly pieces: Pieces;
  /** What the last call gave. */
  readonly output: () => Float32Array;
  readonly dispose: () => void;
}

/** The same work, by a kernel and by plain JavaScript, on the same numbers. */
export interface Job {
  readonly kernel: (runtime: Runtime) => Prepared;
  readonly plain: () => Prepared;
  readonly agree: Agreement;
}

/** How each job of the catalogue is done. */
export const jobs: Readonly<Record<JobId, Job>> = {
  matmul64: product(matmulShapes.matmul64),
  matmul128: product(matmulShapes.matmul128),
  matmul256: product(matmulShapes.matmul256),
  matmul512: product(matmulShapes.matmul512),
  matmul1024: product(matmulShapes.matmul1024),
  matmulBert: product(matmulShapes.matmulBert),
  softmax: elementwise({
    count: softmaxShape.rows * softmaxShape.cols,
    kernel: (out, x) => softmaxInto(out, x, softmaxShape),
    plain: (out, x) => plainSoftmax(out, x, softmaxShape.cols),
  }),
  exp: elementwise({ count: elementCount, kernel: activationOf("exp"), plain: plainExp }),
  gelu: elementwise({ count: elementCount, kernel: activationOf("geluTanh"), plain: plainGelu }),
  lstm: lstmStep(),
  normals: normals(),
};

function product(shape: MatmulShape): Job {
  const { m, n, k } = shape;
  const a = (): Float32Array<ArrayBuffer> => wave(m * k, 1);
  const b = (): Float32Array<ArrayBuffer> => wave(k * n, 2);
  return {
    kernel: (runtime) => {
      const arrays = residents(runtime, [new Float32Array(m * n), a(), b()]);
      const [out, left, right] = arrays as [WasmArray<"f32">, WasmArray<"f32">, WasmArray<"f32">];
      return resident(runtime, arrays, out, () => matmulInto(out, left, right, shape));
    },
    plain: () => {
      const [out, left, right] = [new Float32Array(m * n), a(), b()];
      // About 18 ms each where a loop does two billion operations a second.
      const rows = Math.max(1, Math.floor(2 ** 25 / (2 * n * k)));
      const pieces = Array.from({ length: Math.ceil(m / rows) }, (_, index) => () => {
        plainMatmul(out, left, right, shape, index * rows, Math.min(m, (index + 1) * rows));
      });
      return onHeap(out, ...pieces);
    },
    // The bound that the kernel's own tests hold it to, for k products of at most 1.
    agree: near({ absolute: (Math.sqrt(k) + 1) * 2 ** -22 * k, relative: 0 }),
  };
}

interface Elementwise {
  readonly count: number;
  readonly kernel: (out: WasmArray<"f32">, x: WasmArray<"f32">) => void;
  readonly plain: (out: Float32Array, x: Float32Array) => void;
}

function elementwise({ count, kernel, plain }: Elementwise): Job {
  const input = (): Float32Array<ArrayBuffer> => wave(count, 4);
  return {
    kernel: (runtime) => {
      const arrays = residents(runtime, [new Float32Array(count), input()]);
      const [out, x] = arrays as [WasmArray<"f32">, WasmArray<"f32">];
      return resident(runtime, arrays, out, () => kernel(out, x));
    },
    plain: () => {
      const [out, x] = [new Float32Array(count), input()];
      return onHeap(out, () => plain(out, x));
    },
    agree: near({ absolute: 1e-6, relative: 1e-5 }),
  };
}

function activationOf(kind: ActivationKind): Elementwise["kernel"] {
  return (out, x) => activationInto(out, x, { kind });
}

/** The state goes on from step to step; outputs are compared after the first. */
function lstmStep(): Job {
  const { inputs, hidden } = lstmShape;
  const scale = 1 / Math.sqrt(hidden);
  const given = (): Float32Array<ArrayBuffer>[] => [
    wave(hidden, 0.5),
    wave(hidden, 0.7),
    wave(inputs, 1),
    wave(4 * hidden * inputs, scale),
    wave(4 * hidden * hidden, scale),
    wave(4 * hidden, scale),
  ];
  return {
    kernel: (runtime) => {
      const arrays = residents(runtime, given());
      const { h, c, x, weights } = cellOf(arrays);
      return resident(runtime, arrays, h, () => lstmStepInto(h, c, x, weights, lstmShape));
    },
    plain: () => {
      const { h, c, x, weights } = cellOf(given());
      const sums = new Float32Array(4 * hidden);
      return onHeap(h, () => plainLstmStep(h, c, x, weights, sums));
    },
    agree: near({ absolute: 1e-5, relative: 0 }),
  };
}

function cellOf<A>(arrays: readonly A[]): { h: A; c: A; x: A; weights: LstmWeights<A> } {
  const [h, c, x, wIh, wHh, bIh] = arrays as [A, A, A, A, A, A];
  return { h, c, x, weights: { wIh, wHh, bIh } };
}

function normals(): Job {
  return {
    kernel: (runtime) => {
      const out = runtime.heap.alloc("f32", elementCount);
      return resident(runtime, [out], out, () => randomNormalInto(out, { seed: 1 }));
    },
    plain: () => {
      const out = new Float32Array(elementCount);
      return onHeap(out, () => plainNormals(out));
    },
    agree: standardNormals("plain"),
  };
}

function residents(runtime: Runtime, values: readonly Float32Array[]): WasmArray<"f32">[] {
  const { heap } = runtime;
  return heap.allOrNone(() => values.map((array) => heap.from("f32", array)));
}

function resident(
  { heap }: Runtime,
  arrays: readonly WasmArray<"f32">[],
  out: WasmArray<"f32">,
  run: () => void,
): Prepared {
  const dispose = (): void => arrays.forEach((array) => heap.free(array));
  return { pieces: [run], output: () => out.toArray(), dispose };
}

function onHeap(out: Float32Array, ...pieces: (() => void)[]): Prepared {
  return { pieces, output: () => out.slice(), dispose: () => {} };
}

/** Numbers from −`amplitude` to `amplitude`, the same in every browser: a sawtooth of steps that share no factor. */
function wave(length: number, amplitude: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) values[i] = amplitude * (((i * 7919) % 10_007) / 5003 - 1);
  return values;
}
