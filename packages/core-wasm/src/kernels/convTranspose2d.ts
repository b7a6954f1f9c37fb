import {
  checkConvolution,
  type Conv2dBackwardInputs,
  type Conv2dGradients,
  type Conv2dInputs,
  type ConvTranspose2dOptions,
  transposedConvolution,
} from "../convolutions.js";
import { ConvolutionPasses } from "../convolutionParts.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/**
 * [height, width] of what `convTranspose2d` gives:
 * (size − 1) · stride − 2 · padding + dilation · (kernelSize − 1) + outputPadding + 1.
 *
 * @throws RangeError
 */
export function convTranspose2dOutputSize(options: ConvTranspose2dOptions): [height: number, width: number] {
  const { output } = transposedConvolution(options);
  return [output[1], output[2]];
}

/**
 * The transpose of a convolution, which makes planes larger:
 *
 *     out[b, o, h, w] = bias[o] + Σ x[b, c, i, j] · weight[c, o, u, v]
 *     over all c of o's group, i, j, u, v with h = i·stride − padding + u·dilation, and w likewise
 *
 * `out: f32[B, outChannels, outHeight, outWidth]`, `x: f32[B, inChannels, height, width]`,
 * `weight: f32[inChannels, outChannels / groups, kernelHeight, kernelWidth]`, `bias: f32[outChannels]`, all row-major.
 * `out` may not overlap the others.
 *
 * With the weight of a convolution and its stride, padding and dilation, ⟨conv2d(x), y⟩ = ⟨x, convTranspose2d(y)⟩. With a
 * stride, the result is made phase by phase, each as a convolution without one. Tests hold each element to
 * (√terms + 1) · 2⁻²² · Σ |terms|.
 *
 * Ref: Dumoulin and Visin 2016, arXiv:1603.07285, section 4; PyTorch's `nn.ConvTranspose2d`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function convTranspose2dInto(
  out: KernelArray<"f32">,
  { x, weight, bias }: Conv2dInputs,
  options: ConvTranspose2dOptions,
): void {
  const sizes = transposedConvolution(options);
  checkConvolution(sizes, true, { out, x, weight, bias });
  if (out.length === 0) return;
  runtimeFor(options.runtime, out, x, weight, bias).call((exports, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    const [weightPtr, biasPtr] = [frame.input(weight), frame.optionalInput(bias)];
    const passes = new ConvolutionPasses(exports, frame, sizes, true);
    passes.byPlaces("output", (wasm, geometryPtr, workPtr, input, output) =>
      wasm.convTranspose2d(outPtr + output, xPtr + input, weightPtr, biasPtr, geometryPtr, workPtr),
    );
  });
}

/** `convTranspose2dInto` with a new array for the result. */
export function convTranspose2d(
  inputs: Conv2dInputs,
  options: ConvTranspose2dOptions,
): Float32Array<ArrayBuffer> {
  const [height, width] = convTranspose2dOutputSize(options);
  const out = newArray(Float32Array, options.batch * options.outChannels * height * width);
  convTranspose2dInto(out, inputs, options);
  return out;
}

/**
 * Adds the gradients of `convTranspose2d` to the arrays that are given for them, of the shapes of x, weight and bias:
 *
 *     dx[b, c, i, j]      += Σ_{o, u, v} weight[c, o, u, v] · dy[b, o, i·stride − padding + u·dilation, …]
 *     dweight[c, o, u, v] += Σ_{b, i, j} x[b, c, i, j] · dy[b, o, i·stride − padding + u·dilation, …]
 *     dbias[o]            += Σ_{b, h, w} dy[b, o, h, w]              in float64
 *
 * `dy: f32[B, outChannels, outHeight, outWidth]`. No gradient may overlap another array. All sums run in a fixed order. Tests
 * hold each element to (√terms + 1) · 2⁻²² · Σ |terms|.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function convTranspose2dBackwardInto(
  { dx, dweight, dbias }: Conv2dGradients,
  { dy, x, weight }: Conv2dBackwardInputs,
  options: ConvTranspose2dOptions,
): void {
  const sizes = transposedConvolution(options);
  checkConvolution(sizes, true, { dx, dweight, dbias, dy, x, weight });
  if (dy.length === 0) return;
  runtimeFor(options.runtime, dy, x, weight, dx, dweight, dbias).call((exports, frame) => {
    const dxPtr = frame.optionalInout(dx);
    const dweightPtr = frame.optionalInout(dweight);
    const dbiasPtr = frame.optionalInout(dbias);
    const dyPtr = frame.input(dy);
    const xPtr = dweight === undefined ? 0 : frame.input(x);
    const weightPtr = dx === undefined ? 0 : frame.input(weight);
    // Each gradient by itself: they differ in what can be shared out.
    const passes = new ConvolutionPasses(exports, frame, sizes, true);
    if (dbias !== undefined) {
      passes.byChannels("output", 0.3 * dy.length, (wasm, geometryPtr, workPtr) =>
        wasm.convTranspose2dBackward(0, 0, dbiasPtr, dyPtr, 0, 0, geometryPtr, workPtr),
      );
    }
    if (dweight !== undefined) {
      passes.byChannels("input", passes.nanoseconds, (wasm, geometryPtr, workPtr) =>
        wasm.convTranspose2dBackward(0, dweightPtr, 0, dyPtr, xPtr, 0, geometryPtr, workPtr),
      );
    }
    if (dx !== undefined) {
      passes.byPlaces("input", (wasm, geometryPtr, workPtr, input, output) =>
        wasm.convTranspose2dBackward(dxPtr + input, 0, 0, dyPtr + output, 0, weightPtr, geometryPtr, workPtr),
      );
    }
  });
}
