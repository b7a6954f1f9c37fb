import { nextTask } from "../../shell/nextTask.js";
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
  post: (reply) => scope.postMessage(reply, reply.type === "file" ? [reply.bytes.buffer] : []),
  breathe: nextTask,
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  now: () => performance.now(),
  async fetchText(url) {
    const response = await fetch(url);
    // Some hosts answer with a page of theirs for what they do not have.
    const isPage = response.headers.get("Content-Type")?.startsWith("text/html");
    if (!response.ok || isPage) throw new Error(`the text could not be fetched (${response.status})`);
    return response.text();
  },
});

scope.addEventListener("message", ({ data }) => session.handle(data));
