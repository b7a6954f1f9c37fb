type Axes = number | readonly [number, number];

/** The sizes: as in the kernel of this name. */
export interface Conv2dShape {
  batch: number;
  inChannels: number;
  outChannels: number;
  height: number;
  width: number;
  kernelSize: Axes;
  stride?: Axes | undefined;
  padding?: Axes | undefined;
  dilation?: Axes | undefined;
  groups?: number | undefined;
}

interface Inputs {
  x: ArrayLike<number>;
  weight: ArrayLike<number>;
  bias?: ArrayLike<number> | undefined;
}

/** One term of a sum: the places of its three factors. */
interface Term {
  out: number;
  x: number;
  weight: number;
}

function axes(value: Axes = 1): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

/** ⌊(size + 2 · padding − dilation · (kernelSize − 1) − 1) / stride⌋ + 1 for both axes. */
function outputSize(shape: Conv2dShape): number[] {
  return [shape.height, shape.width].map((size, axis) => {
    const [kernel, stride, padding, dilation] = [
      axes(shape.kernelSize)[axis]!,
      axes(shape.stride)[axis]!,
      axes(shape.padding ?? 0)[axis]!,
      axes(shape.dilation)[axis]!,
    ];
    return Math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
  });
}

/** All terms out[b, o, i, j] ← weight[o, c, u, v] · x[b, c, i·stride − padding + u·dilation, …] within x: seven loops. */
export function* conv2dTerms(shape: Conv2dShape): Generator<Term> {
  const { batch, inChannels, outChannels, height, width, groups = 1 } = shape;
  const [outHeight, outWidth] = outputSize(shape) as [number, number];
  const [[kernelHeight, kernelWidth], stride] = [axes(shape.kernelSize), axes(shape.stride)];
  const [padding, dilation] = [axes(shape.padding ?? 0), axes(shape.dilation)];
  const [channels, features] = [inChannels / groups, outChannels / groups];
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outChannels; o++) {
      for (let c = 0; c < channels; c++) {
        const xChannel = b * inChannels + Math.floor(o / features) * channels + c;
        for (let i = 0; i < outHeight; i++) {
          for (let j = 0; j < outWidth; j++) {
            for (let u = 0; u < kernelHeight; u++) {
              const h = i * stride[0] - padding[0] + u * dilation[0];
              if (h < 0 || h >= height) continue;
              for (let v = 0; v < kernelWidth; v++) {
                const w = j * stride[1] - padding[1] + v * dilation[1];
                if (w < 0 || w >= width) continue;
                yield {
                  out: ((b * outChannels + o) * outHeight + i) * outWidth + j,
                  x: (xChannel * height + h) * width + w,
                  weight: ((o * channels + c) * kernelHeight + u) * kernelWidth + v,
                };
              }
            }
          }
        }
      }
    }
  }
}

/** out[b, o, i, j] = bias[o] + Σ weight[o, c, u, v] · x[b, c, i·stride − padding + u·dilation, j·stride − padding + v·dilation]. */
export function conv2d({ x, weight, bias }: Inputs, shape: Conv2dShape): Float64Array<ArrayBuffer> {
  const places = outputSize(shape).reduce((a, b) => a * b);
  const out = Float64Array.from({ length: shape.batch * shape.outChannels * places }, (_, at) =>
    bias === undefined ? 0 : bias[Math.floor(at / places) % shape.outChannels]!,
  );
  for (const term of conv2dTerms(shape)) out[term.out]! += weight[term.weight]! * x[term.x]!;
  return out;
}

/** dx = Σ weight · dy, dweight = Σ dy · x over the terms that they take part in, and dbias = Σ dy. */
export function conv2dBackward(
  { dy, x, weight }: { dy: ArrayLike<number>; x: ArrayLike<number>; weight: ArrayLike<number> },
  shape: Conv2dShape,
): Record<"dx" | "dweight" | "dbias", Float64Array<ArrayBuffer>> {
  const places = outputSize(shape).reduce((a, b) => a * b);
  const dx = new Float64Array(x.length);
  const dweight = new Float64Array(weight.length);
  const dbias = new Float64Array(shape.outChannels);
  for (const term of conv2dTerms(shape)) {
    dx[term.x]! += weight[term.weight]! * dy[term.out]!;
    dweight[term.weight]! += x[term.x]! * dy[term.out]!;
  }
  for (let at = 0; at < dy.length; at++) dbias[Math.floor(at / places) % shape.outChannels]! += dy[at]!;
  return { dx, dweight, dbias };
}
