import {
  activationBackwardInto,
  activationInto,
  addScaledInto,
  checkNumber,
  entmaxInto,
  fillInto,
  RangeError,
  scaleInto,
  ShapeError,
  type WasmArray,
} from "@lanewise/core-wasm";
import {
  checkShape,
  formatShape,
  type Ids,
  matrixView,
  residentIds,
  type Tape,
  Tensor,
} from "../tensor/index.js";

/** Over what a soft metric is taken: the one class, all classes' counts together, or each class by itself and then their mean. */
export type Average = "binary" | "micro" | "macro";

/** How probabilities come from logits. */
export interface SoftProbabilityOptions {
  /** τ: p = σ(z/τ), or softmax(z/τ). The smaller, the nearer to the hard metric, and the more samples have no gradient. Default: 1. */
  temperature?: number | undefined;
}

/** How a ratio of soft counts is taken. */
export interface SoftMetricOptions extends SoftProbabilityOptions {
  /** Default: "binary" for one logit a sample, else "macro". */
  average?: Average | undefined;
  /**
   * What 0/0 is: F1 with neither positives nor predicted ones, precision with none predicted, recall without positives. 0, as the
   * hard metrics here and scikit-learn have it, or 1 for those to whom nothing missed and nothing wrong is right. The gradient is 0
   * there. Default: 0.
   */
  zeroDivision?: number | undefined;
}

/** A ratio of soft counts: factor · TP / (predicted · P + actual · Y), with TP = Σ p y, P = Σ p and Y = Σ y over the batch. */
export interface SoftRatio {
  readonly factor: number;
  readonly predicted: number;
  readonly actual: number;
}

/** p, and how it changes with the logits. */
interface Probabilities {
  readonly p: WasmArray<"f32">;
  /** f32[rows, cols]: p y is what counts as a hit. */
  readonly y: WasmArray<"f32">;
  readonly rows: number;
  readonly cols: number;
  /** Adds Σ_j g_j ∂p_j/∂z_i times `scale` to dz; g in float64, and overwritten. */
  readonly backward: (dz: WasmArray<"f32">, g: Float64Array, scale: number) => void;
}

/**
 * 1 − ratio, as a scalar on the tape. The counts are float64 sums over the whole batch, and so is the gradient: a sample's depends
 * on all the others'.
 *
 * @throws ShapeError, RangeError
 */
export function softRatioLoss(
  tape: Tape,
  logits: Tensor,
  targets: Tensor | Ids,
  { factor, predicted, actual }: SoftRatio,
  options: SoftMetricOptions,
): Tensor {
  const { zeroDivision = 0 } = options;
  checkNumber("zeroDivision", zeroDivision, 0, 1);
  const average = averageOf(logits, options.average);
  const { p, y, rows, cols, backward } = probabilitiesOf(tape, logits, targets, options);
  const groups = average === "macro" ? cols : 1;
  const [hits, below] = [new Float64Array(groups), new Float64Array(groups)];
  const [pv, yv] = [p.view, y.view];
  for (let i = 0; i < rows * cols; i++) {
    const group = groups === 1 ? 0 : i % cols;
    hits[group]! += pv[i]! * yv[i]!;
    below[group]! += predicted * pv[i]! + actual * yv[i]!;
  }
  let metric = 0;
  for (let group = 0; group < groups; group++) {
    const ratio = below[group] === 0 ? zeroDivision : (factor * hits[group]!) / below[group]!;
    metric += ratio / groups;
  }
  const out = tape.scalar(1 - metric);

  tape.record(out, [logits], (dy) => {
    const g = new Float64Array(rows * cols);
    const yv = y.view;
    for (let i = 0; i < g.length; i++) {
      const group = groups === 1 ? 0 : i % cols;
      const d = below[group]!;
      if (d > 0) g[i] = ((factor / groups) * (yv[i]! - predicted * (hits[group]! / d))) / d;
    }
    backward(tape.gradOf(logits)!, g, -dy.view[0]!);
  });
  return out;
}

/**
 * The probabilities and the targets beside them: σ(z/τ) of each logit for targets that are a tensor, softmax(z/τ) of each row for
 * targets that are classes.
 */
