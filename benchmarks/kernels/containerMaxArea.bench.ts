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

export function comparisons(): Comparison[] {
  let s = 12345;
  const heights = Uint32Array.from({ length: 100_000 }, () => {
    s = (Math.imul(s, 1103515245) + 12345) >>> 0;
    return s % 10001;
  });
  const resident = defaultRuntime().heap.from("u32", heights);
  return [
    {
      title: "containerMaxArea, 100,000 bars",
      work: { amount: heights.length, unit: "bars" },
      contenders: [
        { name: "lanewise, resident", run: () => containerMaxArea(resident) },
        { name: "lanewise, copied in", run: () => containerMaxArea(heights) },
        { name: "JavaScript, two pointers", run: () => twoPointers(heights) },
      ],
      verify() {
        const areas = [containerMaxArea(resident).area, containerMaxArea(heights).area, twoPointers(heights)];
        if (areas.some((area) => area !== 989176272)) throw new Error(`areas differ: ${areas}`);
      },
    },
  ];
}

if (isMain(import.meta.url)) {
  console.log(conditions(defaultRuntime()));
  for (const comparison of comparisons()) print(await compare(comparison));
}
