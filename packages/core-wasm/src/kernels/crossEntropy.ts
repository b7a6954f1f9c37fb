import { checkArray, checkCounts, checkFloat, checkInteger, type KernelOptions } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { runtimeFor } from "../runtime/runtime.js";
import { WasmArray } from "../runtime/wasmArray.js";

/** The shape, and the target that does not count. */
export interface CrossEntropyOptions extends KernelOptions {
  rows: number;
  cols: number;
  /** Rows with this target have no loss and no gradient. Default: −100. */
  ignoreIndex?: number;
}

/** How the rows' losses become one number. */
export interface CrossEntropyReduction {
  /** `mean` (the default) over the rows that count, 0 if none does; or `sum`. */
  reduction?: "mean" | "sum";
}

/** What the rows' losses are multiplied by before they are added up. */
export interface CrossEntropyBackwardOptions extends CrossEntropyOptions {
  /** Default: 1. */
  scale?: number;
  /** A factor for each row, f32[rows]. Default: ones. */
  rowScales?: KernelArray<"f32">;
}

/** A loss with its gradient in one pass. */
export interface CrossEntropyWithGradOptions extends CrossEntropyOptions, CrossEntropyReduction {
  /** A factor for the gradient, not for the loss that is returned: 1 / steps of gradient accumulation. Default: 1. */
  scale?: number;
}

/**
 * losses[r] = log Σ e^logits[r, ·] − logits[r, targets[r]]: the surprise, in nats, at each row's target.
 *
 * `losses`: f32[rows]; `logits`: f32[rows, cols], row-major; `targets`: i32[rows], each in [0, cols) or `ignoreIndex`,
 * whose rows get 0. The maximum is subtracted first, the sum is in float64, and the logarithm is log(1 + the
 * rest), so that the loss of a row that is nearly certain keeps its relative accuracy, down to 1e-16.
 *
 * Tests hold it to 1e-6 relative and absolute.
 *
 * @throws DTypeError, ShapeError; RangeError for a target out of range
 */
export function crossEntropyInto(
  losses: KernelArray<"f32">,
  logits: KernelArray<"f32">,
  targets: KernelArray<"i32">,
  options: CrossEntropyOptions,
): void {
  const { rows, cols, ignoreIndex = -100, runtime } = options;
  checkArray("losses", losses, "f32", rows, "rows");
  countTargets(logits, targets, options);
  runtimeFor(runtime, losses, logits, targets).call((wasm, frame) =>
    wasm.crossEntropy(
      frame.output(losses),
      frame.input(logits),
      frame.input(targets),
      ignoreIndex,
      rows,
      cols,
    ),
  );
}

/**
 * The mean (or sum) of `crossEntropyInto`'s losses, added up in float64.
 *
 * @throws DTypeError, ShapeError; RangeError for a target out of range
 */
export function crossEntropy(
  logits: KernelArray<"f32">,
  targets: KernelArray<"i32">,
  options: CrossEntropyOptions & CrossEntropyReduction,
): number {
  const { rows, cols, ignoreIndex = -100, reduction, runtime } = options;
  const divisor = divisorOf(reduction, countTargets(logits, targets, options));
  const total = runtimeFor(runtime, logits, targets).call((wasm, frame) =>
    wasm.crossEntropy(0, frame.input(logits), frame.input(targets), ignoreIndex, rows, cols),
  );
  return total / divisor;
}

/**
 * dlogits[r, c] += s[r] · (softmax(logits[r, ·])[c] − (c = targets[r])), s[r] = scale · rowScales[r]: the gradient of
 * Σ s[r] · losses[r], added to `dlogits`. Rows with `ignoreIndex` add nothing.
 *
 * `dlogits`, `logits`: f32[rows, cols], row-major, which must not overlap; `targets`: i32[rows]. At the target, where
 * softmax − 1 would cancel, the others' share is used.
 *
 * Tests hold it to 1e-6 relative to the row's scale.
 *
 * @throws DTypeError, ShapeError; RangeError for a target out of range
 */
export function crossEntropyBackwardInto(
  dlogits: KernelArray<"f32">,
  logits: KernelArray<"f32">,
  targets: KernelArray<"i32">,
  options: CrossEntropyBackwardOptions,
): void {
  const { rows, rowScales, scale = 1 } = options;
  checkFloat("scale", scale);
  if (rowScales !== undefined) checkArray("rowScales", rowScales, "f32", rows, "rows");
  countTargets(logits, targets, options);
  addGradient(dlogits, logits, targets, rowScales, scale, options);
}

/**
 * The loss as `crossEntropy` returns it, and its gradient times `scale` added to `dlogits`, in one pass: the fused
 * form for training, as `crossEntropyBackwardInto` otherwise.
 *
 * @throws DTypeError, ShapeError; RangeError for a target out of range
 */
export function crossEntropyWithGradInto(
  dlogits: KernelArray<"f32">,
  logits: KernelArray<"f32">,
  targets: KernelArray<"i32">,
  options: CrossEntropyWithGradOptions,
): number {
  const { reduction, scale = 1 } = options;
  checkFloat("scale", scale);
  const divisor = divisorOf(reduction, countTargets(logits, targets, options));
  return addGradient(dlogits, logits, targets, undefined, scale / divisor, options) / divisor;
}

function addGradient(
  dlogits: KernelArray<"f32">,
  logits: KernelArray<"f32">,
  targets: KernelArray<"i32">,
  rowScales: KernelArray<"f32"> | undefined,
  scale: number,
  { rows, cols, ignoreIndex = -100, runtime }: CrossEntropyOptions,
): number {
  checkArray("dlogits", dlogits, "f32", rows * cols, "rows × cols");
  return runtimeFor(runtime, dlogits, logits, targets, rowScales).call((wasm, frame) =>
    wasm.crossEntropyBackward(
      frame.inout(dlogits),
      frame.input(logits),
      frame.input(targets),
      frame.optionalInput(rowScales),
      scale,
      ignoreIndex,
      rows,
      cols,
      frame.scratch(4 * cols),
    ),
  );
}

/** How many rows count, once everything about them was checked. */
function countTargets(
  logits: KernelArray<"f32">,
  targets: KernelArray<"i32">,
  { rows, cols, ignoreIndex = -100 }: CrossEntropyOptions,
): number {
  checkCounts({ rows, cols });
  checkInteger("ignoreIndex", ignoreIndex, -(2 ** 31), 2 ** 31 - 1);
  checkArray("logits", logits, "f32", rows * cols, "rows × cols");
  checkArray("targets", targets, "i32", rows, "rows");
  let counted = 0;
  const indices = targets instanceof WasmArray ? targets.view : targets;
  for (let r = 0; r < rows; r++) {
    const target = indices[r]!;
    if (target === ignoreIndex) continue;
    if (target < 0 || target >= cols) {
      throw new RangeError(`targets[${r}]`, `${ignoreIndex}, or a class from 0 to ${cols - 1}`, target);
    }
    counted++;
  }
  return counted;
}

/** What the sum of the losses is divided by; 1 for a mean of nothing, whose sum is 0. */
function divisorOf(reduction: "mean" | "sum" = "mean", counted: number): number {
  if (reduction === "mean") return Math.max(counted, 1);
  if (reduction === "sum") return 1;
  throw new RangeError("reduction", '"mean" or "sum"', reduction);
}
