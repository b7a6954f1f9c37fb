import { defaultRuntime } from "@lanewise/core-wasm";
import { CharRnn } from "@lanewise/models/rnn";
import { nextTask } from "../../shell/nextTask.js";
import type { Reply, Request } from "./protocol.js";
import { Session } from "./session.js";
import { TextLoader } from "./text.js";

/** What this file uses of a worker's global scope: the library for pages does not have it. */
interface WorkerScope {
  postMessage(message: Reply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

const scope = self as unknown as WorkerScope;
const texts = new TextLoader();

const session = new Session({
  learners: CharRnn,
  loadText: async (source, signal, onProgress) =>
    source.kind === "own" ? source.text : texts.load(source.url, signal, onProgress),
  post: (reply) => {
    if (reply.type === "states") scope.postMessage(reply, [reply.values.buffer]);
    else if (reply.type === "weights") scope.postMessage(reply, [reply.bytes.buffer]);
    else scope.postMessage(reply, []);
  },
  breathe: nextTask,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => performance.now(),
  memoryBytes: () => defaultRuntime().memory.wasm.buffer.byteLength,
});

scope.addEventListener("message", ({ data }) => session.handle(data));
