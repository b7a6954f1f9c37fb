import { checkArray, checkInteger, checkNumber, type KernelOptions } from "../runtime/checks.js";
import { RangeError, ShapeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import type { Word2VecTask } from "../word2vecTask.js";

/** A stretch of the corpus, and the weights that it trains. */
export interface Word2VecLane {
  /** f32[rows, stride], what is behind `dim` 0. */
  input: KernelArray<"f32">;
  /** f32[rows, stride], what is behind `dim` 0. */
  output: KernelArray<"f32">;
  /** The tokens of the corpus that are predicted, [begin, end). Their context may lie outside. */
  begin: number;
  end: number;
  /** f64[2]: the loss Σ −ln p, and the number of predictions, are added to it. */
  report: KernelArray<"f64">;
}

/** What draws and rates of a call are made of. */
export interface Word2VecRun {
  /** A whole number below 2⁵³. */
  seed: number;
  /** Which reading of the corpus this is, from 0: each has its own draws. */
  epoch: number;
  /** Of the corpus's first token in this epoch. */
  learningRate: number;
  /** What a token's rate is above that of the token before. Default: 0 */
  learningRateSlope?: number | undefined;
}

/**
 * word2vec: stochastic gradient descent on −ln p of every word given its context (`task`).
 *
 * For each token of a lane that is not left out (`word2vecKeepThresholds`) a reach b is drawn from 1 … window; its context
 * are the words up to b places away in its sentence, among those not left out. A prediction has an input x and outputs o_j
 * with labels y_j:
 *
 *     p = Π σ(±x · o_j), + where y_j = 1,  g_j = η (y_j − σ(x · o_j)),  o_j += g_j x,  x += Σ_j g_j o_j
 *
 * with all products before any row moves, and then row after row. Skip-gram: each word of the context is an x, the token
 * in the middle the target, as in word2vec.c. CBOW: x is the mean of the context; each of its rows moves by the full
 * Σ_j g_j o_j, not by its share, as in word2vec.c and fastText. With `inputRows` the mean is over all those rows.
 * Negative sampling: the target (1) and words drawn from the table (0), without those that are the target. Hierarchical
 * softmax: the nodes on the target's path, y = 1 − code.
 *
 * Every draw is a function of seed, epoch and the token's place: a stretch in two parts has the bits of one. Lanes run on
 * several threads where there are some. With weights of their own (`word2vecMergeInto` makes one of them) the result does not
 * depend on that; lanes that share weights write over each other without waiting (Hogwild), and no run is like another.
 *
 * Held to the float64 reference, after some hundred predictions, to 2e-5; the loss to 1e-5 relative.
 *
 * Ref: Mikolov et al. 2013, arXiv:1301.3781 and arXiv:1310.4546; Goldberg and Levy 2014, arXiv:1402.3722; Bojanowski et al.
 * 2017, arXiv:1607.04606 (n-grams); Recht et al. 2011, arXiv:1106.5730 (Hogwild).
 *
 * @throws RangeError, ShapeError, DTypeError, DisposedError
 */
export function word2vecInto(task: Word2VecTask, lanes: readonly Word2VecLane[], run: Word2VecRun): void {
  const { seed, epoch, learningRate, learningRateSlope = 0 } = run;
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("epoch", epoch, 0, 2 ** 31 - 1);
  checkNumber("learningRate", learningRate, 0);
  checkNumber("learningRateSlope", learningRateSlope);
  let tokens = 0;
  for (const { input, output, begin, end, report } of lanes) {
    checkRows("input", input, task.inputRows, task.stride);
    checkRows("output", output, task.outputRows, task.stride);
    checkArray("report", report, "f64", 2);
    checkInteger("begin", begin, 0, task.tokens);
    checkInteger("end", end, begin, task.tokens);
    tokens += end - begin;
  }
  const plan = task.ptr;
  task.runtime.call((wasm, frame) => {
    const bytes = wasm.word2vecBytes(plan);
    const placed = lanes.map(({ input, output, begin, end, report }) => ({
      weights: [frame.inout(input), frame.inout(output)] as const,
      tokens: [begin, end] as const,
      report: frame.inout(report),
    }));
    frame.split(lanes.length, { nanoseconds: tokens * task.nanoseconds }, (kernels, first, length) => {
      const work = frame.scratch(bytes);
      for (const { weights, tokens, report } of placed.slice(first, first + length)) {
        kernels.word2vec(
          plan,
          ...weights,
          ...tokens,
          seed,
          epoch,
          learningRate,
          learningRateSlope,
          report,
          work,
        );
      }
    });
  });
}

export interface Word2VecMergeOptions extends KernelOptions {
  rows: number;
  /** Floats a row: a multiple of four. */
  stride: number;
  /** After how many steps a row has gone half of its way: about 1 / (learning rate · curvature). Above 0. */
  halfway: number;
}

/**
 * Makes one of several lanes that began at the same weights, row by row, and lets them begin there anew:
 *
 *     w += f · Σ_l (lane_l − w),  lane_l = w,  f = (N / L + h) / (N + h)
 *
 * with N the steps that all L lanes together took with the row and h = `halfway`. What few steps moved (N ≪ h) adds up, as if
 * one lane had taken them all; a row that each lane moved to where it wants to be (N ≫ h) gets the lanes' mean: their sum
 * would go L times too far. Between them, n steps are taken to go n / (n + h) of the way.
 *
 * weights, each of lanes: f32[rows, stride], all different arrays; touches: f32[rows], N ≥ 0, of which an expectation is enough;
 * 0 is a row that no lane has moved, and it is passed over
 *
 * Held to 1e-6 relative.
 *
 * @throws RangeError, ShapeError, DTypeError
 */
export function word2vecMergeInto(
  weights: KernelArray<"f32">,
  lanes: readonly KernelArray<"f32">[],
  touches: KernelArray<"f32">,
  { rows, stride, halfway, runtime }: Word2VecMergeOptions,
): void {
  checkInteger("rows", rows, 0);
  checkInteger("stride", stride, 4);
  if (stride % 4 !== 0) throw new RangeError("stride", "a multiple of four", stride);
  if (!(halfway > 0 && halfway < 1e30)) throw new RangeError("halfway", "a finite number above 0", halfway);
  checkArray("weights", weights, "f32", rows * stride, "rows × stride");
  checkInteger("lanes.length", lanes.length, 1);
  for (const [i, lane] of lanes.entries()) {
    checkArray(`lanes[${i}]`, lane, "f32", rows * stride, "rows × stride");
  }
  checkArray("touches", touches, "f32", rows, "rows");
  runtimeFor(runtime, weights, ...lanes, touches).call((_, frame) => {
    const w = frame.inout(weights);
    const lanesPtr = frame.input(Uint32Array.from(lanes, (lane) => frame.inout(lane)));
    const n = frame.input(touches);
    const nanoseconds = 0.17 * rows * stride * (lanes.length + 1);
    frame.split(rows, { unit: 16, nanoseconds }, (wasm, begin, length) =>
      wasm.word2vecMerge(w, lanesPtr, lanes.length, n, halfway, begin, begin + length, 4 * stride),
    );
  });
}

/**
 * How likely each word is to stay: min(1, (√(f / t) + 1) · t / f) with f its share of all words and t = `subsample`, as
 * 32-bit thresholds. (word2vec.c's formula; the paper's has √(t / f).)
 *
 * @param counts how often each word came, above 0
 * @param options.subsample t; 0: every word stays
 * @throws RangeError
 */
export function word2vecKeepThresholds(
  counts: ArrayLike<number>,
  { subsample }: { subsample: number },
): Uint32Array<ArrayBuffer> {
  checkNumber("subsample", subsample, 0);
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    checkCount(counts[i]!, i);
    total += counts[i]!;
  }
  const thresholds = newArray(Uint32Array, counts.length).fill(2 ** 32 - 1);
  if (subsample === 0) return thresholds;
  for (let i = 0; i < counts.length; i++) {
    const ratio = counts[i]! / total / subsample;
    const likely = (Math.sqrt(ratio) + 1) / ratio;
    if (likely < 1) thresholds[i] = Math.max(0, Math.round(likely * 2 ** 32) - 1);
  }
  return thresholds;
}

