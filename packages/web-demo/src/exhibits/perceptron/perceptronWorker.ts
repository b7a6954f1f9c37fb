import { nextTask } from "../../shell/nextTask.js";
import { makeLearner } from "./packageLearners.js";
import type { Reply, Request } from "./protocol.js";
import { Session } from "./session.js";

/** What this file uses of a worker's global scope: the library for pages does not have it. */
interface WorkerScope {
  postMessage(message: Reply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

const scope = self as unknown as WorkerScope;

const session = new Session({
  make: makeLearner,
  post(reply) {
    const pictures = "frame" in reply ? [reply.frame.plane, ...reply.frame.units] : [];
    scope.postMessage(
      reply,
      pictures.map(({ buffer }) => buffer),
    );
  },
  breathe: nextTask,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  now: () => performance.now(),
});

scope.addEventListener("message", ({ data }) => session.handle(data));
