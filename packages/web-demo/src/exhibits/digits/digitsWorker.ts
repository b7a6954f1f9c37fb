import { unpackDigits } from "./digits.js";
import type { Reply, Request } from "./protocol.js";
import { Session } from "./session.js";

/** What this file uses of a worker's global scope: the library for pages does not have it. */
interface WorkerScope {
  postMessage(message: Reply, transfer: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Request>) => void): void;
}

const scope = self as unknown as WorkerScope;

const session = new Session({
  post: (reply) => scope.postMessage(reply, reply.type === "file" ? [reply.bytes.buffer] : []),
  async load() {
    const response = await fetch(new URL("../../generated/digits.bin", import.meta.url));
    if (!response.ok) throw new Error(`the digits could not be fetched (${response.status})`);
    return unpackDigits(await response.blob());
  },
});

scope.addEventListener("message", ({ data }) => session.handle(data));
