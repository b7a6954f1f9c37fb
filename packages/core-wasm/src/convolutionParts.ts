import { type Convolution, geometry, type GeometryPart } from "./convolutions.js";
import type { CoreExports } from "./generated/exports.js";
import type { Frame } from "./runtime/frame.js";
import { evenness, type Kernels } from "./runtime/threads.js";

/** The side of a convolution that a pass writes: `input` is that of x, `output` that of the result. */
export type Side = "input" | "output";

/**
 * Calls the kernel for a part.
 *
 * @param input  where its first image begins on that side, in bytes
 * @param output the same on the other
 */
export type ConvolutionPart = (
  wasm: Kernels,
  geometryPtr: number,
  workPtr: number,
  input: number,
  output: number,
) => void;

/** Channels are shared out by so many: what a part packs for itself is spread over them, and no part takes another path. */
const channelUnit = 12;

/** And rows by so many places: what a part lays out for itself overlaps the others'. */
const leastPlaces = 64;

/** The passes of one call, each in parts. */
export class ConvolutionPasses {
  readonly #exports: CoreExports;
  readonly #frame: Frame;
  readonly #convolution: Convolution;
  readonly #transposed: boolean;
  /** For a part that is the whole. Passes follow one another, so they may share it. */
  readonly #geometryPtr: number;
  readonly #workPtr: number;

  /** @param transposed whether the convolution is the transpose of one */
  constructor(exports: CoreExports, frame: Frame, convolution: Convolution, transposed: boolean) {
    this.#exports = exports;
    this.#frame = frame;
    this.#convolution = convolution;
    this.#transposed = transposed;
    this.#geometryPtr = frame.input(geometry(convolution, transposed));
    this.#workPtr = frame.scratch(exports.conv2dWorkBytes(this.#geometryPtr));
  }

  /** About how long the products of a pass take on one thread, whichever pass it is. */
  get nanoseconds(): number {
    const { batch, groups, input, output, kernel } = this.#convolution;
    const [large, small] = this.#transposed ? [output, input] : [input, output];
    return 0.04 * batch * small[0] * small[1] * small[2] * (large[0] / groups) * kernel[0] * kernel[1];
  }

  /**
   * Where each element of `side` is computed by itself: images, or rows or channels of all images if those can be shared out
   * more evenly. Each part of the rows packs all weights, each part of the channels all patches, which takes longer.
   */
  byPlaces(side: Side, part: ConvolutionPart): void {
    const { batch } = this.#convolution;
    const [channels, rows] = this.#convolution[side];
    const { threads } = this.#frame;
    const { nanoseconds } = this;
    const rowUnit = this.#rowUnit(side);
    if (threads > 1) {
      const ofImages = evenness(batch, 1, threads);
      const ofRows = evenness(rows, rowUnit, threads);
      const ofChannels = evenness(channels, this.#channelUnit(channels), threads);
      if (ofChannels > Math.max(ofImages, ofRows)) {
        this.byChannels(side, nanoseconds, part);
        return;
      }
      if (ofRows > ofImages) {
        this.#frame.split(rows, { unit: rowUnit, nanoseconds }, (wasm, begin, length) => {
          const of = length === rows ? undefined : { side, rows: [begin, begin + length] as const };
          this.#run(wasm, of, part, 0, 0);
        });
        return;
      }
    }
    const { input, output } = this.#convolution;
    this.#frame.split(batch, { nanoseconds }, (wasm, begin, images) => {
      const toInput = 4 * begin * input[0] * input[1] * input[2];
      const toOutput = 4 * begin * output[0] * output[1] * output[2];
      this.#run(wasm, images === batch ? undefined : { images }, part, toInput, toOutput);
    });
  }

  /** Where sums run over all images, the channels of `side` alone; groups stay whole. */
  byChannels(side: Side, nanoseconds: number, part: ConvolutionPart): void {
    const [channels] = this.#convolution[side];
    this.#frame.split(channels, { unit: this.#channelUnit(channels), nanoseconds }, (wasm, begin, length) => {
      const of = length === channels ? undefined : { side, channels: [begin, begin + length] as const };
      this.#run(wasm, of, part, 0, 0);
    });
  }

  /** Whole steps of the stride, so that each part begins in the same phase. */
  #rowUnit(side: Side): number {
    const { stride } = this.#convolution;
    const rows = Math.ceil(leastPlaces / Math.max(1, this.#convolution[side][2]));
    return Math.ceil(rows / stride[0]) * stride[0];
  }

  #channelUnit(channels: number): number {
    const { groups } = this.#convolution;
    return groups === 1 ? channelUnit : Math.max(1, channels / groups);
  }

  /** @param of undefined for the whole */
  #run(
    wasm: Kernels,
    of: GeometryPart | undefined,
    part: ConvolutionPart,
    input: number,
    output: number,
  ): void {
    if (of === undefined) {
      part(wasm, this.#geometryPtr, this.#workPtr, input, output);
      return;
    }
    const geometryPtr = this.#frame.input(geometry(this.#convolution, this.#transposed, of));
    const workPtr = this.#frame.scratch(this.#exports.conv2dWorkBytes(geometryPtr));
    part(wasm, geometryPtr, workPtr, input, output);
  }
}
