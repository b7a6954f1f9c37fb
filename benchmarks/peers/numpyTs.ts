import { importPeer, type Peer, peerVersion, type Prepared } from "./peer.ts";

interface NdArray {
  reshape: (...shape: number[]) => NdArray;
  data: Float32Array;
  dispose?: () => void;
}
interface NumpyTs {
  array: (values: Float32Array, dtype: "float32") => NdArray;
  matmul: (a: NdArray, b: NdArray) => NdArray;
  exp: (x: NdArray) => NdArray;
  add: (a: NdArray, b: NdArray) => NdArray;
}

const name = "numpy-ts";

/** Its defaults: Wasm kernels, with relaxed SIMD where the engine has it, on arrays that stay in its memory. */
export async function loadNumpyTs(): Promise<Peer> {
  const np = await importPeer<NumpyTs>(name);
  const matrix = (values: Float32Array, rows: number, cols: number): NdArray =>
    np.array(values, "float32").reshape(rows, cols);

  function prepare(inputs: NdArray[], body: () => NdArray): Prepared[] {
    return [
      {
        copies: false,
        run: () => body().dispose?.(),
        output: () => Float32Array.from(body().data),
        dispose() {
          for (const input of inputs) input.dispose?.();
        },
      },
    ];
  }

  return {
    name,
    version: peerVersion(name),
    product({ m, n, k }, a, b) {
      const [x, y] = [matrix(a, m, k), matrix(b, k, n)];
      return prepare([x, y], () => np.matmul(x, y));
    },
    rowFunction(kind, arrays, rows, cols) {
      const [x, y] = arrays.map((values) => matrix(values, rows, cols));
      if (kind === "exp") return prepare([x!], () => np.exp(x!));
      if (kind === "add") return prepare([x!, y!], () => np.add(x!, y!));
      return [];
    },
  };
}
