import { containerMaxArea, defaultRuntime } from "@lanewise/core-wasm";
import { type Comparison, compare, conditions, isMain, print } from "../harness.ts";

/** Two pointers in plain JavaScript. */
function twoPointers(heights: Uint32Array): number {
  let [best, l, r] = [0, 0, heights.length - 1];
  while (l < r) {
    const [left, right] = [heights[l]!, heights[r]!];
    best = Math.max(best, (r - l) * Math.min(left, right));
    if (left <= right) l++;
    else r--;
  }
  return best;
}

/** The same with the kernel's skipping of bars that are no higher than the dropped one. */
function skipping(heights: Uint32Array): number {
  let [best, l, r] = [0, 0, heights.length - 1];
  while (l < r) {
    const low = Math.min(heights[l]!, heights[r]!);
    best = Math.max(best, (r - l) * low);
    while (l < r && heights[l]! <= low) l++;
    while (l < r && heights[r]! <= low) r--;
  }
  return best;
}

export function comparisons(): Comparison[] {
  let s = 12345;
  const heights = Uint32Array.from({ length: 100_000 }, () => {
    s = (Math.imul(s, 1103515245) + 12345) >>> 0;
    return s % 10001;
  });
  const { heap } = defaultRuntime();
  const [resident, residentF64] = [heap.from("u32", heights), heap.from("f64", heights)];
  const plain = Array.from(heights);
  return [
    {
      title: "containerMaxArea, 100,000 bars",
      work: { amount: heights.length, unit: "bars" },
      contenders: [
        { name: "lanewise, resident", run: () => containerMaxArea(resident) },
        { name: "lanewise, copied in", run: () => containerMaxArea(heights) },
        { name: "lanewise, f64, resident", run: () => containerMaxArea(residentF64) },
        { name: "lanewise, plain array", run: () => containerMaxArea(plain) },
        { name: "JavaScript, two pointers", run: () => twoPointers(heights) },
        { name: "JavaScript, skipping", run: () => skipping(heights) },
      ],
      verify() {
        const ours = [resident, heights, residentF64, plain].map((bars) => containerMaxArea(bars).area);
        const areas = [...ours, twoPointers(heights), skipping(heights)];
        if (areas.some((area) => area !== 989176272)) throw new Error(`areas differ: ${areas}`);
      },
    },
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
