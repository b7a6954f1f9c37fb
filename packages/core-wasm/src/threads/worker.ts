// The program of a worker: scripts/buildWorker.mjs makes one self-contained script of it, which is started from a string.
import { Control, type Kernel } from "./control.js";

/** What a worker is given to start. */
export interface WorkerStart {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  control: SharedArrayBuffer;
  /** In the order of their indices. */
  kernels: readonly string[];
}

/** What a worker says: that it is ready, why it will not be, or that the last part of a call is done. */
export type WorkerMessage = "ready" | "done" | { failure: string };

function start({ module, memory, control: buffer, kernels: names }: WorkerStart, post: Post): void {
  let kernels: Kernel[];
  let control: Control;
  try {
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    kernels = names.map((name) => exports[name] as Kernel);
    control = new Control(buffer);
  } catch (error) {
    post({ failure: String(error) });
    return;
  }
  post("ready");
  for (;;) {
    control.work(kernels, () => post("done"));
    control.sleep();
  }
}

type Post = (message: WorkerMessage) => void;

interface Port {
  postMessage: (message: WorkerMessage, transfer: Transferable[]) => void;
}

interface NodeThreads {
  workerData?: WorkerStart;
  parentPort: Port;
}

const scope = globalThis as unknown as Port & {
  process?: { getBuiltinModule?: (name: "node:worker_threads") => NodeThreads };
};
const node = scope.process?.getBuiltinModule?.("node:worker_threads");
if (node?.workerData) {
  const { workerData, parentPort } = node;
  start(workerData, (message) => parentPort.postMessage(message, []));
} else {
  const begin = ({ data }: MessageEvent<WorkerStart>): void =>
    start(data, (message) => scope.postMessage(message, []));
  addEventListener("message", begin, { once: true });
}
