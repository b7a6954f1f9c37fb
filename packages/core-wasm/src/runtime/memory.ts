import { DisposedError, OutOfMemoryError } from "./errors.js";

export const pageBytes = 65536;

/** The linear memory of one runtime: it belongs to JavaScript, and the Wasm module imports it. */
export class LinearMemory {
  readonly wasm: WebAssembly.Memory;
  readonly maximumBytes: number;
  #disposed = false;

  /** @param maximumBytes the most that it may grow to; rounded down to whole pages of 64 KiB */
  constructor(maximumBytes: number) {
    const maximum = Math.floor(maximumBytes / pageBytes);
    this.maximumBytes = maximum * pageBytes;
    this.wasm = new WebAssembly.Memory({ initial: 1, maximum });
  }

  /** The buffer of now: growing detaches the one before, so it is asked for again at every use. */
  get buffer(): ArrayBuffer {
    return this.wasm.buffer as ArrayBuffer;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Makes [0, end) addressable. @throws OutOfMemoryError, with nothing changed */
  ensure(end: number): void {
    if (this.#disposed) throw new DisposedError("runtime", "a live runtime", "a disposed one");
    const bytes = this.buffer.byteLength;
    if (end <= bytes) return;
    // Growing copies in some engines: at least an eighth at a time keeps the number of growths small.
    const least = Math.ceil((end - bytes) / pageBytes);
    const roomy = Math.max(least, Math.ceil(bytes / 8 / pageBytes));
    if (end <= this.maximumBytes && (this.#grow(roomy) || this.#grow(least))) return;
    throw new OutOfMemoryError("memory", `at most ${this.maximumBytes} bytes`, `a need of ${end} bytes`);
  }

  /** After this every array of the runtime reports that it is disposed. */
  dispose(): void {
    this.#disposed = true;
  }

  #grow(pages: number): boolean {
    try {
      this.wasm.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}
