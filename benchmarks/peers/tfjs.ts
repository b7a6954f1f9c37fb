import {
  importPeer,
  type LstmStep,
  type Peer,
  peerVersion,
  type Prepared,
  type RowFunction,
} from "./peer.ts";

interface Tensor {
  dataSync: () => Float32Array;
  dispose: () => void;
}
type Shape = readonly number[];
interface Tf {
  setBackend: (name: string) => Promise<boolean>;
  ready: () => Promise<void>;
  tensor: (values: Float32Array, shape: Shape) => Tensor;
  scalar: (value: number) => Tensor;
  tidy: <T>(body: () => T) => T;
  matMul: (a: Tensor, b: Tensor) => Tensor;
  softmax: (x: Tensor) => Tensor;
  exp: (x: Tensor) => Tensor;
  erf: (x: Tensor) => Tensor;
  add: (a: Tensor, b: Tensor) => Tensor;
  sub: (a: Tensor, b: Tensor) => Tensor;
  mul: (a: Tensor, b: Tensor) => Tensor;
  rsqrt: (x: Tensor) => Tensor;
  moments: (x: Tensor, axis: number, keepDims: boolean) => { mean: Tensor; variance: Tensor };
  basicLSTMCell: (
    forgetBias: Tensor,
    kernel: Tensor,
    bias: Tensor,
    data: Tensor,
    c: Tensor,
    h: Tensor,
  ) => [Tensor, Tensor];
}
interface WasmBackend {
  setThreadsCount: (count: number) => void;
}

const name = "tfjs-wasm";
const packageName = "@tensorflow/tfjs-backend-wasm";

/** Its Wasm backend on one thread. Operations run when they are called, and tensors stay in its memory. */
export async function loadTfjs(): Promise<Peer> {
  const tf = await importPeer<Tf>("@tensorflow/tfjs-core");
  const { setThreadsCount } = await importPeer<WasmBackend>(packageName);
  setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("its wasm backend does not start");
  await tf.ready();

  /** Resident: the inputs are tensors already and the result is dropped where it is. Copied: typed arrays in and out. */
  function prepare(
    inputs: readonly (readonly [Float32Array, Shape])[],
    body: (tensors: Tensor[]) => Tensor,
    constants: Tensor[] = [],
    how?: string,
  ): Prepared[] {
    const make = (): Tensor[] => inputs.map(([values, shape]) => tf.tensor(values, shape));
    const resident = make();
    const read = (tensors: Tensor[]): Float32Array => {
      const out = tf.tidy(() => body(tensors));
      const data = out.dataSync();
      out.dispose();
      return data;
    };
    const copied = (): Float32Array => {
      const tensors = make();
      const data = read(tensors);
      for (const tensor of tensors) tensor.dispose();
      return data;
    };
    const dispose = (): void => {
      for (const tensor of [...resident, ...constants]) tensor.dispose();
    };
    return [
      {
        copies: false,
        ...(how && { how }),
        run: () => tf.tidy(() => body(resident)).dispose(),
        output: () => read(resident),
        dispose,
      },
      { copies: true, ...(how && { how }), run: copied, output: copied },
    ];
  }

  function rowFunction(kind: RowFunction, arrays: Float32Array[], rows: number, cols: number): Prepared[] {
    const inputs = arrays.map((values) => [values, [rows, cols]] as const);
    if (kind === "add") return prepare(inputs, ([x, y]) => tf.add(x!, y!));
    if (kind === "gelu") {
      const [half, one, root] = [tf.scalar(0.5), tf.scalar(1), tf.scalar(Math.SQRT1_2)];
      return prepare(
        inputs,
        ([x]) => tf.mul(tf.mul(x!, half), tf.add(tf.erf(tf.mul(x!, root)), one)),
        [half, one, root],
        "composed",
      );
    }
    if (kind === "layerNorm") {
      const [gain, shift] = [
        tf.tensor(new Float32Array(cols).fill(1), [cols]),
        tf.tensor(new Float32Array(cols), [cols]),
      ];
      const epsilon = tf.scalar(1e-5);
      return prepare(
        inputs,
        ([x]) => {
          const { mean, variance } = tf.moments(x!, -1, true);
          const normal = tf.mul(tf.sub(x!, mean), tf.rsqrt(tf.add(variance, epsilon)));
          return tf.add(tf.mul(normal, gain), shift);
        },
        [gain, shift, epsilon],
        "composed",
      );
    }
    return prepare(inputs, ([x]) => tf[kind](x!));
  }

  return {
    name,
    version: peerVersion(packageName),
    product: ({ m, n, k }, a, b) =>
      prepare(
        [
          [a, [m, k]],
          [b, [k, n]],
        ],
        ([x, y]) => tf.matMul(x!, y!),
      ).slice(0, 1),
    rowFunction,
    lstmStep(step) {
      const { batch, inputs, hidden, x, h, c } = step;
      const constants = lstmConstants(step).map(([values, shape]) => tf.tensor(values, shape));
      const zero = tf.scalar(0);
      return prepare(
        [
          [x, [batch, inputs]],
          [h, [batch, hidden]],
          [c, [batch, hidden]],
        ],
        ([x, h, c]) => tf.basicLSTMCell(zero, constants[0]!, constants[1]!, x!, c!, h!)[1],
        [...constants, zero],
        "composed",
      ).slice(0, 1);
    },
  };
}

/** Its cell takes one matrix [I + H, 4·H] and one bias, with the gates in the order i, g, f, o. */
function lstmConstants({ inputs, hidden, wIh, wHh, bias }: LstmStep): (readonly [Float32Array, Shape])[] {
  const width = 4 * hidden;
  const kernel = new Float32Array((inputs + hidden) * width);
  const shift = new Float32Array(width);
  for (const [to, from] of [0, 2, 1, 3].entries()) {
    for (let j = 0; j < hidden; j++) {
      const [column, row] = [to * hidden + j, from * hidden + j];
      shift[column] = bias[row]!;
      for (let i = 0; i < inputs; i++) kernel[i * width + column] = wIh[row * inputs + i]!;
      for (let i = 0; i < hidden; i++) kernel[(inputs + i) * width + column] = wHh[row * hidden + i]!;
    }
  }
  return [
    [kernel, [inputs + hidden, width]],
    [shift, [width]],
  ];
}
