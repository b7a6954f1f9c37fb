import {
  conv2dBackwardInto,
  conv2dInto,
  type Conv2dOptions,
  conv2dOutputSize,
  defaultRuntime,
  matmulInto,
} from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

interface Case extends Omit<Conv2dOptions, "kernelSize" | "stride" | "padding"> {
  what: string;
  kernelSize: number;
  stride: number;
  padding: number;
}

/** The layers of a small U-Net on 28×28 digits. */
const cases: Case[] = [
  ["3×3", 32, 32, 28, 3, 1],
  ["3×3, stride 2", 64, 64, 14, 3, 2],
  ["3×3, deep", 128, 128, 7, 3, 1],
  ["1×1", 64, 128, 14, 1, 1],
  ["3×3, the first layer", 1, 32, 28, 3, 1],
  ["3×3, the last layer", 32, 1, 28, 3, 1],
  ["3×3, depthwise", 32, 32, 28, 3, 1, 32],
].map(([what, inChannels, outChannels, size, kernelSize, stride, groups = 1]) => ({
  what: what as string,
  batch: 8,
  inChannels: inChannels as number,
  outChannels: outChannels as number,
  height: size as number,
  width: size as number,
  kernelSize: kernelSize as number,
  stride: stride as number,
  padding: kernelSize === 3 ? 1 : 0,
  groups: groups as number,
}));

function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + seed));
}

/** Row by row of the result: every tap of every channel adds a row of x, times its weight. */
function loops(x: Float32Array, weight: Float32Array, bias: Float32Array, shape: Case): Float32Array {
  const { batch, inChannels, outChannels, height, width, kernelSize, stride, padding, groups = 1 } = shape;
  const [outHeight, outWidth] = conv2dOutputSize(shape);
  const [channels, features] = [inChannels / groups, outChannels / groups];
  const out = new Float32Array(batch * outChannels * outHeight * outWidth);
  for (let plane = 0; plane < batch * outChannels; plane++) {
    const o = plane % outChannels;
    const firstChannel = ((plane - o) / outChannels) * inChannels + Math.floor(o / features) * channels;
    out.fill(bias[o]!, plane * outHeight * outWidth, (plane + 1) * outHeight * outWidth);
    for (let tap = 0; tap < channels * kernelSize * kernelSize; tap++) {
      const c = Math.floor(tap / (kernelSize * kernelSize));
      const [u, v] = [Math.floor(tap / kernelSize) % kernelSize, tap % kernelSize];
      const factor = weight[o * channels * kernelSize * kernelSize + tap]!;
      for (let i = 0; i < outHeight; i++) {
        const h = i * stride - padding + u;
        if (h < 0 || h >= height) continue;
        const [to, from] = [(plane * outHeight + i) * outWidth, ((firstChannel + c) * height + h) * width];
        const first = Math.max(0, Math.ceil((padding - v) / stride));
        const end = Math.min(outWidth, Math.floor((width - 1 + padding - v) / stride) + 1);
        for (let j = first; j < end; j++) out[to + j]! += factor * x[from + j * stride - padding + v]!;
      }
    }
  }
  return out;
}

function expectNear(actual: ArrayLike<number>, expected: ArrayLike<number>, bound: number): void {
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual[i]! - expected[i]!) <= bound)) {
      throw new Error(`element ${i}: ${actual[i]} for ${expected[i]}`);
    }
  }
}

function forward(shape: Case): Comparison {
  const { heap } = defaultRuntime();
  const { what, batch, inChannels, outChannels, height, width, kernelSize, groups = 1 } = shape;
  const [outHeight, outWidth] = conv2dOutputSize(shape);
  const terms = (inChannels / groups) * kernelSize ** 2;
  const [m, n, k] = [outChannels / groups, outHeight * outWidth, terms];
  const [x, weight] = [noise(batch * inChannels * height * width, 0.3), noise(outChannels * terms, 0.7)];
  const bias = noise(outChannels, 0.1);
  const resident = { x: heap.from("f32", x), weight: heap.from("f32", weight), bias: heap.from("f32", bias) };
  const residentOut = heap.alloc("f32", batch * outChannels * n);
  const copied = new Float32Array(residentOut.length);
  const product = { c: heap.alloc("f32", m * n), b: heap.from("f32", noise(k * n, 0.2)) };
  // What the multiplications alone would take, with patches that are there already.
  const products = (): void => {
    for (let b = 0; b < batch; b++) matmulInto(product.c, resident.weight, product.b, { m, n, k });
  };
  return {
    title: `conv2d ${batch}×${inChannels}×${height}×${width} → ${outChannels} (${what})`,
    work: { amount: 2 * batch * outChannels * n * terms, unit: "flop" },
    contenders: [
      { name: "lanewise, resident", run: () => conv2dInto(residentOut, resident, shape) },
      { name: "lanewise, with copies", run: () => conv2dInto(copied, { x, weight, bias }, shape) },
      ...(groups === 1 ? [{ name: "lanewise, the products alone", run: products }] : []),
      { name: "JavaScript, loops", run: () => loops(x, weight, bias, shape) },
    ],
    verify() {
      conv2dInto(residentOut, resident, shape);
      conv2dInto(copied, { x, weight, bias }, shape);
      expectNear(copied, loops(x, weight, bias, shape), 1e-5 * terms);
      expectNear(residentOut.view, copied, 0);
    },
  };
}

