import { checkArray, checkInteger, type KernelOptions } from "./runtime/checks.js";
import { RangeError } from "./runtime/errors.js";
import type { KernelArray } from "./runtime/frame.js";

/** One number for both axes, or [height, width]. */
export type Pair = number | readonly [height: number, width: number];

/** The sizes of a convolution, with the names and defaults of PyTorch. */
export interface Conv2dOptions extends KernelOptions {
  batch: number;
  /** The channels of x. */
  inChannels: number;
  /** The channels of the result. */
  outChannels: number;
  /** Of x. */
  height: number;
  /** Of x. */
  width: number;
  kernelSize: Pair;
  /** Default: 1 */
  stride?: Pair | undefined;
  /** Zeros on either side. Default: 0 */
  padding?: Pair | undefined;
  /** From one element of the window to the next. Default: 1 */
  dilation?: Pair | undefined;
  /** So many convolutions side by side, each of its own part of the channels. It divides both. Default: 1 */
  groups?: number | undefined;
}

export interface ConvTranspose2dOptions extends Conv2dOptions {
  /**
   * Rows and columns that the result gets more, on one side: a stride leaves open which of several sizes the result is to
   * have. Less than the stride or the dilation. Default: 0
   */
  outputPadding?: Pair | undefined;
}

export interface Conv2dInputs {
  /** f32[B, inChannels, height, width] */
  x: KernelArray<"f32">;
  /** f32[outChannels, inChannels / groups, kernelHeight, kernelWidth]; transposed: f32[inChannels, outChannels / groups, …] */
  weight: KernelArray<"f32">;
  /** f32[outChannels]. Left out: zeros */
  bias?: KernelArray<"f32"> | undefined;
}

/** Where gradients are added; those that are not wanted are left out. */
export interface Conv2dGradients {
  dx?: KernelArray<"f32"> | undefined;
  dweight?: KernelArray<"f32"> | undefined;
  dbias?: KernelArray<"f32"> | undefined;
}

export interface Conv2dBackwardInputs {
  /** The gradient of the result. */
  dy: KernelArray<"f32">;
  x: KernelArray<"f32">;
  weight: KernelArray<"f32">;
}

/** What the options come to, checked. */
export interface Convolution {
  batch: number;
  groups: number;
  /** [channels, height, width] of x. */
  input: readonly [number, number, number];
  /** [channels, height, width] of the result. */
  output: readonly [number, number, number];
  kernel: readonly [number, number];
  stride: readonly [number, number];
  padding: readonly [number, number];
  dilation: readonly [number, number];
}

/** The most rows or columns, padding included: the kernels count in 32 bits. */
const most = 2 ** 30;

/** @throws RangeError */
export function convolution(options: Conv2dOptions): Convolution {
  const { height, width, outChannels, ...common } = checked(options);
  const padded = [height + 2 * common.padding[0], width + 2 * common.padding[1]] as const;
  const output = ([0, 1] as const).map((axis) => {
    const size = padded[axis];
    const window = (common.kernel[axis] - 1) * common.dilation[axis] + 1;
    checkWithin(axis, size);
    if (window > size) {
      throw new RangeError("kernelSize", `a window within the padded ${axes[axis]} of ${size}`, window);
    }
    return Math.floor((size - window) / common.stride[axis]) + 1;
  });
  return { ...common, ...steps(common, padded), output: [outChannels, output[0]!, output[1]!] };
}

/** @throws RangeError */
export function transposedConvolution(options: ConvTranspose2dOptions): Convolution {
  const { height, width, outChannels, ...common } = checked(options);
  const outputPadding = pair("outputPadding", options.outputPadding ?? 0, 0);
  const padded: [number, number] = [0, 0];
  const output = ([0, 1] as const).map((axis) => {
    const [stride, dilation, more] = [common.stride[axis], common.dilation[axis], outputPadding[axis]];
    if (more >= Math.max(stride, dilation)) {
      throw new RangeError("outputPadding", "less than the stride or the dilation", more);
    }
    const size = ([height, width][axis]! - 1) * stride + (common.kernel[axis] - 1) * dilation + more + 1;
    checkWithin(axis, size);
    padded[axis] = size;
    if (size - 2 * common.padding[axis] < 1) {
      throw new RangeError(
        "padding",
        `less than half of the ${size} of the result's ${axes[axis]}`,
        common.padding[axis],
      );
    }
    return size - 2 * common.padding[axis];
  });
  return { ...common, ...steps(common, padded), output: [outChannels, output[0]!, output[1]!] };
}

