import source from "../generated/threadWorker.js";
import { UnsupportedError } from "../runtime/errors.js";
import type { WorkerMessage, WorkerStart } from "./worker.js";

/** A worker, whichever platform it is of. */
export interface WorkerHandle {
  /** Whether the process stays alive for it. Where there is no process, it does nothing. */
  keepAlive: (keep: boolean) => void;
  terminate: () => void;
}

/** What becomes of a worker. */
export interface WorkerEvents {
  message: (message: WorkerMessage) => void;
  /** It ended, or never started; called once at least. */
  end: (reason: string) => void;
}

interface NodeWorker {
  on: ((event: "message", listener: (message: WorkerMessage) => void) => void) &
    ((event: "error", listener: (error: Error) => void) => void) &
    ((event: "exit", listener: (code: number) => void) => void);
  ref: () => void;
  unref: () => void;
  terminate: () => Promise<number>;
}

interface NodeThreads {
  Worker: new (source: string, options: object) => NodeWorker;
}

/** Node's threads, asked for in a way that no bundler follows. */
function nodeThreads(): NodeThreads | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: "node:worker_threads") => NodeThreads | undefined };
  };
  return process?.getBuiltinModule?.("node:worker_threads");
}

/**
 * Starts a worker from a string: in Node by its own means, elsewhere from a blob, which needs no file that a bundler has
 * to emit and a server to have.
 *
 * @throws UnsupportedError where there are no workers, or a policy forbids them
 */
export function startWorker(start: WorkerStart, events: WorkerEvents): WorkerHandle {
  const threads = nodeThreads();
  try {
    return threads ? startInNode(threads, start, events) : startFromBlob(start, events);
  } catch (cause) {
    throw startFailure(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function startInNode({ Worker }: NodeThreads, start: WorkerStart, events: WorkerEvents): WorkerHandle {
  // Its own execArgv: a flag such as --input-type=module is meant for another program.
  const worker = new Worker(source, { eval: true, workerData: start, execArgv: [], name: "lanewise" });
  worker.on("message", events.message);
  worker.on("error", (error) => events.end(error.message));
  worker.on("exit", (code) => events.end(`exit with code ${code}`));
  return {
    keepAlive: (keep) => (keep ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

function startFromBlob(start: WorkerStart, events: WorkerEvents): WorkerHandle {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  const worker = new Worker(url, { name: "lanewise" });
  worker.postMessage(start, []);
  worker.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => {
    URL.revokeObjectURL(url);
    events.message(data);
  });
  worker.addEventListener("error", (event) => {
    URL.revokeObjectURL(url);
    event.preventDefault();
    events.end(event.message || "one that did not start");
  });
  worker.addEventListener("messageerror", () => events.end("its message could not be read"));
  return { keepAlive: () => {}, terminate: () => worker.terminate() };
}

export function startFailure(reason: string, cause?: unknown): UnsupportedError {
  const wanted = "workers that start (a policy wants `worker-src blob:`)";
  return new UnsupportedError("threads", wanted, reason, { cause });
}
