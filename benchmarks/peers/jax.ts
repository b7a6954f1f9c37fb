import { importPeer, type Peer, peerVersion, type Prepared, type RowFunction } from "./peer.ts";

/** An array is used up by the operation it is given to; `ref` keeps it for another one. */
interface JaxArray {
  ref: JaxArray;
  dataSync: () => Float32Array;
  blockUntilReady: () => Promise<JaxArray>;
  dispose: () => void;
  reshape: (shape: number[]) => JaxArray;
}
interface Jax {
  init: (...devices: string[]) => Promise<string[]>;
  defaultDevice: (device: string) => string;
  jit: <A extends JaxArray[]>(body: (...arrays: A) => JaxArray) => (...arrays: A) => JaxArray;
  numpy: {
    array: (values: Float32Array) => JaxArray;
    matmul: (a: JaxArray, b: JaxArray) => JaxArray;
    exp: (x: JaxArray) => JaxArray;
    add: (a: JaxArray, b: JaxArray) => JaxArray;
  };
  nn: {
    softmax: (x: JaxArray, axis: number) => JaxArray;
    gelu: (x: JaxArray, options: { approximate: boolean }) => JaxArray;
    standardize: (x: JaxArray, axis: number) => JaxArray;
  };
}

const name = "jax-js";
const packageName = "@jax-js/jax";

/** Its Wasm backend; in Node it has no workers, so one thread. Runs alone in its process. */
export async function loadJax(): Promise<Peer> {
  const jax = await importPeer<Jax>(packageName);
  await jax.init("wasm");
  jax.defaultDevice("wasm");
  const { numpy: np, nn } = jax;

  async function ready(array: JaxArray): Promise<void> {
    (await array.blockUntilReady()).dispose();
  }

  function prepare(inputs: JaxArray[], body: (...inputs: JaxArray[]) => JaxArray): Prepared[] {
    const call = (): JaxArray => body(...inputs.map((input) => input.ref));
    return [
      {
        copies: false,
        run: () => ready(call()),
        output: () => call().dataSync(),
        dispose() {
          for (const input of inputs) input.dispose();
        },
      },
    ];
  }

  const functions: Record<RowFunction, (...arrays: JaxArray[]) => JaxArray> = {
    softmax: jax.jit((x) => nn.softmax(x, -1)),
    exp: (x) => np.exp(x),
    layerNorm: jax.jit((x) => nn.standardize(x, -1)),
    gelu: jax.jit((x) => nn.gelu(x, { approximate: false })),
    add: (x, y) => np.add(x, y),
  };

  return {
    name,
    version: peerVersion(packageName),
    product({ m, n, k }, a, b) {
      return prepare([np.array(a).reshape([m, k]), np.array(b).reshape([k, n])], (x, y) => np.matmul(x, y));
    },
    rowFunction(kind, arrays, rows, cols) {
      return prepare(
        arrays.map((values) => np.array(values).reshape([rows, cols])),
        functions[kind],
      );
    },
  };
}
