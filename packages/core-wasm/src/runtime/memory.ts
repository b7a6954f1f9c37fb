import { DisposedError, OutOfMemoryError } from "./errors.js";

export const pageBytes = 65536;

/** One page short of 4 GiB: kernels compare with the address behind an array's end, which has to fit 32 bits. */
export const mostBytes: number = 65535 * pageBytes;

/** The linear memory of one runtime: it belongs to JavaScript, and the Wasm module imports it. */
export class LinearMemory {
  readonly maximumBytes: number;
  #wasm: WebAssembly.Memory | undefined;

  /**
   * @param maximumBytes the most that it may grow to; rounded down to whole pages of 64 KiB, of which the last
   *   one below 4 GiB stays out of use
   * @throws OutOfMemoryError where the engine has no address space left for one more memory
   */
  constructor(maximumBytes: number) {
    const maximum = Math.floor(Math.min(maximumBytes, mostBytes) / pageBytes);
    this.maximumBytes = maximum * pageBytes;
    try {
      this.#wasm = new WebAssembly.Memory({ initial: 1, maximum });
    } catch (cause) {
      throw new OutOfMemoryError("memory", `room for at most ${this.maximumBytes} bytes`, "none", { cause });
    }
  }

  /** What the module imports. @throws DisposedError */
  get wasm(): WebAssembly.Memory {
    return this.#wasm ?? this.#fail();
  }

  /** The buffer of now: growing detaches the one before, so it is asked for again at every use. @throws DisposedError */
  get buffer(): ArrayBuffer {
    return this.wasm.buffer;
  }

  get disposed(): boolean {
    return this.#wasm === undefined;
  }

  /** @throws DisposedError */
  checkLive(): void {
    if (this.#wasm === undefined) this.#fail();
  }

  /** Makes [0, end) addressable. @throws OutOfMemoryError, with nothing changed */
  ensure(end: number): void {
    const bytes = this.buffer.byteLength;
    if (end <= bytes) return;
    // Growing copies in some engines: at least an eighth at a time keeps the number of growths small.
    const least = Math.ceil((end - bytes) / pageBytes);
    const roomy = Math.max(least, Math.ceil(bytes / 8 / pageBytes));
    if (end <= this.maximumBytes && (this.#grow(roomy) || this.#grow(least))) return;
    throw new OutOfMemoryError("memory", `at most ${this.maximumBytes} bytes`, `a need of ${end} bytes`);
  }

  /**
   * Lets the memory go: every array over it reports that it is disposed. Growing by nothing detaches the views that
   * are still around (their length becomes 0), so that none of them keeps the memory alive.
   */
  dispose(): void {
    this.#wasm?.grow(0);
    this.#wasm = undefined;
  }

  #fail(): never {
    throw new DisposedError("runtime", "a live runtime", "a disposed one");
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