/** Steps that are never taken, made short: the kernels' working memory grows with them. */
function steps(
  { kernel, stride, dilation }: Pick<Convolution, "kernel" | "stride" | "dilation">,
  padded: readonly [number, number],
): Pick<Convolution, "stride" | "dilation"> {
  const apart = ([0, 1] as const).map((axis) => (kernel[axis] === 1 ? 1 : dilation[axis]));
  const most = ([0, 1] as const).map((axis) => padded[axis] - (kernel[axis] - 1) * apart[axis]!);
  return {
    stride: [Math.min(stride[0], most[0]!), Math.min(stride[1], most[1]!)],
    dilation: [apart[0]!, apart[1]!],
  };
}

const axes = ["height", "width"] as const;

function checkWithin(axis: 0 | 1, size: number): void {
  if (size > most) throw new RangeError(axes[axis], `at most ${most} with its padding`, size);
}

function checked(options: Conv2dOptions): Omit<Convolution, "output"> & {
  height: number;
  width: number;
  outChannels: number;
} {
  const { batch, inChannels, outChannels, height, width, groups = 1 } = options;
  for (const [name, count] of Object.entries({ batch, inChannels, outChannels }))
    checkInteger(name, count, 0, most);
  for (const [name, size] of Object.entries({ height, width })) checkInteger(name, size, 1, most);
  checkInteger("groups", groups, 1, most);
  if (inChannels % groups !== 0 || outChannels % groups !== 0) {
    throw new RangeError(
      "groups",
      `a divisor of ${inChannels} inChannels and ${outChannels} outChannels`,
      groups,
    );
  }
  return {
    batch,
    groups,
    height,
    width,
    outChannels,
    input: [inChannels, height, width],
    kernel: pair("kernelSize", options.kernelSize, 1),
    stride: pair("stride", options.stride ?? 1, 1),
    padding: pair("padding", options.padding ?? 0, 0),
    dilation: pair("dilation", options.dilation ?? 1, 1),
  };
}

/** Both numbers of a pair, each a whole number from `least` on. @throws RangeError */
export function pair(name: string, value: Pair, least: number): readonly [number, number] {
  const both = typeof value === "number" ? ([value, value] as const) : value;
  if (!Array.isArray(both) || both.length !== 2)
    throw new RangeError(name, "a number or [height, width]", value);
  for (const one of both) checkInteger(name, one, least, most);
  return [both[0], both[1]];
}

/** The arrays that have a shape, by their names. @throws DTypeError, ShapeError */
export function checkConvolution(
  { batch, groups, input, output, kernel }: Convolution,
  transposed: boolean,
  arrays: Partial<
    Record<
      "x" | "dx" | "out" | "dy" | "weight" | "dweight" | "bias" | "dbias",
      KernelArray<"f32"> | undefined
    >
  >,
): void {
  const [from, to] = transposed ? [output, input] : [input, output];
  const places = { x: input, dx: input, out: output, dy: output };
  for (const [name, [channels, height, width]] of Object.entries(places)) {
    const array = arrays[name as keyof typeof places];
    if (array === undefined && (name === "dx" || !(name in arrays))) continue;
    const formula = `batch × channels × height × width: ${batch} × ${channels} × ${height} × ${width}`;
    checkArray(name, array!, "f32", batch * channels * height * width, formula);
  }
  const shape = [to[0], from[0] / groups, ...kernel];
  for (const name of ["weight", "dweight"] as const) {
    const array = arrays[name];
    const channels = transposed ? "inChannels × outChannels / groups" : "outChannels × inChannels / groups";
    const formula = `${channels} × kernelSize: ${shape.join(" × ")}`;
    if (array !== undefined || (name === "weight" && name in arrays))
      checkArray(
        name,
        array!,
        "f32",
        shape.reduce((a, b) => a * b),
        formula,
      );
  }
  for (const name of ["bias", "dbias"] as const) {
    const array = arrays[name];
    if (array !== undefined) checkArray(name, array, "f32", output[0], "outChannels");
  }
}

/** What of a convolution is computed: so many images, and channels or rows [first, end) of a side, where that is the result. */
export interface GeometryPart {
  images?: number | undefined;
  side?: "input" | "output" | undefined;
  channels?: readonly [first: number, end: number] | undefined;
  rows?: readonly [first: number, end: number] | undefined;
}

const whole: GeometryPart = {};

/** What the kernels read: the sizes of the convolution, or of the one whose transpose this is. */
export function geometry(
  { batch, groups, input, output, kernel, stride, padding, dilation }: Convolution,
  transposed: boolean,
  { images = batch, side, channels, rows }: GeometryPart = whole,
): Int32Array {
  const [large, small] = transposed ? [output, input] : [input, output];
  // prettier-ignore
  const words = Int32Array.of(
    images, groups,
    large[0], large[1], large[2],
    small[0], small[1], small[2],
    kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1], dilation[0], dilation[1],
    0, large[0], 0, large[1],
    0, small[0], 0, small[1],
  );
  const ranges = (side === "output") === transposed ? 16 : 20;
  if (channels !== undefined) words.set(channels, ranges);
  if (rows !== undefined) words.set(rows, ranges + 2);
  return words;
}
