import { kernelNames } from "../generated/kernelNames.js";
import type { Kernels, Part } from "../runtime/threads.js";

/** How many calls; for each the index of its kernel, how many parameters, the parameters. */
export type RecordedPart = number[];

/** Stands in for the kernels, and notes what they are called with. */
export class Recorder {
  readonly kernels: Kernels;
  #part: RecordedPart = [0];

  constructor() {
    const notes: Partial<Record<keyof Kernels, unknown>> = {};
    for (const [index, name] of kernelNames.entries()) {
      notes[name] = (...parameters: number[]) => {
        this.#part[0]!++;
        // Flags become 0 and 1, as they would in Wasm.
        this.#part.push(index, parameters.length, ...parameters.map(Number));
      };
    }
    this.kernels = notes as Kernels;
  }

  /** What `body` calls. */
  part(body: () => void): RecordedPart {
    const part: RecordedPart = [0];
    this.#part = part;
    body();
    return part;
  }

  /** What `body` calls for each of the ranges between `bounds`. */
  parts(bounds: readonly number[], body: Part): RecordedPart[] {
    const parts: RecordedPart[] = [];
    for (let i = 1; i < bounds.length; i++) {
      const [begin, end] = [bounds[i - 1]!, bounds[i]!];
      parts.push(this.part(() => body(this.kernels, begin, end - begin)));
    }
    return parts;
  }
}
