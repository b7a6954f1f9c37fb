import { instantiateSync } from "@assemblyscript/loader";
import { OutOfMemoryError } from "@lanewise/core-wasm/errors";
import type { TrainExports } from "../generated/trainExports.js";
import base64 from "../generated/trainWasm.js";

const PAGE = 65536;
/** A megabyte: more than the module's own tables take. */
const FIRST_PAGES = 16;
/** Wasm's own limit, which the module names as its memory's. */
const MAX_PAGES = 65535;
/** A kernel that has grown beyond this is not kept for the next training. */
const KEPT_BYTES = 16 * 2 ** 20;

/**
 * The trainers' kernels and a memory for them, which is taken from the front and given back all at once. Views of it are
 * made anew after every `allocate`: it may grow.
 */
export class TrainKernel {
  readonly exports: TrainExports;
  readonly memory: WebAssembly.Memory;
  #top: number;

  constructor(module: WebAssembly.Module) {
    this.memory = new WebAssembly.Memory({ initial: FIRST_PAGES, maximum: MAX_PAGES });
    const instance = instantiateSync(module, { env: { memory: this.memory } }).instance;
    // The instance's own exports: the loader's wrappers would cost every call an array of its arguments.
    this.exports = instance.exports as unknown as TrainExports;
    this.#top = this.exports.heapBase();
  }

  /** Nothing of its memory is used any more: what is allocated next begins at the front. */
  reset(): void {
    this.#top = this.exports.heapBase();
  }

  /**
   * Room for `bytes` bytes, 16-aligned, of any content.
   *
   * @throws OutOfMemoryError where the memory cannot grow so far; then nothing has changed
   */
  allocate(bytes: number): number {
    const at = (this.#top + 15) & ~15;
    const pointer = at >>> 0;
    const end = pointer + bytes;
    const missing = Math.ceil((end - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.#grow(missing, bytes);
    this.#top = end;
    return pointer;
  }

  /** The same, of zeros. */
  allocateZeros(bytes: number): number {
    const pointer = this.allocate(bytes);
    this.u8(pointer, bytes).fill(0);
    return pointer;
  }

  u8(pointer: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.memory.buffer, pointer, length);
  }

  u32(pointer: number, length: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }

  f64(pointer: number, length: number): Float64Array<ArrayBuffer> {
    return new Float64Array(this.memory.buffer, pointer, length);
  }

  #grow(missing: number, bytes: number): void {
    const pages = this.memory.buffer.byteLength / PAGE;
    try {
      // More than is missing, so that many small steps do not each make the views anew.
      const generous = Math.min(Math.max(missing, pages >> 2), MAX_PAGES - pages);
      this.memory.grow(Math.max(missing, generous));
    } catch {
      throw new OutOfMemoryError(
        "documents",
        "a training that fits into 4 GB of Wasm memory",
        `${bytes} bytes more`,
      );
    }
  }
}

/** A kernel for one training, to be given back behind it. */
export async function takeKernel(): Promise<TrainKernel> {
  const kept = idle;
  idle = undefined;
  if (kept) return kept;
  compiled ??= WebAssembly.compile(moduleBytes());
  return new TrainKernel(await compiled);
}

/** A kernel that is used no more is kept for the next training, unless it is large. */
export function giveBack(kernel: TrainKernel): void {
  kernel.reset();
  if (kernel.memory.buffer.byteLength <= KEPT_BYTES) idle = kernel;
}

let compiled: Promise<WebAssembly.Module> | undefined;
let idle: TrainKernel | undefined;

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const characters = atob(base64);
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}
