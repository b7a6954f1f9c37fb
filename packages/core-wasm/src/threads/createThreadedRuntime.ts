import type { CoreExports } from "../generated/exports.js";
import { checkInteger, checkNumber } from "../runtime/checks.js";
import { RangeError, UnsupportedError } from "../runtime/errors.js";
import { compileError, loadBytes, loadModule } from "../runtime/load.js";
import { instantiateParts, type RuntimeOptions } from "../runtime/runtime.js";
import type { Threads } from "../runtime/threads.js";
import { mostParts } from "./control.js";
import { cut } from "./cut.js";
import { Pool } from "./pool.js";
import { Recorder } from "./recorder.js";
import { shareMemory } from "./shareMemory.js";
import { ThreadedRuntime } from "./threadedRuntime.js";

/** How a runtime with threads is made. */
export interface ThreadedRuntimeOptions extends Omit<RuntimeOptions, "module"> {
  /** How many threads compute. Default: as many as the machine has, and at most 8 */
  threads?: number;
  /**
   * What a call that would be split does on a thread that may not block, as a page's main one: `throw` an UnsupportedError
   * (call it in `background`, or in a worker), or compute on `one-thread`, that one, as long as it takes. Default: `throw`
   */
  mainThread?: "throw" | "one-thread";
  /** The least time, in nanoseconds on one thread, that is worth a part of its own. Default: 25 000 */
  leastPart?: number;
  /** Called with the reason where threads are not to be had, and the runtime has one. Default: the reason is thrown */
  fallback?: (reason: UnsupportedError) => void;
  /** Gives up starting. */
  signal?: AbortSignal;
}

const mostByDefault = 8;
const defaultLeastPart = 25_000;

/**
 * Starts the workers and makes a runtime over them: one less than `threads` where the calling thread may block, and takes its
 * own part of each call; else as many as `threads`. The workers sleep between calls. They do not keep a Node process
 * alive; elsewhere they live until `dispose`.
 *
 * A page needs to be cross-origin isolated: `Cross-Origin-Opener-Policy: same-origin` and
 * `Cross-Origin-Embedder-Policy: require-corp` (or `credentialless`). A Content-Security-Policy needs
 * `'wasm-unsafe-eval'` and `worker-src blob:`.
 *
 * @throws UnsupportedError where threads are not to be had, unless there is a `fallback`; RangeError; OutOfMemoryError;
 *   FormatError; the signal's reason
 */
export async function createThreadedRuntime(options: ThreadedRuntimeOptions = {}): Promise<ThreadedRuntime> {
  const { threads = defaultThreads(), leastPart = defaultLeastPart, mainThread = "throw" } = options;
  const { fallback, signal } = options;
  checkInteger("threads", threads, 1, mostParts);
  checkNumber("leastPart", leastPart, 0);
  if (mainThread !== "throw" && mainThread !== "one-thread") {
    throw new RangeError("mainThread", '"throw" or "one-thread"', mainThread);
  }
  signal?.throwIfAborted();
  try {
    checkIsolated();
    return await startThreads({ ...options, threads, leastPart, mainThread });
  } catch (error) {
    if (!(fallback && error instanceof UnsupportedError && error.argument === "threads")) throw error;
    const runtime = new ThreadedRuntime(instantiateParts(await loadModule(options), options), 1);
    fallback(error);
    return runtime;
  }
}

type Resolved = ThreadedRuntimeOptions &
  Required<Pick<ThreadedRuntimeOptions, "threads" | "leastPart" | "mainThread">>;

async function startThreads(options: Resolved): Promise<ThreadedRuntime> {
  const { threads, leastPart, mainThread, signal } = options;
  const blocks = mayBlock();
  const module = await compileShared(options);
  const parts = instantiateParts(module, options, true);
  const { exports, memory } = parts;
  const workers = blocks ? threads - 1 : threads;
  const pool = await Pool.start({ module, memory: memory.wasm, exports, workers }, signal);
  const splitter = makeSplitter(pool, exports, { threads, leastPart, inPlace: !blocks, mainThread });
  return new ThreadedRuntime(parts, threads, { pool, splitter, leastPart });
}

function makeSplitter(
  pool: Pool,
  exports: CoreExports,
  {
    threads,
    leastPart,
    inPlace,
    mainThread,
  }: Pick<Resolved, "threads" | "leastPart" | "mainThread"> & { inPlace: boolean },
): Threads {
  const recorder = new Recorder();
  return {
    count: threads,
    split(length, options, part) {
      const bounds = cut(length, options, threads, leastPart);
      if (bounds.length > 2 && inPlace && mainThread === "throw") {
        const wanted = '`await runtime.background(…)`, a worker, or `mainThread: "one-thread"`';
        throw new UnsupportedError("call", wanted, "a call for several threads on one that may not block");
      }
      if (bounds.length === 2 || inPlace) part(exports, 0, length);
      else pool.run(recorder.parts(bounds, part));
    },
  };
}

async function compileShared(options: ThreadedRuntimeOptions): Promise<WebAssembly.Module> {
  const bytes = shareMemory(await loadBytes(options));
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw compileError(options, cause);
  }
}

/** @throws UnsupportedError */
function checkIsolated(): void {
  const { SharedArrayBuffer: shared, crossOriginIsolated } = globalThis as {
    SharedArrayBuffer?: unknown;
    crossOriginIsolated?: boolean;
  };
  if (shared !== undefined && crossOriginIsolated !== false) return;
  const wanted =
    "shared memory (a page has it with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp)";
  const came =
    crossOriginIsolated === false ? "a page that is not cross-origin isolated" : "an engine without it";
  throw new UnsupportedError("threads", wanted, came);
}

/** Whether this thread may wait: a page's main thread, and a service worker's, may not. */
function mayBlock(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}

function defaultThreads(): number {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: "node:os") => { availableParallelism: () => number } | undefined };
  };
  const count =
    process?.getBuiltinModule?.("node:os")?.availableParallelism() ??
    globalThis.navigator?.hardwareConcurrency ??
    1;
  return Math.min(count, mostByDefault);
}
