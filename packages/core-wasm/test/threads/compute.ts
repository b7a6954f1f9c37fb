import type { ThreadedRuntime } from "../../src/threads.js";

/** Whether this thread may block: Node's may, a page's may not. */
export const mayBlock: boolean = typeof document === "undefined";

/** Runs kernels on the threads, in the way that this thread allows. */
export async function compute(runtime: ThreadedRuntime, body: () => void): Promise<void> {
  if (mayBlock) body();
  else await runtime.background(body);
}