/** All three gradients. */
function backward(shape: Case): Comparison {
  const { heap } = defaultRuntime();
  const { what, batch, inChannels, outChannels, height, width, kernelSize, groups = 1 } = shape;
  const [outHeight, outWidth] = conv2dOutputSize(shape);
  const terms = (inChannels / groups) * kernelSize ** 2;
  const places = outHeight * outWidth;
  const values = {
    x: noise(batch * inChannels * height * width, 0.3),
    weight: noise(outChannels * terms, 0.7),
    dy: noise(batch * outChannels * places, 0.5),
  };
  const resident = {
    x: heap.from("f32", values.x),
    weight: heap.from("f32", values.weight),
    dy: heap.from("f32", values.dy),
  };
  const gradients = {
    dx: heap.alloc("f32", values.x.length),
    dweight: heap.alloc("f32", values.weight.length),
    dbias: heap.alloc("f32", outChannels),
  };
  return {
    title: `conv2dBackward ${batch}×${inChannels}×${height}×${width} → ${outChannels} (${what})`,
    work: { amount: 4 * batch * outChannels * places * terms, unit: "flop" },
    contenders: [
      { name: "lanewise, resident", run: () => conv2dBackwardInto(gradients, resident, shape) },
      {
        name: "JavaScript, loops",
        run: () => plainBackward(values.x, values.weight, values.dy, shape),
      },
    ],
    verify() {
      for (const gradient of Object.values(gradients)) gradient.view.fill(0);
      conv2dBackwardInto(gradients, resident, shape);
      const expected = plainBackward(values.x, values.weight, values.dy, shape);
      expectNear(gradients.dx.view, expected.dx, 1e-5 * kernelSize ** 2 * outChannels);
      expectNear(gradients.dweight.view, expected.dweight, 1e-5 * batch * places);
      expectNear(gradients.dbias.view, expected.dbias, 1e-5 * batch * places);
    },
  };
}

function plainBackward(
  x: Float32Array,
  weight: Float32Array,
  dy: Float32Array,
  shape: Case,
): Record<"dx" | "dweight" | "dbias", Float32Array> {
  const { batch, inChannels, outChannels, height, width, kernelSize, stride, padding, groups = 1 } = shape;
  const [outHeight, outWidth] = conv2dOutputSize(shape);
  const [channels, features] = [inChannels / groups, outChannels / groups];
  const dx = new Float32Array(x.length);
  const dweight = new Float32Array(weight.length);
  const dbias = new Float32Array(outChannels);
  for (let plane = 0; plane < batch * outChannels; plane++) {
    const o = plane % outChannels;
    const firstChannel = ((plane - o) / outChannels) * inChannels + Math.floor(o / features) * channels;
    const start = plane * outHeight * outWidth;
    for (let at = start; at < start + outHeight * outWidth; at++) dbias[o]! += dy[at]!;
    for (let tap = 0; tap < channels * kernelSize * kernelSize; tap++) {
      const c = Math.floor(tap / (kernelSize * kernelSize));
      const [u, v] = [Math.floor(tap / kernelSize) % kernelSize, tap % kernelSize];
      const factor = weight[o * channels * kernelSize * kernelSize + tap]!;
      let sum = 0;
      for (let i = 0; i < outHeight; i++) {
        const h = i * stride - padding + u;
        if (h < 0 || h >= height) continue;
        const [to, from] = [start + i * outWidth, ((firstChannel + c) * height + h) * width];
        const first = Math.max(0, Math.ceil((padding - v) / stride));
        const end = Math.min(outWidth, Math.floor((width - 1 + padding - v) / stride) + 1);
        for (let j = first; j < end; j++) {
          const place = from + j * stride - padding + v;
          sum += dy[to + j]! * x[place]!;
          dx[place]! += factor * dy[to + j]!;
        }
      }
      dweight[o * channels * kernelSize * kernelSize + tap]! += sum;
    }
  }
  return { dx, dweight, dbias };
}

export function comparisons(): Comparison[] {
  return [...cases.map(forward), ...cases.map(backward)];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
