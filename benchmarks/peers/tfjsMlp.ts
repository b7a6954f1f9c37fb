import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { importPeer, peerVersion, resolvePeer } from "./peer.ts";

interface Tensor {
  dataSync: () => Float32Array;
  dispose: () => void;
}
type Shape = readonly number[];
interface Optimizer {
  minimize: (loss: () => Tensor, returnCost: boolean, variables: Tensor[]) => Tensor | null;
  dispose: () => void;
}
interface Tf {
  setBackend: (name: string) => Promise<boolean>;
  ready: () => Promise<void>;
  tensor: (values: ArrayLike<number>, shape: Shape, dtype?: string) => Tensor;
  oneHot: (classes: Tensor, depth: number) => Tensor;
  variable: (values: Tensor) => Tensor;
  slice: (x: Tensor, begin: Shape, size: Shape) => Tensor;
  tidy: <T>(body: () => T) => T;
  matMul: (a: Tensor, b: Tensor) => Tensor;
  add: (a: Tensor, b: Tensor) => Tensor;
  relu: (x: Tensor) => Tensor;
  losses: { softmaxCrossEntropy: (onehot: Tensor, logits: Tensor) => Tensor };
  train: {
    sgd: (rate: number) => Optimizer;
    adam: (rate: number, beta1: number, beta2: number, epsilon: number) => Optimizer;
  };
}

/** A layer's weight as [inputs, outputs], and its bias. */
export interface Layer {
  inputs: number;
  outputs: number;
  weight: Float32Array;
  bias: Float32Array;
}

/** A network in training on examples that stay in the library's memory. */
export interface PeerTraining {
  name: string;
  /** Learns from examples [begin, begin + batch). */
  step: (begin: number) => void;
  /** The loss of the step before. */
  loss: () => number;
  /** The weights as they stand, in the order of the layers: weight, bias, …. */
  weights: () => Float32Array[];
  dispose: () => void;
}

/**
 * A perceptron with ReLU, trained by tfjs-core's own optimisers as its users write it: `minimize` of a loss made of
 * operations. On one thread.
 */
export async function tfjsTraining(
  backend: "wasm" | "cpu",
  layers: readonly Layer[],
  { x, y, classes }: { x: Float32Array; y: Int32Array; classes: number },
  { batch, optimizer, rate }: { batch: number; optimizer: "sgd" | "adam"; rate: number },
): Promise<PeerTraining> {
  const tf = await importPeer<Tf>("@tensorflow/tfjs-core");
  const packageName = `@tensorflow/tfjs-backend-${backend}`;
  const module = await importPeer<{ setThreadsCount?: (count: number) => void }>(packageName);
  module.setThreadsCount?.(1);
  await registerGradients();
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs: its ${backend} backend does not start`);
  await tf.ready();
  const inputs = layers[0]!.inputs;
  const xs = tf.tensor(x, [y.length, inputs]);
  const ys = tf.tidy(() => tf.oneHot(tf.tensor(y, [y.length], "int32"), classes));
  const variables = layers.flatMap(({ inputs, outputs, weight, bias }) => [
    tf.variable(tf.tensor(weight, [inputs, outputs])),
    tf.variable(tf.tensor(bias, [outputs])),
  ]);
  const training = optimizer === "sgd" ? tf.train.sgd(rate) : tf.train.adam(rate, 0.9, 0.999, 1e-8);
  let cost: Tensor | undefined;
  const forward = (begin: number): Tensor => {
    let h = tf.slice(xs, [begin, 0], [batch, inputs]);
    for (let i = 0; i < layers.length; i++) {
      h = tf.add(tf.matMul(h, variables[2 * i]!), variables[2 * i + 1]!);
      if (i < layers.length - 1) h = tf.relu(h);
    }
    return tf.losses.softmaxCrossEntropy(tf.slice(ys, [begin, 0], [batch, classes]), h);
  };
  return {
    name: `tfjs-${backend} ${peerVersion(packageName)}`,
    step(begin) {
      cost?.dispose();
      cost = tf.tidy(() => training.minimize(() => forward(begin), true, variables)!);
    },
    loss: () => cost!.dataSync()[0]!,
    weights: () => variables.map((variable) => variable.dataSync().slice()),
    dispose() {
      cost?.dispose();
      training.dispose();
      for (const tensor of [xs, ys, ...variables]) tensor.dispose();
    },
  };
}

/**
 * The gradients are not in the bundle that Node gets, but in modules beside it, which name each other without extensions, as
 * bundlers understand. They register themselves for every instance of the library.
 */
async function registerGradients(): Promise<void> {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const bare =
        specifier.startsWith(".") && context.parentURL?.includes("/tfjs-core/") && !specifier.endsWith(".js");
      if (!bare) return next(specifier, context);
      try {
        return next(`${specifier}.js`, context);
      } catch {
        return next(`${specifier}/index.js`, context);
      }
    },
  });
  await import(pathToFileURL(resolvePeer("@tensorflow/tfjs-core/dist/register_all_gradients.js")).href);
  hooks.deregister();
}
