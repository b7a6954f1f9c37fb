import { importPeer, peerVersion } from "./peer.ts";

interface Tensor {
  dataSync: () => Float32Array | Int32Array;
  dispose: () => void;
}

interface Tf {
  setBackend: (name: string) => Promise<boolean>;
  ready: () => Promise<void>;
  tensor2d: (values: Float32Array, shape: [number, number]) => Tensor;
  matMul: (a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean) => Tensor;
  reshape: (x: Tensor, shape: number[]) => Tensor;
  topk: (x: Tensor, k: number) => { values: Tensor; indices: Tensor };
  tidy: <T>(body: () => T) => T;
}

/** What finds the nearest rows. */
export interface NearestPeer {
  name: string;
  nearest: (query: Float32Array, k: number) => { indices: ArrayLike<number>; values: ArrayLike<number> };
}

const packageName = "@tensorflow/tfjs-backend-wasm";

/** tfjs-wasm on one thread, its vectors resident: a product with the matrix, then `topk`. */
export async function tfjsNearest(unit: Float32Array, rows: number, dim: number): Promise<NearestPeer> {
  const tf = await importPeer<Tf>("@tensorflow/tfjs-core");
  const { setThreadsCount } = await importPeer<{ setThreadsCount: (count: number) => void }>(packageName);
  setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("its wasm backend does not start");
  await tf.ready();
  const matrix = tf.tensor2d(unit, [rows, dim]);
  return {
    name: `tfjs-wasm ${peerVersion(packageName)}`,
    nearest(query, k) {
      const found = tf.tidy(() => {
        const scores = tf.matMul(matrix, tf.tensor2d(query, [dim, 1]));
        return tf.topk(tf.reshape(scores, [rows]), k);
      });
      const [indices, values] = [found.indices.dataSync().slice(), found.values.dataSync().slice()];
      found.indices.dispose();
      found.values.dispose();
      return { indices, values };
    },
  };
}
