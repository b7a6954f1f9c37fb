import { Conv2dGeometry } from "../lib/conv2dGeometry";
import { correlate } from "../lib/conv2dCorrelate";
import { gather } from "../lib/conv2dGather";
import { addPlaneSums, fillPlanes } from "../lib/conv2dPlanes";
import { scatter } from "../lib/conv2dScatter";

/**
 * The transpose of a convolution: y[b, c, i·stride − padding + u·dilation, …] = bias[c] + Σ_{o, u, v} weight[o, c, u, v] ·
 * x[b, o, i, j], where o runs over the channels of c's group.
 *
 * The geometry is that of the convolution whose transpose it is: its outputs are the inputs here.
 *
 * @param yPtr        f32[B, inChannels, height, width]
 * @param xPtr        f32[B, outChannels, outHeight, outWidth]
 * @param weightPtr   f32[outChannels, inChannels / groups, kernelHeight, kernelWidth]
 * @param biasPtr     f32[inChannels], or 0
 * @param geometryPtr i32[24], see `Conv2dGeometry`
 * @param workPtr     `conv2dWorkBytes` bytes, aligned to 64
 */
export function convTranspose2d(
  yPtr: usize,
  xPtr: usize,
  weightPtr: usize,
  biasPtr: usize,
  geometryPtr: usize,
  workPtr: usize,
): void {
  const g = changetype<Conv2dGeometry>(geometryPtr);
  const firstPtr = yPtr + (<usize>(g.firstInRow * g.width) << 2);
  fillPlanes(firstPtr, biasPtr, g.batch, g.inChannels, g.firstIn, g.endIn, g.height * g.width, g.inRows * g.width);
  if (g.outChannels > 0) scatter(yPtr, xPtr, weightPtr, g, workPtr);
}

/**
 * Adds the gradients of `convTranspose2d` to what is there. Each of the three may be 0 for one that is not wanted.
 *
 * @param dxPtr      f32[B, outChannels, outHeight, outWidth]
 * @param dweightPtr f32[outChannels, inChannels / groups, kernelHeight, kernelWidth]
 * @param dbiasPtr   f32[inChannels]
 * @param dyPtr      f32[B, inChannels, height, width]
 * @param xPtr       may be 0 without dweight
 * @param weightPtr  may be 0 without dx
 * @param workPtr    `conv2dWorkBytes` bytes, aligned to 64
 */
export function convTranspose2dBackward(
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
  if (dbiasPtr) addPlaneSums(dbiasPtr, dyPtr, g.batch, g.inChannels, g.firstIn, g.endIn, g.height * g.width);
  if (dweightPtr) correlate(dweightPtr, xPtr, dyPtr, g, workPtr);
  if (dxPtr) gather(dxPtr, dyPtr, weightPtr, g, true, workPtr);
}
