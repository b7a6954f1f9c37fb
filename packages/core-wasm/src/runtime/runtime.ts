import type { CoreExports } from "../generated/exports.js";
import { Arena } from "./arena.js";
import { DisposedError, RangeError, UnsupportedError } from "./errors.js";
import type { DType } from "./dtype.js";
import type { Variant } from "./features.js";
import { Frame, type KernelArray } from "./frame.js";
import { Heap } from "./heap.js";
import { type Instance, instantiate, loadModule, loadModuleSync, type LoadOptions } from "./load.js";
import { LinearMemory, pageBytes } from "./memory.js";
import { callPiece, rowsOfPiece, type RowsCall, type RowsPart } from "./pieces.js";
import type { Threads } from "./threads.js";
import { WasmArray } from "./wasmArray.js";

/** How a runtime is made. */
export interface RuntimeOptions extends LoadOptions {
  /** The most that Wasm memory may grow to. Default and limit: 4 GiB, whose last 64 KiB stay out of use. */
  maximumBytes?: number;
}

const fourGiB = 65536 * pageBytes;

/** What a runtime is put together from: a memory, and the instance over it. */
export interface RuntimeParts extends Instance {
  memory: LinearMemory;
}

/** @throws FormatError, UnsupportedError, RangeError, OutOfMemoryError */
export function instantiateParts(
  module: WebAssembly.Module,
  { maximumBytes = fourGiB, variant }: RuntimeOptions,
  shared = false,
): RuntimeParts {
  if (!(maximumBytes >= 2 * pageBytes && maximumBytes <= fourGiB)) {
    throw new RangeError("maximumBytes", `${2 * pageBytes} to ${fourGiB}`, maximumBytes);
  }
  const memory = new LinearMemory(maximumBytes, shared);
  return { memory, ...instantiate(module, memory.wasm, variant) };
}

/**
 * One instance of the kernels with a memory of its own. Most programs need none but the default one, which is
 * made on first use; a second one keeps its memory, variant and lifetime apart.
 */
export class Runtime {
  readonly variant: Variant;
  /** Long-lived arrays. */
  readonly heap: Heap;
  /** Short-lived arrays. */
  readonly arena: Arena;
  readonly memory: LinearMemory;
  #wasm: CoreExports | undefined;
  readonly #frame: Frame;

  protected constructor({ memory, exports, variant }: RuntimeParts, threads?: Threads) {
    this.memory = memory;
    this.variant = variant;
    this.#wasm = exports;
    this.heap = new Heap(memory, exports.heapBase());
    this.arena = new Arena(this.heap);
    this.#frame = new Frame(new Arena(this.heap), memory, exports, threads);
    runtimes.set(memory, this);
  }

  /** @throws UnsupportedError, FormatError, RangeError, OutOfMemoryError */
  static async create(options: RuntimeOptions = {}): Promise<Runtime> {
    return new Runtime(instantiateParts(await loadModule(options), options));
  }

  /** The same without waiting; takes everything but `url`. */
  static createSync(options: RuntimeOptions = {}): Runtime {
    return new Runtime(instantiateParts(loadModuleSync(options), options));
  }

  get disposed(): boolean {
    return this.memory.disposed;
  }

  /**
   * Calls a kernel: `body` gets the module's raw exports and a frame that turns arrays into pointers. Typed
   * arrays are copied in and out, arrays of this runtime are passed as they are.
   *
   * @throws DisposedError after `dispose`
   */
  call<T>(body: (wasm: CoreExports, frame: Frame) => T): T {
    const wasm = this.#wasm;
    if (wasm === undefined) throw new DisposedError("runtime", "a live runtime", "a disposed one");
    const mark = this.#frame.begin();
    try {
      const result = body(wasm, this.#frame);
      this.#frame.copyOut(mark);
      return result;
    } finally {
      this.#frame.end(mark);
    }
  }

  /**
   * As `call`, for a kernel that treats each row (or element) by itself. Where large typed arrays are copied, it is called
   * piece by piece, so that the copies stay in cache; where there are threads, they share the rows.
   *
   *     runtime.callByRows(
   *       { count: rows, nanoseconds: 2 * rows * cols, output: [out], input: [x] },
   *       (wasm, { output: [out], input: [x] }, n) => wasm.softmax(out, x, n, cols),
   *     );
   *
   * @throws DisposedError after `dispose`
   */
  callByRows<const C extends RowsCall>(rows: C, part: RowsPart<C>): void {
    const step = rowsOfPiece(rows, this.memory);
    let begin = 0;
    do {
      const [first, end] = [begin, Math.min(begin + step, rows.count)];
      this.call((_, frame) => callPiece(frame, rows, first, end, part));
      begin = end;
    } while (begin < rows.count);
  }

  /** Ends the runtime and lets its memory go: its arrays throw a DisposedError from then on. Again is no harm. */
  dispose(): void {
    this.memory.dispose();
    this.#wasm = undefined;
    if (current === this) current = undefined;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

/** Which runtime a memory belongs to, so that an array in Wasm memory leads to its kernels. */
const runtimes = new WeakMap<LinearMemory, Runtime>();

let current: Runtime | undefined;

/** The runtime for those who name none: made on first use. */
export function defaultRuntime(): Runtime {
  current ??= Runtime.createSync();
  return current;
}

/** Runs `body` (not an async function) with `runtime` for those who name none. */
export function withDefaultRuntime<T>(runtime: Runtime, body: () => T): T {
  const outer = current;
  current = runtime;
  try {
    return body();
  } finally {
    current = outer;
  }
}

/** The runtime a call runs on: the one that is named, else the one its arrays live in, else the default one. */
export function runtimeFor(
  named: Runtime | undefined,
  ...arrays: (KernelArray<DType> | undefined)[]
): Runtime {
  if (named) return named;
  for (const array of arrays) {
    const runtime = array instanceof WasmArray ? runtimes.get(array.allocation.memory) : undefined;
    if (runtime) return runtime;
  }
  return defaultRuntime();
}

/**
 * Makes the default runtime now, or in another way than by itself; the page stays responsive while it compiles.
 * Without options it may be called any number of times.
 *
 * @throws UnsupportedError if options come when the default runtime is there already: dispose it first
 */
export async function init(options?: RuntimeOptions): Promise<Runtime> {
  if (options === undefined && current) return current;
  if (options === undefined && starting) return starting;
  if (current || starting) throw alreadyRunning();
  starting = start(options);
  try {
    return await starting;
  } finally {
    starting = undefined;
  }
}

let starting: Promise<Runtime> | undefined;

async function start(options: RuntimeOptions | undefined): Promise<Runtime> {
  const made = await Runtime.create(options);
  if (current) {
    // A call that could not wait has made one in the meantime.
    made.dispose();
    if (options) throw alreadyRunning();
    return current;
  }
  current = made;
  return made;
}

function alreadyRunning(): UnsupportedError {
  return new UnsupportedError("options", "no default runtime yet, or a disposed one", "a running one");
}
