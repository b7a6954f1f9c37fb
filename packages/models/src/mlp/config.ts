import {
  activationKinds,
  checkAlpha,
  checkInteger,
  checkNumber,
  FormatError,
  RangeError,
  type Runtime,
  ShapeError,
} from "@lanewise/core-wasm";
import { checkInitializer, type HiddenActivation, type Initializer } from "../nn/index.js";

/**
 * What the outputs mean: one class of several (softmax), independent answers yes or no (a sigmoid each), or numbers (as
 * they are).
 */
export type Task = "classification" | "binary" | "regression";

/** What a network is made of. */
export interface MlpOptions {
  /** How many numbers go in. */
  inputs: number;
  /** The widths of the hidden layers, from the inputs on; `[]`: none, a linear model. Default: [32]. */
  hidden?: readonly number[] | undefined;
  /** How many come out: classes, answers or numbers. Default: 1; a classification must say. */
  outputs?: number | undefined;
  /** Default: "classification" for two outputs and more, "binary" for one. */
  task?: Task | undefined;
  /** What the hidden layers apply to their sums. Default: "relu". */
  activation?: HiddenActivation | undefined;
  /** The parameter of the activation, where it has one ("leakyRelu", "elu", "sau", "smoothStep", …). Default: the activation's own. */
  alpha?: number | undefined;
  /** The probability with which a hidden unit is dropped in training, from 0 to below 1. Default: 0. */
  dropout?: number | undefined;
  /**
   * How weights are drawn; biases start at 0. Default: He's normal for ReLU and its kin, Xavier's uniform for the other
   * activations. The last layer, which has no activation, is drawn the same way.
   */
  initializer?: Initializer | undefined;
  /** What the first weights are drawn from: a whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  /** Where the model lives and computes. Default: the default runtime. One with threads shares the work. */
  runtime?: Runtime | undefined;
}

/** The options with nothing left out: what a file of weights keeps beside them. */
export interface MlpConfig {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly task: Task;
  readonly activation: HiddenActivation;
  /** Undefined: the activation's own. */
  readonly alpha: number | undefined;
  readonly dropout: number;
  readonly initializer: Initializer;
  readonly seed: number;
}

const tasks = ["classification", "binary", "regression"];

/** Those that let a half of their inputs through about as they are. */
const rectifying: ReadonlySet<HiddenActivation> = new Set<HiddenActivation>([
  "relu",
  "leakyRelu",
  "elu",
  "geluErf",
  "geluTanh",
  "silu",
  "mish",
  "softplus",
  "sau",
]);

/** Checks the options and fills in the defaults. @throws RangeError */
export function resolveConfig(options: MlpOptions): MlpConfig {
  if (typeof options !== "object" || options === null) {
    throw new RangeError("options", "an object with the number of inputs", options);
  }
  const { inputs, hidden = [32], activation = "relu", alpha, dropout = 0, seed = 0 } = options;
  const { task = (options.outputs ?? 1) > 1 ? "classification" : "binary" } = options;
  const { initializer = rectifying.has(activation) ? "heNormal" : "xavierUniform" } = options;
  if (!tasks.includes(task)) throw new RangeError("task", tasks.join(", "), task);
  const { outputs = task === "classification" ? NaN : 1 } = options;
  checkInteger("inputs", inputs, 1, 1 << 24);
  checkInteger("outputs", outputs, task === "classification" ? 2 : 1, 1 << 24);
  if (!Array.isArray(hidden)) throw new RangeError("hidden", "a list of widths", hidden);
  checkInteger("hidden.length", hidden.length, 0, 64);
  hidden.forEach((width: number, i) => checkInteger(`hidden[${i}]`, width, 1, 1 << 20));
  if (activation !== "identity" && !activationKinds.includes(activation)) {
    throw new RangeError("activation", `identity, ${activationKinds.join(", ")}`, activation);
  }
  if (alpha !== undefined) {
    checkNumber("alpha", alpha, -3e38, 3e38);
    if (activation !== "identity") checkAlpha(activation, alpha);
  }
  checkNumber("dropout", dropout, 0, 1);
  if (dropout === 1) throw new RangeError("dropout", "a probability below 1", dropout);
  checkInitializer("initializer", initializer);
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  return { inputs, hidden: [...hidden], outputs, task, activation, alpha, dropout, initializer, seed };
}

/** How many numbers such a model learns: for each layer its outputs times its inputs and a bias. */
export function countParameters({ inputs, hidden, outputs }: MlpConfig): number {
  const widths = [inputs, ...hidden, outputs];
  return widths.slice(1).reduce((sum, width, layer) => sum + width * (widths[layer]! + 1), 0);
}

/**
 * The configuration in a file.
 *
 * @param weights the file's, which must be as many numbers: a few bytes may claim any size, and a model of it is made
 * @throws FormatError if it is not that of such a model
 * @throws ShapeError if there are too few weights
 */
export function parseConfig(
  config: Readonly<Record<string, unknown>>,
  weights: ReadonlyMap<string, { readonly size: number }>,
): MlpConfig {
  let resolved: MlpConfig;
  try {
    const { inputs, hidden, outputs, task, activation, alpha, dropout, initializer, seed } =
      config as unknown as MlpConfig;
    resolved = resolveConfig({
      inputs,
      hidden,
      outputs,
      task,
      activation,
      alpha,
      dropout,
      initializer,
      seed,
    });
  } catch (cause) {
    throw new FormatError("config", "that of an Mlp", (cause as Error).message, { cause });
  }
  let count = 0;
  for (const { size } of weights.values()) count += size;
  const wanted = countParameters(resolved);
  if (count < wanted) throw new ShapeError("weights", `${wanted} numbers, by the configuration`, `${count}`);
  return resolved;
}
