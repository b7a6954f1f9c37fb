import { checkArray, checkNumber, type KernelOptions } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { runtimeFor } from "../runtime/runtime.js";

export interface ClipGradNormOptions extends KernelOptions {
  /** The greatest norm that is left, > 0. */
  maxNorm: number;
}

/**
 * Scales all gradients together so that their common Euclidean norm is at most `maxNorm`, in place, and returns
 * the norm that they had:
 *
 *     norm = √(Σ over all arrays Σ g²),  g ← g · min(1, maxNorm / (norm + 1e-6))
 *
 * A norm that is NaN or infinite (some gradient is) is returned, and the gradients are left as they are: skip the
 * step.
 *
 * grads: f32[any], any number of different arrays. The sum is taken in float64 in a fixed order; finite gradients
 * cannot overflow it.
 *
 * Held to 1e-12 relative in the norm, and to PyTorch's `clip_grad_norm_`.
 *
 * @throws RangeError, DTypeError
 */
export function clipGradNorm(
  grads: readonly KernelArray<"f32">[],
  { maxNorm, runtime }: ClipGradNormOptions,
): number {
  checkNumber("maxNorm", maxNorm, 0);
  if (maxNorm === 0) throw new RangeError("maxNorm", "a number > 0", maxNorm);
  for (const [i, grad] of grads.entries()) checkArray(`grads[${i}]`, grad, "f32", grad.length);
  return runtimeFor(runtime, ...grads).call((wasm, frame) => {
    const placed = grads.map((grad) => ({ ptr: frame.inout(grad), n: grad.length }));
    let squares = 0;
    for (const { ptr, n } of placed) squares += wasm.clipGradNormSquares(ptr, n);
    const norm = Math.sqrt(squares);
    const scale = maxNorm / (norm + 1e-6);
    if (Number.isFinite(norm) && scale < 1) {
      for (const { ptr, n } of placed) wasm.clipGradNormScale(ptr, n, scale);
    }
    return norm;
  });
}
