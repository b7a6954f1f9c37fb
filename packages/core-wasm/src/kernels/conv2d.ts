import {
  checkConvolution,
  type Conv2dBackwardInputs,
  type Conv2dGradients,
  type Conv2dInputs,
  type Conv2dOptions,
  convolution,
} from "../convolutions.js";
import { ConvolutionPasses } from "../convolutionParts.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

/**
 * [height, width] of what `conv2d` gives: ⌊(size + 2 · padding − dilation · (kernelSize − 1) − 1) / stride⌋ + 1.
 *
 * @throws RangeError
 */
export function conv2dOutputSize(options: Conv2dOptions): [height: number, width: number] {
  const { output } = convolution(options);
  return [output[1], output[2]];
}

/**
 * A two-dimensional convolution, as deep learning has it (the kernel is not turned round):
 *
 *     out[b, o, i, j] = bias[o] + Σ_{c, u, v} weight[o, c, u, v] · x[b, c, i·stride − padding + u·dilation, j·stride − …]
 *
 * where c runs over the channels of o's group, and x is 0 outside. `out: f32[B, outChannels, outHeight, outWidth]`,
 * `x: f32[B, inChannels, height, width]`, `weight: f32[outChannels, inChannels / groups, kernelHeight, kernelWidth]`,
 * `bias: f32[outChannels]`, all row-major. `out` may not overlap the others.
 *
 * It is the product of the weights and the patches, and the patches are packed a few at a time: no matrix of them is made. A
 * 1×1 kernel with stride 1 and no padding is a product with x itself. Each element is one chain of float32 multiply-adds
 * from the bias (or 0) on, in the order c, u, v; padding takes part in it as zeros, so an infinite weight gives NaN there.
 * (1×1 kernels: as `matmul` says.) Tests hold each element to (√terms + 1) · 2⁻²² · Σ |weight · x|.
 *
 * Ref: Dumoulin and Visin 2016, arXiv:1603.07285; PyTorch's `nn.Conv2d`.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function conv2dInto(
  out: KernelArray<"f32">,
  { x, weight, bias }: Conv2dInputs,
  options: Conv2dOptions,
): void {
  const sizes = convolution(options);
  checkConvolution(sizes, false, { out, x, weight, bias });
  if (out.length === 0) return;
  runtimeFor(options.runtime, out, x, weight, bias).call((exports, frame) => {
    const [outPtr, xPtr] = [frame.output(out), frame.input(x)];
    const [weightPtr, biasPtr] = [frame.input(weight), frame.optionalInput(bias)];
    const passes = new ConvolutionPasses(exports, frame, sizes, false);
    passes.byPlaces("output", (wasm, geometryPtr, workPtr, input, output) =>
      wasm.conv2d(outPtr + output, xPtr + input, weightPtr, biasPtr, geometryPtr, workPtr),
    );
  });
}

/** `conv2dInto` with a new array for the result. */
export function conv2d(inputs: Conv2dInputs, options: Conv2dOptions): Float32Array<ArrayBuffer> {
  const [height, width] = conv2dOutputSize(options);
  const out = newArray(Float32Array, options.batch * options.outChannels * height * width);
  conv2dInto(out, inputs, options);
  return out;
}

/**
 * Adds the gradients of `conv2d` to the arrays that are given for them, of the shapes of x, weight and bias:
 *
 *     dx[b, c, h, w]      += Σ weight[o, c, u, v] · dy[b, o, i, j]   over all that reach (h, w)
 *     dweight[o, c, u, v] += Σ_{b, i, j} dy[b, o, i, j] · x[b, c, i·stride − padding + u·dilation, …]
 *     dbias[o]            += Σ_{b, i, j} dy[b, o, i, j]              in float64
 *
 * `dy: f32[B, outChannels, outHeight, outWidth]`. No gradient may overlap another array. All sums run in a fixed order, and
 * with a stride nothing is spent on the places between. Padding takes part in dweight as zeros: a dy that is not finite makes
 * NaN of the elements that it lays over the padding. Tests hold each element to (√terms + 1) · 2⁻²² · Σ |terms|.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function conv2dBackwardInto(
  { dx, dweight, dbias }: Conv2dGradients,
  { dy, x, weight }: Conv2dBackwardInputs,
  options: Conv2dOptions,
): void {
  const sizes = convolution(options);
  checkConvolution(sizes, false, { dx, dweight, dbias, dy, x, weight });
  if (dy.length === 0) return;
  runtimeFor(options.runtime, dy, x, weight, dx, dweight, dbias).call((exports, frame) => {
    const dxPtr = frame.optionalInout(dx);
    const dweightPtr = frame.optionalInout(dweight);
    const dbiasPtr = frame.optionalInout(dbias);
    const dyPtr = frame.input(dy);
    const xPtr = dweight === undefined ? 0 : frame.input(x);
    const weightPtr = dx === undefined ? 0 : frame.input(weight);
    // Each gradient by itself: they differ in what can be shared out.
    const passes = new ConvolutionPasses(exports, frame, sizes, false);
    if (dbias !== undefined) {
      passes.byChannels("output", 0.3 * dy.length, (wasm, geometryPtr, workPtr) =>
        wasm.conv2dBackward(0, 0, dbiasPtr, dyPtr, 0, 0, geometryPtr, workPtr),
      );
    }
    if (dweight !== undefined) {
      passes.byChannels("output", passes.nanoseconds, (wasm, geometryPtr, workPtr) =>
        wasm.conv2dBackward(0, dweightPtr, 0, dyPtr, xPtr, 0, geometryPtr, workPtr),
      );
    }
    if (dx !== undefined) {
      passes.byPlaces("input", (wasm, geometryPtr, workPtr, input, output) =>
        wasm.conv2dBackward(dxPtr + input, 0, 0, dyPtr + output, 0, weightPtr, geometryPtr, workPtr),
      );
    }
  });
}
