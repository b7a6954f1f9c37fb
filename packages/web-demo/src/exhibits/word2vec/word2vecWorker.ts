import { nextTask } from "../../shell/nextTask.js";
import { fetchBytes } from "./fetchBytes.js";
import { packageEngine } from "./packageEngine.js";
import type { Reply, Request } from "./protocol.js";
import { Session } from "./session.js";

/** What this file uses of a worker's global scope: the library for pages does not have it. */
interface WorkerScope {
  postMessage(message: Reply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

const scope = self as unknown as WorkerScope;

const session = new Session({
  engine: packageEngine,
  post: (reply) => scope.postMessage(reply, transferred(reply)),
  breathe: nextTask,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  now: () => performance.now(),
  fetchBytes,
});

function transferred(reply: Reply): Transferable[] {
  if (reply.type === "frame") return [reply.frame.indices.buffer, reply.frame.points.buffer];
  return reply.type === "file" ? [reply.bytes.buffer] : [];
}

scope.addEventListener("message", ({ data }) => session.handle(data));
