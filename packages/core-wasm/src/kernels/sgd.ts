import { checkArray, checkInteger, checkNumber, type KernelOptions } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { runtimeFor } from "../runtime/runtime.js";

export interface SgdOptions extends KernelOptions {
  learningRate: number;
  /** Default: 0. Anything else wants a buffer. */
  momentum?: number | undefined;
  /** Default: 0. */
  dampening?: number | undefined;
  /** Default: false. Wants momentum, and no dampening. */
  nesterov?: boolean | undefined;
  /** Added to the gradient (L2). Default: 0. */
  weightDecay?: number | undefined;
  /**
   * Which step this is. In step 1 the buffer takes the gradient undampened, whatever it held, as PyTorch does;
   * it only matters with dampening, or for a buffer that does not start as zeros.
   */
  step?: number | undefined;
}

/**
 * One step of stochastic gradient descent, in place, as PyTorch does it:
 *
 *     g ← g + λ p
 *     b ← μ b + (1 − dampening) g      in step 1: b ← g
 *     p ← p − η b                      Nesterov: p − η (g + μ b); without momentum: p − η g
 *
 * with learning rate η, momentum μ and weight decay λ.
 *
 * param, grad, buffer: f32[n], different arrays; grad is left as it is; the buffer may be left out without momentum,
 * and is then not touched.
 *
 * Held to 1e-6 relative a step against the float64 reference.
 *
 * Ref: Sutskever et al. 2013, "On the importance of initialization and momentum in deep learning".
 *
 * @throws RangeError, ShapeError, DTypeError
 */
export function sgdStepInto(
  param: KernelArray<"f32">,
  grad: KernelArray<"f32">,
  buffer: KernelArray<"f32"> | undefined,
  options: SgdOptions,
): void {
  const {
    learningRate,
    momentum = 0,
    dampening = 0,
    nesterov = false,
    weightDecay = 0,
    step,
    runtime,
  } = options;
  checkNumber("learningRate", learningRate, 0);
  checkNumber("momentum", momentum, 0);
  checkNumber("dampening", dampening, 0, 1);
  checkNumber("weightDecay", weightDecay, 0);
  if (step !== undefined) checkInteger("step", step, 1, Number.MAX_SAFE_INTEGER);
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new RangeError(
      "nesterov",
      "momentum > 0 and dampening 0",
      `momentum ${momentum}, dampening ${dampening}`,
    );
  }
  const n = param.length;
  checkArray("param", param, "f32", n);
  checkArray("grad", grad, "f32", n, "as many as param");
  if (buffer !== undefined) checkArray("buffer", buffer, "f32", n, "as many as param");
  else if (momentum !== 0) throw new RangeError("buffer", "an array, for momentum", buffer);
  const used = momentum === 0 ? undefined : buffer;
  const fresh = step === 1 ? 1 : 1 - dampening;
  const [ownShare, bufferShare] = nesterov ? [1, momentum] : [0, 1];
  runtimeFor(runtime, param, grad, buffer).call((_, frame) => {
    const [p, g, b] = [frame.inout(param), frame.input(grad), frame.optionalInout(used)];
    frame.split(n, { unit: 16, nanoseconds: 0.2 * n }, (wasm, from, count) => {
      const at = 4 * from;
      wasm.sgd(
        p + at,
        g + at,
        b === 0 ? 0 : b + at,
        count,
        step === 1,
        learningRate,
        weightDecay,
        momentum,
        fresh,
        ownShare,
        bufferShare,
      );
    });
  });
}
