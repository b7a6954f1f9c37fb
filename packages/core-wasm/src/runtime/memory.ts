import { DisposedError, OutOfMemoryError } from "./errors.js";

export const pageBytes = 65536;

/** One page short of 4 GiB: kernels compare with the address behind an array's end, which has to fit 32 bits. */
export const mostBytes: number = 65535 * pageBytes;

/** The linear memory of one runtime: it belongs to JavaScript, and the Wasm module imports it. */
export class LinearMemory {
  readonly maximumBytes: number;
  /** Whether several threads see it: its buffer is a SharedArrayBuffer, and growing leaves older views as they are. */
  readonly shared: boolean;
  #wasm: WebAssembly.Memory | undefined;
  /** What a shared memory's buffer was before it grew: the same bytes, as far as it reaches. */
  readonly #outgrown = new WeakSet<ArrayBufferLike>();

  /**
   * @param maximumBytes the most that it may grow to; rounded down to whole pages of 64 KiB, of which the last
   *   one below 4 GiB stays out of use
   * @throws OutOfMemoryError where the engine has no address space left for one more memory
   */
  constructor(maximumBytes: number, shared = false) {
    const maximum = Math.floor(Math.min(maximumBytes, mostBytes) / pageBytes);
    this.maximumBytes = maximum * pageBytes;
    this.shared = shared;
    try {
      this.#wasm = new WebAssembly.Memory({ initial: 1, maximum, shared });
    } catch (cause) {
      throw new OutOfMemoryError("memory", `room for at most ${this.maximumBytes} bytes`, "none", { cause });
    }
  }

  /** What the module imports. @throws DisposedError */
  get wasm(): WebAssembly.Memory {
    return this.#wasm ?? this.#fail();
  }

  /** The buffer of now: growing detaches the one before, so it is asked for again at every use. @throws DisposedError */
  get buffer(): ArrayBufferLike {
    return this.wasm.buffer;
  }

  /** Whether an address in `buffer` is one in this memory. @throws DisposedError */
  holds(buffer: ArrayBufferLike): boolean {
    return buffer === this.buffer || this.#outgrown.has(buffer);
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
   * are still around (their length becomes 0), so that none of them keeps the memory alive; those of a shared memory
   * cannot be detached, and do.
   */
  dispose(): void {
    if (!this.shared) this.#wasm?.grow(0);
    this.#wasm = undefined;
  }

  #fail(): never {
    throw new DisposedError("runtime", "a live runtime", "a disposed one");
  }

  #grow(pages: number): boolean {
    try {
      if (this.shared) this.#outgrown.add(this.buffer);
      this.wasm.grow(pages);
      return true;
    } catch {
      return false;
    }
  }
}
