import type { CoreExports } from "../generated/exports.js";
import { UnsupportedError } from "../runtime/errors.js";
import type { Frame } from "../runtime/frame.js";
import { Runtime, type RuntimeParts, withDefaultRuntime } from "../runtime/runtime.js";
import type { Threads } from "../runtime/threads.js";
import { Background, type CallBody } from "./background.js";
import type { Pool } from "./pool.js";

/**
 * A runtime whose calls run on several threads where that is worth it, with the same bits as on one. Whatever takes a
 * `runtime` takes it. Its memory is shared: growth detaches no view of it, and `postMessage` does not copy one (`toArray`
 * does).
 */
export class ThreadedRuntime extends Runtime {
  /** How many threads compute: 1 where `fallback` was called. */
  readonly threads: number;
  readonly #pool: Pool | undefined;
  readonly #background: Background | undefined;
  /** The calls of the body that `background` runs now. */
  #collecting: CallBody[] | undefined;

  /** `createThreadedRuntime` makes one. Without workers it computes on the calling thread. */
  constructor(
    parts: RuntimeParts,
    threads: number,
    workers?: { pool: Pool; splitter: Threads; leastPart: number },
  ) {
    super(parts, workers?.splitter);
    this.threads = threads;
    this.#pool = workers?.pool;
    this.#background =
      workers && new Background(workers.pool, parts.exports, this.heap, this.memory, workers.leastPart);
  }

  /** As in any runtime. @throws ThreadError from the first failure of a thread on; UnsupportedError, see `mainThread` */
  override call<T>(body: (wasm: CoreExports, frame: Frame) => T): T {
    this.#pool?.checkLive();
    if (this.#collecting === undefined) return super.call(body);
    this.#collecting.push(body);
    return undefined as T; // `background` refuses bodies whose calls return something
  }

  /**
   * Runs the kernels that `body` calls on the workers alone, one after the other, and resolves when they are done; this thread
   * is free meanwhile. That is the way to compute on a page's own thread, which may not block:
   *
   *     await runtime.background(() => {
   *       matmulInto(hidden, x, weights, shape);
   *       activationInto(hidden, hidden, { kind: "geluErf" });
   *     });
   *
   * Those that name no runtime, and whose arrays are in none, run on this one. Arguments are checked at once. Typed arrays
   * are read when their call's turn comes, and written when it is done: leave them alone until then, and resident arrays in
   * place. In Node the caller's thread takes no part, so that two threads are one here; without workers the calls run in place.
   *
   * @param body calls kernels that write arrays and return nothing (`fooInto`); not an async function
   * @throws UnsupportedError for another body; ThreadError; DisposedError if the runtime ends before it is done
   */
  async background(body: () => void): Promise<void> {
    const calls = this.#collect(body);
    this.#pool?.checkLive();
    if (this.#background) await this.#background.run(calls);
    else for (const call of calls) super.call(call);
  }

  /** Ends the workers, and lets the memory go. Again is no harm. */
  override dispose(): void {
    this.#pool?.dispose();
    super.dispose();
  }

  #collect(body: () => unknown): CallBody[] {
    const outer = this.#collecting;
    const calls: CallBody[] = [];
    this.#collecting = calls;
    let result: unknown;
    try {
      result = withDefaultRuntime(this, body);
    } finally {
      this.#collecting = outer;
    }
    if (result instanceof Promise) throw new UnsupportedError("body", "a function that is not async", result);
    return calls;
  }
}
