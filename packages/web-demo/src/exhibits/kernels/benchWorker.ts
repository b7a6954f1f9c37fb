import { nextTask } from "../../shell/nextTask.js";
import { runBench } from "./bench.js";
import { openContenders } from "./contenders.js";
import { jobs } from "./jobs.js";
import type { Reply, Request } from "./protocol.js";

/** What this file uses of a worker's global scope: the library for pages does not have it. */
interface WorkerScope {
  postMessage(message: Reply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

const scope = self as unknown as WorkerScope;

scope.addEventListener("message", ({ data }) => {
  void runBench(data, {
    open: openContenders,
    jobs,
    post: (reply) => scope.postMessage(reply, []),
    now: () => performance.now(),
    breathe: nextTask,
  });
});
