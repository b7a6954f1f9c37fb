/** Kernels on several threads. Apart from the main entry, so that those who want one thread load nothing for more. */
export { createThreadedRuntime, type ThreadedRuntimeOptions } from "./threads/createThreadedRuntime.js";
export type { ThreadedRuntime } from "./threads/threadedRuntime.js";
