import { checkArray, type KernelOptions } from "../runtime/checks.js";
import { runtimeFor } from "../runtime/runtime.js";
import type { KernelArray } from "../runtime/frame.js";

/** The best container: bars `left` and `right` (0 and 0 for fewer than two bars) and what they hold. */
export interface ContainerArea {
  area: number;
  left: number;
  right: number;
}

/** dummy for now */
export function containerMaxArea(
  heights: KernelArray<"u32">,
  { runtime }: KernelOptions = {},
): ContainerArea {
  checkArray("heights", heights, "u32", heights.length);
  const ends = new Uint32Array(2);
  const area = runtimeFor(runtime, heights).call((wasm, frame) =>
    wasm.containerMaxArea(frame.output(ends), frame.input(heights), heights.length),
  );
  return { area: Number(area), left: ends[0]!, right: ends[1]! };
}
