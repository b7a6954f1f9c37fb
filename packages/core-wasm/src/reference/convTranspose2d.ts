import type { Conv2dShape } from "./conv2d.js";

/** The sizes: as in the kernel of this name. */
export interface ConvTranspose2dShape extends Conv2dShape {
  outputPadding?: number | readonly [number, number] | undefined;
}

interface Inputs {
  x: ArrayLike<number>;
  weight: ArrayLike<number>;
  bias?: ArrayLike<number> | undefined;
}

function axis(
  value: number | readonly [number, number] | undefined,
  index: 0 | 1,
  otherwise: number,
): number {
  if (value === undefined) return otherwise;
  return typeof value === "number" ? value : value[index];
}

/** (size − 1) · stride − 2 · padding + dilation · (kernelSize − 1) + outputPadding + 1. */
function outputSize(shape: ConvTranspose2dShape, index: 0 | 1): number {
  const window = axis(shape.dilation, index, 1) * (axis(shape.kernelSize, index, 1) - 1) + 1;
  const places = ([shape.height, shape.width][index]! - 1) * axis(shape.stride, index, 1);
  return places - 2 * axis(shape.padding, index, 0) + window + axis(shape.outputPadding, index, 0);
}

/** Calls `visit` for every term out[…] ← x[b, c, i, j] · weight[c, o, u, v] that lies within the result. */
function eachTerm(
  shape: ConvTranspose2dShape,
  visit: (out: number, x: number, weight: number) => void,
): void {
  const { batch, inChannels, outChannels, height, width, groups = 1 } = shape;
  const [outHeight, outWidth] = [outputSize(shape, 0), outputSize(shape, 1)];
  const [kernelHeight, kernelWidth] = [axis(shape.kernelSize, 0, 1), axis(shape.kernelSize, 1, 1)];
  const [channels, features] = [inChannels / groups, outChannels / groups];
  for (let b = 0; b < batch; b++) {
    for (let c = 0; c < inChannels; c++) {
      for (let o = 0; o < features; o++) {
        const outChannel = b * outChannels + Math.floor(c / channels) * features + o;
        for (let i = 0; i < height; i++) {
          for (let j = 0; j < width; j++) {
            for (let u = 0; u < kernelHeight; u++) {
              const h =
                i * axis(shape.stride, 0, 1) - axis(shape.padding, 0, 0) + u * axis(shape.dilation, 0, 1);
              for (let v = 0; v < kernelWidth; v++) {
                const w =
                  j * axis(shape.stride, 1, 1) - axis(shape.padding, 1, 0) + v * axis(shape.dilation, 1, 1);
                if (h < 0 || h >= outHeight || w < 0 || w >= outWidth) continue;
                visit(
                  (outChannel * outHeight + h) * outWidth + w,
                  ((b * inChannels + c) * height + i) * width + j,
                  ((c * features + o) * kernelHeight + u) * kernelWidth + v,
                );
              }
            }
          }
        }
      }
    }
  }
}

/** out[b, o, i·stride − padding + u·dilation, j·stride − …] = bias[o] + Σ x[b, c, i, j] · weight[c, o, u, v]. */
export function convTranspose2d(
  { x, weight, bias }: Inputs,
  shape: ConvTranspose2dShape,
): Float64Array<ArrayBuffer> {
  const places = outputSize(shape, 0) * outputSize(shape, 1);
  const out = Float64Array.from({ length: shape.batch * shape.outChannels * places }, (_, at) =>
    bias === undefined ? 0 : bias[Math.floor(at / places) % shape.outChannels]!,
  );
  eachTerm(shape, (to, from, w) => (out[to]! += x[from]! * weight[w]!));
  return out;
}

/** dx = Σ weight · dy, dweight = Σ dy · x over the terms that they take part in, and dbias = Σ dy. */
export function convTranspose2dBackward(
  { dy, x, weight }: { dy: ArrayLike<number>; x: ArrayLike<number>; weight: ArrayLike<number> },
  shape: ConvTranspose2dShape,
): Record<"dx" | "dweight" | "dbias", Float64Array<ArrayBuffer>> {
  const places = outputSize(shape, 0) * outputSize(shape, 1);
  const dx = new Float64Array(x.length);
  const dweight = new Float64Array(weight.length);
  const dbias = new Float64Array(shape.outChannels);
  eachTerm(shape, (to, from, w) => {
    dx[from]! += weight[w]! * dy[to]!;
    dweight[w]! += x[from]! * dy[to]!;
  });
  for (let at = 0; at < dy.length; at++) dbias[Math.floor(at / places) % shape.outChannels]! += dy[at]!;
  return { dx, dweight, dbias };
}
