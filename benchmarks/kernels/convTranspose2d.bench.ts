import {
  convTranspose2dBackwardInto,
  convTranspose2dInto,
  type ConvTranspose2dOptions,
  convTranspose2dOutputSize,
  defaultRuntime,
} from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

interface Case extends ConvTranspose2dOptions {
  kernelSize: number;
  stride: number;
  padding: number;
}

/** How a small U-Net on 28×28 digits doubles its planes. */
const cases: Case[] = [
  { batch: 8, inChannels: 64, outChannels: 32, height: 14, width: 14, kernelSize: 2, stride: 2, padding: 0 },
  { batch: 8, inChannels: 64, outChannels: 32, height: 14, width: 14, kernelSize: 4, stride: 2, padding: 1 },
  { batch: 8, inChannels: 128, outChannels: 64, height: 7, width: 7, kernelSize: 4, stride: 2, padding: 1 },
];

function noise(length: number, seed: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + seed));
}

/** Every row of x, times every weight, is added where it falls. */
function loops(x: Float32Array, weight: Float32Array, shape: Case): Float32Array {
  const { batch, inChannels, outChannels, height, width, kernelSize, stride, padding } = shape;
  const [outHeight, outWidth] = convTranspose2dOutputSize(shape);
  const out = new Float32Array(batch * outChannels * outHeight * outWidth);
  for (let plane = 0; plane < batch * inChannels; plane++) {
    const c = plane % inChannels;
    const firstOut = ((plane - c) / inChannels) * outChannels;
    for (let tap = 0; tap < outChannels * kernelSize * kernelSize; tap++) {
      const o = Math.floor(tap / (kernelSize * kernelSize));
      const [u, v] = [Math.floor(tap / kernelSize) % kernelSize, tap % kernelSize];
      const factor = weight[c * outChannels * kernelSize * kernelSize + tap]!;
      for (let i = 0; i < height; i++) {
        const h = i * stride - padding + u;
        if (h < 0 || h >= outHeight) continue;
        const [from, to] = [(plane * height + i) * width, ((firstOut + o) * outHeight + h) * outWidth];
        const first = Math.max(0, Math.ceil((padding - v) / stride));
        const end = Math.min(width, Math.floor((outWidth - 1 + padding - v) / stride) + 1);
        for (let j = first; j < end; j++) out[to + j * stride - padding + v]! += factor * x[from + j]!;
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

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  return cases.flatMap((shape) => {
    const { batch, inChannels, outChannels, height, width, kernelSize, stride } = shape;
    const [outHeight, outWidth] = convTranspose2dOutputSize(shape);
    const x = noise(batch * inChannels * height * width, 0.3);
    const weight = noise(inChannels * outChannels * kernelSize ** 2, 0.7);
    const resident = { x: heap.from("f32", x), weight: heap.from("f32", weight) };
    const out = heap.alloc("f32", batch * outChannels * outHeight * outWidth);
    const copied = new Float32Array(out.length);
    const dy = heap.from("f32", noise(out.length, 0.5));
    const gradients = { dx: heap.alloc("f32", x.length), dweight: heap.alloc("f32", weight.length) };
    const flop = 2 * batch * height * width * weight.length;
    const sizes = `${batch}×${inChannels}×${height}×${width} → ${outChannels}, ${kernelSize}×${kernelSize}, stride ${stride}`;
    const verify = (): void => {
      convTranspose2dInto(out, resident, shape);
      convTranspose2dInto(copied, { x, weight }, shape);
      expectNear(copied, loops(x, weight, shape), 1e-5 * inChannels * kernelSize ** 2);
      expectNear(out.view, copied, 0);
      // ⟨dweight, weight⟩ and ⟨dx, x⟩ are both ⟨dy, out⟩.
      for (const gradient of Object.values(gradients)) gradient.view.fill(0);
      convTranspose2dBackwardInto(gradients, { ...resident, dy }, shape);
      const inner = (a: Float32Array, b: Float32Array): number =>
        a.reduce((sum, value, i) => sum + value * b[i]!, 0);
      const whole = inner(dy.view, out.view);
      const bound = 1e-5 * inner(dy.view.map(Math.abs), out.view.map(Math.abs));
      expectNear([inner(gradients.dx.view, x), inner(gradients.dweight.view, weight)], [whole, whole], bound);
    };
    return [
      {
        title: `convTranspose2d ${sizes}`,
        work: { amount: flop, unit: "flop" },
        contenders: [
          { name: "lanewise, resident", run: () => convTranspose2dInto(out, resident, shape) },
          { name: "lanewise, with copies", run: () => convTranspose2dInto(copied, { x, weight }, shape) },
          { name: "JavaScript, loops", run: () => loops(x, weight, shape) },
        ],
        verify,
      },
      {
        title: `convTranspose2dBackward ${sizes}`,
        work: { amount: 2 * flop, unit: "flop" },
        contenders: [
          {
            name: "lanewise, resident",
            run: () => convTranspose2dBackwardInto(gradients, { ...resident, dy }, shape),
          },
        ],
        verify,
      },
    ];
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
