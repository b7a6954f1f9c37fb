import { type Convolution, geometry, type GeometryPart } from "./convolutions.js";
import type { CoreExports } from "./generated/exports.js";
import type { Frame } from "./runtime/frame.js";
import { evenness, type Kernels } from "./runtime/threads.js";

/** The side of a convolution that a pass writes: `input` is that of x, `output` that of the result. */
export type Side = "input" | "output";

/** What a part of a pass gives its kernel. */
export interface ConvolutionPart {
  geometryPtr: number;
  workPtr: number;
  /** Where its first image begins on either side, in bytes. */
  input: number;
  output: number;
}

export interface ConvolutionPass {
  /** Whether the geometry is that of a transposed convolution. */
  transposed: boolean;
  /** The side whose channels may be shared out: each is computed by itself. */
  channelsOf: Side;
  /** Whether images may be, too: not where sums run over them. */
  byImages: boolean;
  /** As in `SplitOptions`. */
  nanoseconds: number;
}

/** About how long the products of a pass take on one thread, whichever pass it is. */
export function productNanoseconds(convolution: Convolution, transposed: boolean): number {
  const { batch, groups, input, output, kernel } = convolution;
  const [large, small] = transposed ? [output, input] : [input, output];
  const products = batch * small[0] * small[1] * small[2] * (large[0] / groups) * kernel[0] * kernel[1];
  return 0.045 * products;
}

/** Channels are shared out by so many: what a part packs for itself is spread over them, and no part takes another path. */
const channelUnit = 12;

/**
 * Runs a pass of a convolution in parts: some images each, or all images and some of the channels, whichever come out more
 * evenly. Groups stay whole.
 */
export function splitConvolution(
  exports: CoreExports,
  frame: Frame,
  convolution: Convolution,
  { transposed, channelsOf, byImages, nanoseconds }: ConvolutionPass,
  pass: (wasm: Kernels, part: ConvolutionPart) => void,
): void {
  const { batch, groups, input, output } = convolution;
  const [channels] = convolution[channelsOf];
  const unit = groups === 1 ? channelUnit : Math.max(1, channels / groups);
  const { threads } = frame;
  const images = byImages && evenness(batch, 1, threads) >= evenness(channels, unit, threads);
  const split = { unit: images ? 1 : unit, nanoseconds };
  frame.split(images ? batch : channels, split, (wasm, begin, length) => {
    const part: GeometryPart = images
      ? { images: length }
      : { [channelsOf]: [begin, begin + length] satisfies GeometryPart[Side] };
    const geometryPtr = frame.input(geometry(convolution, transposed, part));
    const workPtr = frame.scratch(exports.conv2dWorkBytes(geometryPtr));
    const bytes = images ? 4 * begin : 0;
    pass(wasm, {
      geometryPtr,
      workPtr,
      input: bytes * input[0] * input[1] * input[2],
      output: bytes * output[0] * output[1] * output[2],
    });
  });
}
