import {
  avgPool2dInto,
  defaultRuntime,
  maxPool2dInto,
  upsampleNearest2dInto,
  type WasmArray,
} from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const [planes, height, width] = [8 * 32, 28, 28];
const pool = { planes, height, width, kernelSize: 2 };
const upsample = { planes, height: height / 2, width: width / 2, scaleFactor: 2 };

/** One window after the other. */
function plainPool(
  x: Float32Array,
  join: (a: number, b: number, c: number, d: number) => number,
): Float32Array {
  const out = new Float32Array((planes * height * width) / 4);
  let to = 0;
  for (let row = 0; row < planes * height; row += 2) {
    for (let at = row * width; at < (row + 1) * width; at += 2) {
      out[to++] = join(x[at]!, x[at + 1]!, x[at + width]!, x[at + width + 1]!);
    }
  }
  return out;
}

function plainUpsample(x: Float32Array): Float32Array {
  const out = new Float32Array(planes * height * width);
  for (let at = 0; at < out.length; at++) {
    const [row, column] = [Math.floor(at / width), at % width];
    out[at] = x[(row >> 1) * (width / 2) + (column >> 1)]!;
  }
  return out;
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  const large = Float32Array.from({ length: planes * height * width }, (_, i) => Math.sin(1.7 * i));
  const small = large.subarray(0, large.length / 4);
  const comparison = (
    name: string,
    x: Float32Array,
    length: number,
    into: (out: Float32Array | WasmArray<"f32">, x: Float32Array | WasmArray<"f32">) => void,
    plain: () => Float32Array,
  ): Comparison => {
    const [residentX, residentOut, copied] = [
      heap.from("f32", x),
      heap.alloc("f32", length),
      new Float32Array(length),
    ];
    return {
      title: `${name}, ${planes} planes of ${height}×${width}`,
      work: { amount: large.length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident", run: () => into(residentOut, residentX) },
        { name: "lanewise, copied in and out", run: () => into(copied, x) },
        { name: "JavaScript", run: plain },
      ],
      verify() {
        into(residentOut, residentX);
        into(copied, x);
        plain().forEach((value, i) => {
          const near = Math.abs(copied[i]! - value) <= 1e-6;
          if (!near || residentOut.view[i] !== copied[i]) throw new Error(`element ${i} differs`);
        });
      },
    };
  };
  return [
    comparison(
      "avgPool2d 2×2",
      large,
      small.length,
      (out, x) => avgPool2dInto(out, x, pool),
      () => plainPool(large, (a, b, c, d) => (a + b + c + d) / 4),
    ),
    comparison(
      "maxPool2d 2×2",
      large,
      small.length,
      (out, x) => maxPool2dInto(out, x, pool),
      () => plainPool(large, Math.max),
    ),
    comparison(
      "upsampleNearest2d 2×2",
      small,
      large.length,
      (out, x) => upsampleNearest2dInto(out, x, upsample),
      () => plainUpsample(small),
    ),
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
