import { conv2dBytes, Conv2dGeometry } from "../lib/conv2dGeometry";
import { correlate } from "../lib/conv2dCorrelate";
import { gather } from "../lib/conv2dGather";
import { addPlaneSums, fillPlanes } from "../lib/conv2dPlanes";
import { scatter } from "../lib/conv2dScatter";
import { matmulWorkBytes } from "./matmul";

/**
 * The bytes of working memory that a convolution of these sizes needs, forward or backward, transposed or not: a block of
 * channels of one image (or of some small ones) and the weights of a group, packed; no matrix of patches. In float64: it may be more than there is memory.
 *
 * @param geometryPtr i32[24], see `Conv2dGeometry`
 */
export function conv2dWorkBytes(geometryPtr: usize): f64 {
  const g = changetype<Conv2dGeometry>(geometryPtr);
  if (!g.isPointwise) return conv2dBytes(g);
  const places = g.outHeight * g.outWidth;
  const forward = matmulWorkBytes(g.groupOut, places, g.groupIn);
  const backward = matmulWorkBytes(g.groupIn, places, g.groupOut);
  return max(max(forward, backward), matmulWorkBytes(g.groupOut, g.groupIn, places));
}

/**
 * y[b, o, i, j] = bias[o] + Σ_{c, u, v} weight[o, c, u, v] · x[b, c, i·stride − padding + u·dilation, …], where c runs over
 * the channels of o's group and x is 0 outside.
 *
 * Every element is one chain of multiply-adds that starts at the bias (or 0), in the order c, u, v. Exceptions: as in
 * `matmul`, for a 1×1 kernel without stride and padding and with one place or few rows.
 *
 * @param yPtr        f32[B, outChannels, outHeight, outWidth]
 * @param xPtr        f32[B, inChannels, height, width]
 * @param weightPtr   f32[outChannels, inChannels / groups, kernelHeight, kernelWidth]
 * @param biasPtr     f32[outChannels], or 0
 * @param geometryPtr i32[24], see `Conv2dGeometry`
 * @param workPtr     `conv2dWorkBytes` bytes, aligned to 64
 */
export function conv2d(
  yPtr: usize,
  xPtr: usize,
  weightPtr: usize,
  biasPtr: usize,
  geometryPtr: usize,
  workPtr: usize,
): void {
  const g = changetype<Conv2dGeometry>(geometryPtr);
  const fill = biasPtr != 0 || g.inChannels == 0;
  if (fill) {
    const firstPtr = yPtr + (<usize>(g.firstOutRow * g.outWidth) << 2);
    const places = g.outHeight * g.outWidth;
    fillPlanes(firstPtr, biasPtr, g.batch, g.outChannels, g.firstOut, g.endOut, places, g.outRows * g.outWidth);
  }
  if (g.inChannels > 0) gather(yPtr, xPtr, weightPtr, g, fill, workPtr);
}

/**
 * Adds the gradients of `conv2d` to what is there. Each of the three may be 0 for one that is not wanted.
 *
 * @param dxPtr      f32[B, inChannels, height, width]
 * @param dweightPtr f32[outChannels, inChannels / groups, kernelHeight, kernelWidth]
 * @param dbiasPtr   f32[outChannels]
 * @param dyPtr      f32[B, outChannels, outHeight, outWidth]
 * @param xPtr       may be 0 without dweight
 * @param weightPtr  may be 0 without dx
 * @param workPtr    `conv2dWorkBytes` bytes, aligned to 64
 */
export function conv2dBackward(
  dxPtr: usize,
  dweightPtr: usize,
  dbiasPtr: usize,
  dyPtr: usize,
  xPtr: usize,
  weightPtr: usize,
  geometryPtr: usize,
  workPtr: usize,
): void {
  const g = changetype<Conv2dGeometry>(geometryPtr);
  if (dbiasPtr) addPlaneSums(dbiasPtr, dyPtr, g.batch, g.outChannels, g.firstOut, g.endOut, g.outHeight * g.outWidth);
  if (dweightPtr) correlate(dweightPtr, dyPtr, xPtr, g, workPtr);
  if (dxPtr) scatter(dxPtr, dyPtr, weightPtr, g, workPtr);
}
