import type { SplitOptions } from "../runtime/threads.js";

/**
 * Where the parts of [0, length) begin, and at last where they end: about equal, in units, of at least `leastPart`
 * nanoseconds each; the rest that fills no unit goes to the last one.
 */
export function cut(
  length: number,
  { unit = 1, nanoseconds }: SplitOptions,
  threads: number,
  leastPart: number,
): number[] {
  const units = Math.floor(length / unit);
  const worth = leastPart === 0 ? threads : Math.floor(nanoseconds / leastPart);
  const parts = Math.max(1, Math.min(threads, units, worth));
  const bounds = Array.from({ length: parts }, (_, i) => unit * Math.floor((units * i) / parts));
  return [...bounds, length];
}