export interface Word2VecNegativeTableOptions extends KernelOptions {
  /** Default: 0.75. */
  power?: number | undefined;
}

/**
 * A table that draws word i with probability counts[i]^power / Σ counts^power, in steps of 2⁻³²: u32[V, 2].
 *
 * Ref: Walker 1977; Vose 1991.
 *
 * @param counts how often each word came, above 0
 * @throws RangeError
 */
export function word2vecNegativeTable(
  counts: ArrayLike<number>,
  { power = 0.75, runtime }: Word2VecNegativeTableOptions = {},
): Uint32Array<ArrayBuffer> {
  checkNumber("power", power, -4, 4);
  for (let i = 0; i < counts.length; i++) checkCount(counts[i]!, i);
  const n = counts.length;
  const out = newArray(Uint32Array, 2 * n);
  runtimeFor(runtime).call((wasm, frame) => {
    const weights = frame.input(Float64Array.from(counts));
    wasm.word2vecNegativeTable(frame.output(out), weights, n, power, frame.scratch(4 * n));
  });
  return out;
}

function checkCount(count: number, i: number): void {
  if (!(count >= 2 ** -53 && count <= 2 ** 53))
    throw new RangeError(`counts[${i}]`, "a number above 0", count);
}

/** @throws DTypeError, ShapeError */
function checkRows(name: string, array: KernelArray<"f32">, rows: number, stride: number): void {
  checkArray(name, array, "f32", array?.length ?? 0);
  if (array.length % stride === 0 && array.length >= rows * stride) return;
  throw new ShapeError(name, `rows of ${stride} elements, at least ${rows}`, `${array.length} elements`);
}
