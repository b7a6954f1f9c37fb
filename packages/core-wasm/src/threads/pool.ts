import { kernelNames } from "../generated/kernelNames.js";
import type { CoreExports } from "../generated/exports.js";
import { DisposedError, type LanewiseError, ThreadError, UnsupportedError } from "../runtime/errors.js";
import { Control, controlBytes, type Kernel, mostNumbers, mostParts } from "./control.js";
import type { RecordedPart } from "./recorder.js";
import { startFailure, startWorker, type WorkerHandle } from "./startWorker.js";
import type { WorkerMessage } from "./worker.js";

/** What a pool works on. */
export interface PoolOptions {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** The calling thread's own instance. */
  exports: CoreExports;
  workers: number;
}

/** A call that is waited for by message. */
interface Waiting {
  resolve: () => void;
  reject: (error: Error) => void;
}

/** Workers over one shared memory, that run the parts of one call at a time. */
export class Pool {
  readonly workers: number;
  readonly #control: Control;
  readonly #kernels: readonly Kernel[];
  readonly #handles: WorkerHandle[] = [];
  #waiting: Waiting | undefined;
  #broken: LanewiseError | undefined;
  #disposed = false;

  private constructor({ exports, workers }: PoolOptions, buffer: SharedArrayBuffer) {
    this.workers = workers;
    this.#control = new Control(buffer);
    this.#kernels = kernelNames.map((name) => exports[name] as Kernel);
  }

  /** @throws UnsupportedError where a worker does not start; those that did are ended */
  static async start(options: PoolOptions, signal: AbortSignal | undefined): Promise<Pool> {
    const buffer = new SharedArrayBuffer(controlBytes);
    const pool = new Pool(options, buffer);
    try {
      await pool.#startWorkers(options, buffer, signal);
    } catch (error) {
      pool.dispose();
      throw error;
    }
    return pool;
  }

  /** @throws ThreadError once a worker failed; DisposedError */
  checkLive(): void {
    if (this.#disposed) throw new DisposedError("runtime", "a live runtime", "a disposed one");
    if (this.#broken) throw this.#broken;
  }

  /**
   * Runs a call here and on the workers, and returns when it is done: for threads that may block.
   *
   * @throws ThreadError if a part failed
   */
  run(parts: readonly RecordedPart[]): void {
    this.checkLive();
    this.#finish();
    this.#control.give(checkSize(parts), false, parts.length - 1);
    this.#finish();
  }

  /** The same on the workers alone, without blocking this thread. Not before the one before it is done. */
  async runOnWorkers(parts: readonly RecordedPart[]): Promise<void> {
    this.checkLive();
    if (this.workers === 0) {
      this.run(parts);
      return;
    }
    this.#keepAlive(true);
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#control.give(checkSize(parts), true, parts.length);
      });
    } finally {
      this.#keepAlive(false);
    }
    this.#checkFailure();
  }

  /** Ends the workers. Again is no harm. */
  dispose(): void {
    this.#disposed = true;
    for (const handle of this.#handles) handle.terminate();
    this.#handles.length = 0;
    this.#settle(new DisposedError("runtime", "a live runtime", "a disposed one"));
  }

  async #startWorkers(
    { module, memory, workers }: PoolOptions,
    control: SharedArrayBuffer,
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted();
    const start = { module, memory, control, kernels: kernelNames };
    await new Promise<void>((resolve, reject) => {
      let ready = 0;
      const message = (said: WorkerMessage): void => {
        if (said === "done") this.#workerDone();
        else if (said !== "ready") reject(startFailure(said.failure));
        else if (++ready === workers) resolve();
      };
      const end = (reason: string): void => {
        reject(startFailure(reason));
        if (!this.#disposed) this.#break(reason);
      };
      signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      for (let i = 0; i < workers; i++) this.#handles.push(startWorker(start, { message, end }));
      if (workers === 0) resolve();
    });
    this.#keepAlive(false);
  }

  /** Runs what is left of the call in hand, and waits for the rest. */
  #finish(): void {
    this.#control.work(this.#kernels, () => {});
    this.#control.finish();
    this.#settle();
    this.#checkFailure();
  }

  /** A worker did the last part, of the call that is waited for, or (told late) of one before. */
  #workerDone(): void {
    if (this.#control.isDone) this.#settle();
  }

  #settle(error?: Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (error) waiting?.reject(error);
    else waiting?.resolve();
  }

  #checkFailure(): void {
    const { failure } = this.#control;
    if (failure !== undefined) throw this.#break(failure);
  }

  /** From here on every call throws. */
  #break(reason: string): LanewiseError {
    this.#broken ??= new ThreadError("threads", "workers that run until they are disposed", reason);
    this.#settle(this.#broken);
    return this.#broken;
  }

  #keepAlive(keep: boolean): void {
    for (const handle of this.#handles) handle.keepAlive(keep);
  }
}

function checkSize(parts: readonly RecordedPart[]): readonly RecordedPart[] {
  const numbers = parts.reduce((sum, part) => sum + part.length, 0);
  if (parts.length > mostParts || numbers > mostNumbers) {
    const wanted = `at most ${mostParts} parts, and calls of ${mostNumbers} numbers`;
    throw new UnsupportedError("split", wanted, `${parts.length} parts, ${numbers} numbers`);
  }
  return parts;
}