export function probabilitiesOf(
  tape: Tape,
  logits: Tensor,
  targets: Tensor | Ids,
  { temperature = 1 }: SoftProbabilityOptions,
): Probabilities {
  checkNumber("temperature", temperature, Number.MIN_VALUE);
  if (logits.size === 0) throw new ShapeError("logits", "at least one element", formatShape(logits.shape));
  const view = matrixView(logits);
  if (targets instanceof Tensor) {
    checkShape("targets", targets, logits.shape);
    checkTargets(targets);
    // One logit a sample: a column.
    const shape = logits.shape.length < 2 ? { rows: logits.size, cols: 1 } : view;
    return { ...sigmoids(tape, logits, temperature), y: targets.array, ...shape };
  }
  const y = tape.scratch(logits.size);
  fillInto(y, { value: 0 });
  const ids = residentIds(tape, targets);
  if (ids.length !== view.rows) {
    throw new ShapeError("targets", `${view.rows} elements, one a row`, `${ids.length} elements`);
  }
  const [classes, marks] = [ids.view, y.view];
  for (let r = 0; r < view.rows; r++) {
    const target = classes[r]!;
    if (target < 0 || target >= view.cols) {
      throw new RangeError(`targets[${r}]`, `a class from 0 to ${view.cols - 1}`, target);
    }
    marks[r * view.cols + target] = 1;
  }
  return { ...softmaxes(tape, logits, temperature), y, ...view };
}

function sigmoids(
  tape: Tape,
  { array, size }: Tensor,
  temperature: number,
): Pick<Probabilities, "p" | "backward"> {
  const [z, p] = [tape.scratch(size), tape.scratch(size)];
  scaleInto(z, array, { scale: 1 / temperature });
  activationInto(p, z, { kind: "sigmoid" });
  return {
    p,
    backward(dz, g, scale) {
      tape.temporarily(() => {
        // From z and not as p (1 − p), which would be 0 where p rounds to 1. The product is in float64: g is large where p is small.
        const slopes = tape.scratch(size);
        const ones = tape.scratch(size);
        fillInto(slopes, { value: 0 });
        fillInto(ones, { value: 1 });
        activationBackwardInto(slopes, ones, z, { kind: "sigmoid" });
        const view = slopes.view;
        for (let i = 0; i < size; i++) view[i] = view[i]! * g[i]!;
        addScaledInto(dz, slopes, { scale: scale / temperature });
      });
    },
  };
}

function softmaxes(tape: Tape, logits: Tensor, temperature: number): Pick<Probabilities, "p" | "backward"> {
  const { rows, cols } = matrixView(logits);
  const p = tape.scratch(logits.size);
  // z/τ in float64: its float32 rounding would be large where τ is small.
  entmaxInto(p, logits.array, { rows, cols, alpha: 1, temperature });
  return {
    p,
    backward(dz, g, scale) {
      const pv = p.view;
      for (let begin = 0; begin < g.length; begin += cols) {
        let dot = 0;
        for (let i = begin; i < begin + cols; i++) dot += pv[i]! * g[i]!;
        for (let i = begin; i < begin + cols; i++) g[i] = pv[i]! * (g[i]! - dot);
      }
      tape.temporarily(() => {
        const gradient = tape.scratch(g.length);
        gradient.view.set(g);
        addScaledInto(dz, gradient, { scale: scale / temperature });
      });
    },
  };
}

/** @throws RangeError */
function averageOf(logits: Tensor, average: Average | undefined): Average {
  const one = logits.shape.length < 2 || logits.shape.at(-1) === 1;
  const chosen = average ?? (one ? "binary" : "macro");
  if (!["binary", "micro", "macro"].includes(chosen)) {
    throw new RangeError("average", '"binary", "micro" or "macro"', chosen);
  }
  if (chosen === "binary" && !one) {
    throw new RangeError("average", '"micro" or "macro" for several classes', chosen);
  }
  return chosen;
}

/** @throws RangeError */
function checkTargets(targets: Tensor): void {
  const { view } = targets.array;
  for (let i = 0; i < view.length; i++) {
    if (!(view[i]! >= 0 && view[i]! <= 1)) {
      throw new RangeError(`targets[${i}]`, "a probability from 0 to 1", view[i]!);
    }
  }
}
