import { FormatError, OutOfMemoryError, UnsupportedError } from "@lanewise/core-wasm/errors";
import type { EncodeExports } from "../generated/encodeExports.js";
import encodeBase64 from "../generated/encodeWasm.js";
import { decodeBase64 } from "./base64.js";

/** Where the module comes from. Everything is optional: without options it just works. */
export interface EngineModuleOptions {
  /** A compiled module, for platforms that do not compile at run time. */
  readonly module?: WebAssembly.Module;
  /** The module's bytes: `@lanewise/tokenizer/encode.wasm`. */
  readonly bytes?: BufferSource;
}

let own: WebAssembly.Module | undefined;

/** For platforms that compile nothing at run time: the module that the package carries, compiled before. */
export function provideModule(module: WebAssembly.Module): void {
  own = module;
}

/**
 * The module of encoders: what is given, or what the package carries, which is compiled once.
 *
 * @throws FormatError where the bytes are no Wasm module
 * @throws UnsupportedError where the engine compiles no Wasm
 */
export function engineModule(options: EngineModuleOptions = {}): WebAssembly.Module {
  const { module, bytes } = options;
  if (module) return module;
  if (!bytes && own) return own;
  try {
    const compiled = new WebAssembly.Module(bytes ?? decodeBase64(encodeBase64));
    if (!bytes) own = compiled;
    return compiled;
  } catch (cause) {
    throw compileError(bytes, cause);
  }
}

/** The same without blocking, as some browsers want it of the main thread. */
export async function loadEngineModule(options: EngineModuleOptions = {}): Promise<WebAssembly.Module> {
  const { module, bytes } = options;
  if (module) return module;
  if (!bytes && own) return own;
  try {
    const compiled = await WebAssembly.compile(bytes ?? decodeBase64(encodeBase64));
    if (!bytes) own = compiled;
    return compiled;
  } catch (cause) {
    throw compileError(bytes, cause);
  }
}

function compileError(bytes: BufferSource | undefined, cause: unknown): Error {
  const came = cause instanceof Error ? cause.message : String(cause);
  return bytes
    ? new FormatError("bytes", "a Wasm module that this engine compiles", came, { cause })
    : new UnsupportedError("WebAssembly", "leave to compile SIMD (a policy wants 'wasm-unsafe-eval')", came, {
        cause,
      });
}

const PAGE = 65536;

/** The next multiple of 64. Not by bits: they have a sign, and memory goes beyond 2 GB. */
export function align(pointer: number): number {
  return Math.ceil(pointer / 64) * 64;
}

/** One instance of the module and the memory that is its own: tables are put one behind the other and stay. */
export class EngineMemory {
  readonly wasm: EncodeExports;
  readonly #memory = new WebAssembly.Memory({ initial: 16, maximum: 65535 });
  #top: number;
  #u8: Uint8Array<ArrayBuffer>;
  #u32: Uint32Array<ArrayBuffer>;

  constructor(module: WebAssembly.Module) {
    let exports: Partial<EncodeExports>;
    try {
      exports = new WebAssembly.Instance(module, { env: { memory: this.#memory } }).exports;
    } catch (cause) {
      throw new FormatError("module", "a module of this package", String(cause), { cause });
    }
    if (!exports.heapBase || !exports.encodeText) {
      throw new FormatError("module", "a module of this version of the package", "another");
    }
    this.wasm = exports as EncodeExports;
    this.#top = exports.heapBase();
    this.#u8 = new Uint8Array(this.#memory.buffer);
    this.#u32 = new Uint32Array(this.#memory.buffer);
  }

  /** All bytes. Good until the next `allocate`, or `reserve`. */
  get u8(): Uint8Array<ArrayBuffer> {
    return this.#u8;
  }

  get u32(): Uint32Array<ArrayBuffer> {
    return this.#u32;
  }

  /** The first byte behind all that is allocated, a multiple of 64. */
  get top(): number {
    return align(this.#top);
  }

  /** Zeroed, at a multiple of 64; it stays. */
  allocate(bytes: number): number {
    const pointer = this.top;
    this.reserve(pointer + bytes);
    this.#top = pointer + bytes;
    return pointer;
  }

  /** Grows the memory until it has `end` bytes, and 64 more. */
  reserve(end: number): void {
    const missing = end + 64 - this.#u8.length;
    if (missing <= 0) return;
    try {
      this.#memory.grow(Math.ceil(missing / PAGE));
    } catch (cause) {
      throw new OutOfMemoryError("memory", `${end} bytes of Wasm memory`, `room for ${this.#u8.length}`, {
        cause,
      });
    }
    this.#u8 = new Uint8Array(this.#memory.buffer);
    this.#u32 = new Uint32Array(this.#memory.buffer);
  }

  /** Copies an array to memory of its own. */
  place(data: Uint8Array | Uint32Array | Float32Array | Float64Array): number {
    const pointer = this.allocate(data.byteLength + 16);
    this.#u8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), pointer);
    return pointer;
  }
}
