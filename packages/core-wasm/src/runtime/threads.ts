import type { CoreExports } from "../generated/exports.js";

/** The kernels that write arrays and return nothing: those that another thread can be sent to run. */
export type Kernels = {
  [Name in keyof CoreExports as ReturnType<CoreExports[Name]> extends void ? Name : never]: CoreExports[Name];
};

/** How the work of a call may be cut into parts. */
export interface SplitOptions {
  /**
   * Parts begin at multiples of this, and none is smaller, unless the whole is. A cache line of results (16 floats) is a
   * good least value: then no two threads write to the same one. Default: 1
   */
  unit?: number | undefined;
  /** About how long the whole takes on one thread: too little work stays in one part. A rough figure is enough. */
  nanoseconds: number;
}

/** Calls the kernels of one part: `length` rows (or columns, elements, …) from `begin` on. */
export type Part = (wasm: Kernels, begin: number, length: number) => void;

/** What a frame hands parts to, in a runtime with threads. */
export interface Threads {
  /** How many threads compute. */
  readonly count: number;
  /** Runs `part` for ranges that cover [0, length), on any thread, in any order; all are done, or noted, when it returns. */
  split: (length: number, options: SplitOptions, part: Part) => void;
}

/**
 * What share of the threads' time is work where `length` is cut in units: 1 if all get the same, ⅔ if three units meet two
 * threads. To choose by which axis a call is cut.
 */
export function evenness(length: number, unit: number, threads: number): number {
  const units = Math.floor(length / unit);
  return units === 0 ? 1 / threads : units / (threads * Math.ceil(units / threads));
}
