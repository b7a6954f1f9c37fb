import { randomBits } from "./random.js";

/** See `Word2VecTaskOptions`. */
interface Task {
  ids: ArrayLike<number>;
  starts: ArrayLike<number>;
  vocabulary: number;
  dim: number;
  window: number;
  architecture: "skipgram" | "cbow";
  keep?: ArrayLike<number> | undefined;
  negativeSampling?: { negatives: number; table: ArrayLike<number> } | undefined;
  hierarchicalSoftmax?:
    { starts: ArrayLike<number>; nodes: ArrayLike<number>; codes: ArrayLike<number> } | undefined;
  inputRows?: { starts: ArrayLike<number>; rows: ArrayLike<number> } | undefined;
}

interface Run {
  begin: number;
  end: number;
  seed: number;
  epoch: number;
  learningRate: number;
  learningRateSlope?: number;
}

/** One prediction: of the target that the outputs stand for, from the mean of input rows. */
export interface Word2VecPrediction {
  /** The token in the middle. */
  place: number;
  /** Rows of the input weights. */
  inputs: number[];
  /** Rows of the output weights. */
  outputs: number[];
  /** 1 or 0 for each of them. */
  labels: number[];
}

/** What is predicted for the tokens [begin, end), in order. */
export function* word2vecPredictions(task: Task, run: Run): Generator<Word2VecPrediction> {
  const { ids, starts, vocabulary, window, architecture, keep } = task;
  const { begin, end, seed, epoch } = run;
  const word = (kind: number, i: number): number =>
    randomBits((i & 3) + 1, { seed, stream: 4 * epoch + kind, offset: i >> 2 })[i & 3]!;
  const rowsOf = (id: number): number[] =>
    task.inputRows ? list(task.inputRows.rows, task.inputRows.starts, id) : [id];
  for (let s = 0; s + 1 < starts.length; s++) {
    const kept: number[] = [];
    for (let i = starts[s]!; i < starts[s + 1]!; i++) {
      const id = ids[i]!;
      if (id < 0 || id >= vocabulary) continue;
      if (keep === undefined || word(0, i) <= keep[id]!) kept.push(i);
    }
    for (const [p, place] of kept.entries()) {
      if (place < begin || place >= end) continue;
      const reach = 1 + Math.floor((word(1, place) * window) / 2 ** 32);
      const context = [...kept.slice(Math.max(0, p - reach), p), ...kept.slice(p + 1, p + reach + 1)];
      if (context.length === 0) continue;
      const inputs = context.map((i) => rowsOf(ids[i]!));
      const outputsOf = outputs(task, run, place);
      for (const rows of architecture === "cbow" ? [inputs.flat()] : inputs) {
        yield { place, inputs: rows, ...outputsOf(ids[place]!) };
      }
    }
  }
}

/** Draws the outputs of one prediction after the other for the token at `place`. */
function outputs(
  { window, vocabulary, negativeSampling, hierarchicalSoftmax: paths }: Task,
  { seed, epoch }: Run,
  place: number,
): (target: number) => Pick<Word2VecPrediction, "outputs" | "labels"> {
  if (!negativeSampling) {
    return (target) => ({
      outputs: list(paths!.nodes, paths!.starts, target),
      labels: list(paths!.codes, paths!.starts, target).map((code) => 1 - code),
    });
  }
  const { negatives, table } = negativeSampling;
  const offset = place * 8 * Math.ceil((2 * window * negatives) / 32);
  let block: ArrayLike<number> = [];
  let used = 0;
  const word = (): number => {
    if (used % 4 === 0) block = randomBits(4, { seed, stream: 4 * epoch + 2, offset: offset + used / 4 });
    return block[used++ % 4]!;
  };
  return (target) => {
    const drawn: number[] = [];
    for (let n = 0; n < negatives; n++) {
      const product = BigInt(word()) * BigInt(vocabulary);
      const column = Number(product >> 32n);
      const stays = Number(product & 0xffffffffn) <= table[2 * column]!;
      const id = stays ? column : table[2 * column + 1]!;
      if (id !== target) drawn.push(id);
    }
    return { outputs: [target, ...drawn], labels: [1, ...drawn.map(() => 0)] };
  };
}

/** One prediction after the other: weights move in place. */
export function word2vec(
  input: Float64Array,
  output: Float64Array,
  task: Task,
  run: Run,
): { loss: number; predictions: number } {
  const { dim } = task;
  const stride = 4 * Math.ceil(dim / 4);
  let [loss, predictions] = [0, 0];
  for (const { place, inputs, outputs: rows, labels } of word2vecPredictions(task, run)) {
    const rate = run.learningRate + place * (run.learningRateSlope ?? 0);
    const x = new Float64Array(dim);
    for (const row of inputs) for (let d = 0; d < dim; d++) x[d]! += input[row * stride + d]! / inputs.length;
    const products = rows.map((row) =>
      x.reduce((sum, value, d) => sum + value * output[row * stride + d]!, 0),
    );
    const moved = new Float64Array(dim);
    for (const [j, row] of rows.entries()) {
      const g = rate * (labels[j]! - 1 / (1 + Math.exp(-products[j]!)));
      loss += Math.log1p(Math.exp(labels[j] === 1 ? -products[j]! : products[j]!));
      for (let d = 0; d < dim; d++) {
        moved[d]! += g * output[row * stride + d]!;
        output[row * stride + d]! += g * x[d]!;
      }
    }
    for (const row of inputs) for (let d = 0; d < dim; d++) input[row * stride + d]! += moved[d]!;
    predictions++;
  }
  return { loss, predictions };
}

/** See `word2vecMergeInto`. */
export function word2vecMerge(
  weights: ArrayLike<number>,
  lanes: readonly ArrayLike<number>[],
  touches: ArrayLike<number>,
  { stride, halfway }: { stride: number; halfway: number },
): Float64Array {
  return Float64Array.from(weights, (before, i) => {
    const n = touches[Math.floor(i / stride)]!;
    if (n === 0) return before;
    const factor = (n / lanes.length + halfway) / (n + halfway);
    return before + factor * lanes.reduce((sum, lane) => sum + lane[i]! - before, 0);
  });
}

/** min(1, (√(f / t) + 1) · t / f) for each word's share f. */
export function word2vecKeep(counts: ArrayLike<number>, { subsample }: { subsample: number }): number[] {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  return Array.from(counts, (count) => {
    const ratio = count / total / subsample;
    return Math.min(1, (Math.sqrt(ratio) + 1) / ratio);
  });
}

/** How likely each word is drawn: counts^power / Σ. */
export function word2vecNegatives(
  counts: ArrayLike<number>,
  { power = 0.75 }: { power?: number } = {},
): number[] {
  const weights = Array.from(counts, (count) => count ** power);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

function list(values: ArrayLike<number>, starts: ArrayLike<number>, i: number): number[] {
  return Array.from(values).slice(starts[i], starts[i + 1]);
}
