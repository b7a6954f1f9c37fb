import { checkArray, checkCounts, checkNumber, floatType } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import { runtimeFor } from "../runtime/runtime.js";
import { checkSource, drawsBytes, type FloatKernelArray, type RandomOptions } from "./random.js";

export interface DiffusionStepOptions extends RandomOptions {
  /** What the state is multiplied by. */
  a: number;
  /** What the direction is multiplied by. Default: 0. */
  b?: number | undefined;
  /** What the noise is multiplied by. Default: 0, nothing is drawn. */
  c?: number | undefined;
}

/**
 * One step of a sampler, in place: x ← a·x + b·d + c·ε with standard normal ε. Every first-order update of a
 * diffusion model has this form: d is the denoised state, the score or the velocity.
 *
 * All is worked out in float64, as (a·x + b·d) + c·ε, and rounded once to the type of x: the same bits as
 * `randomNormalInto` on float64 and this sum in JavaScript, in every variant.
 *
 * x: f32[n] or f64[n]; d: f32[n] or f64[n], left as it is, or undefined where b is 0; a typed array that is x
 * itself may be given as d
 *
 * Element i draws from block offset + ⌊i / 2⌋: a call takes ⌈n / 2⌉ blocks (`diffusionStepBlocks`), or none where
 * c = 0.
 *
 * Ref: Ho et al. 2020, arXiv:2006.11239, Algorithm 2; Karras et al. 2022, arXiv:2206.00364, Algorithm 2.
 *
 * @throws RangeError, ShapeError, DTypeError
 */
export function diffusionStepInto(
  x: FloatKernelArray,
  d: FloatKernelArray | undefined,
  options: DiffusionStepOptions,
): void {
  const { seed, stream, offset } = checkSource(options);
  const { a, b = 0, c = 0, runtime } = options;
  checkNumber("a", a);
  checkNumber("b", b);
  checkNumber("c", c);
  const xType = floatType("x", x);
  const dType = d === undefined ? xType : floatType("d", d);
  if (d !== undefined) checkArray<"f32" | "f64">("d", d, dType, x.length, "as many as x");
  else if (b !== 0) throw new RangeError("d", "an array, where b is not 0", d);
  runtimeFor(runtime, x, d).call((wasm, frame) => {
    const dPtr = d === undefined ? 0 : frame.input<"f32" | "f64">(d);
    const xPtr = frame.inout<"f32" | "f64">(x);
    const [wideX, wideD] = [xType === "f64", dType === "f64"];
    wasm.diffusionStep(
      xPtr,
      dPtr,
      x.length,
      wideX,
      wideD,
      a,
      b,
      c,
      seed,
      stream,
      offset,
      frame.scratch(drawsBytes),
    );
  });
}

/** How many blocks of random bits a step over n elements with noise takes: for `RandomStream.take`. */
export function diffusionStepBlocks(n: number): number {
  checkCounts({ n });
  return Math.ceil(n / 2);
}
