import { defaultRuntime, rotary, rotaryInto, type RotaryPairs, rotaryTable } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

const sizes = { batch: 1, heads: 12, tokens: 128, headDim: 32 };
const length = 12 * 128 * 32;

/** With the cosines and sines of all positions at hand. */
function plainRotary(out: Float32Array, x: Float32Array, table: Float32Array, pairs: RotaryPairs): void {
  const { tokens, headDim } = sizes;
  const half = headDim / 2;
  const [step, apart] = pairs === "halves" ? [1, half] : [2, 1];
  for (let row = 0; row < length / headDim; row++) {
    const angles = (row % tokens) * headDim;
    for (let j = 0; j < half; j++) {
      const [a, cos, sin] = [row * headDim + j * step, table[angles + j]!, table[angles + half + j]!];
      out[a] = x[a]! * cos - x[a + apart]! * sin;
      out[a + apart] = x[a]! * sin + x[a + apart]! * cos;
    }
  }
}

export function comparisons(): Comparison[] {
  const { heap } = defaultRuntime();
  return (["halves", "interleaved"] as const).map((pairs) => {
    const x = Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i));
    const table = rotaryTable({ tokens: sizes.tokens, dims: sizes.headDim });
    const [residentX, residentTable] = [heap.from("f32", x), heap.from("f32", table)];
    const [out, looped] = [heap.alloc("f32", length), new Float32Array(length)];
    const options = { ...sizes, pairs };
    const withTable = { ...options, table: residentTable };
    return {
      title: `rotary, 12 heads of 32, 128 tokens, ${pairs}`,
      work: { amount: length, unit: "elements" },
      contenders: [
        { name: "lanewise, resident, with a table", run: () => rotaryInto(out, residentX, withTable) },
        { name: "lanewise, resident, angles computed", run: () => rotaryInto(out, residentX, options) },
        { name: "lanewise, with copies", run: () => rotary(x, options) },
        { name: "JavaScript, with a table", run: () => plainRotary(looped, x, table, pairs) },
      ],
      verify() {
        rotaryInto(out, residentX, withTable);
        const copied = rotary(x, options);
        plainRotary(looped, x, table, pairs);
        for (let i = 0; i < length; i++) {
          const near = Math.abs(copied[i]! - looped[i]!) <= 1e-6;
          if (!near || out.view[i] !== copied[i]) throw new Error(`element ${i} differs`);
        }
      },
    };
  });
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
