import { describe, expect, it } from "vitest";
import { matmulInto, Runtime, UnsupportedError } from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";
import { expectThrows } from "../runtime/errors.js";
import { noise } from "../variants.js";
import { mayBlock } from "./compute.js";

const size = 256;
const shape = { m: size, n: size, k: size };
const [a, b] = [noise(size * size, 1), noise(size * size, 2)];

/** What one thread makes of it. */
function product(): Float32Array {
  const runtime = Runtime.createSync();
  const out = new Float32Array(size * size);
  matmulInto(out, a, b, { ...shape, runtime });
  runtime.dispose();
  return out;
}

describe.skipIf(mayBlock)("a page", () => {
  it("is cross-origin isolated here, and computes in the background", async () => {
    expect(crossOriginIsolated).toBe(true);
    const runtime = await createThreadedRuntime({ threads: 2 });
    const out = new Float32Array(size * size);
    const error = expectThrows(() => matmulInto(out, a, b, { ...shape, runtime }), UnsupportedError, "call");
    expect(error.expected).toContain("background");
    expect(new Set(out)).toEqual(new Set([0]));
    await runtime.background(() => matmulInto(out, a, b, shape));
    expect(out).toEqual(product());
    runtime.dispose();
  });

  it("may have a worker that waits for others, with the same bits", async () => {
    const worker = new Worker(new URL("./inWorker.ts", import.meta.url), { type: "module" });
    const came = await new Promise((resolve, reject) => {
      worker.addEventListener("message", ({ data }) => resolve(data));
      worker.addEventListener("error", ({ message }) => reject(new Error(message)));
      worker.postMessage({ a, b, shape }, []);
    });
    worker.terminate();
    expect(came).toEqual(product());
  });

  it("says so when workers may not be started", async () => {
    const policy = document.createElement("meta");
    policy.httpEquiv = "Content-Security-Policy";
    policy.content = "worker-src 'self'";
    const frame = document.createElement("iframe");
    document.body.append(frame);
    frame.contentDocument!.head.append(policy);
    const inner = frame.contentWindow as unknown as { Worker: typeof Worker };
    const outer = globalThis.Worker;
    globalThis.Worker = inner.Worker;
    try {
      const reason = await createThreadedRuntime({ threads: 2 }).catch((error: unknown) => error);
      expect(reason).toBeInstanceOf(UnsupportedError);
      expect(reason).toMatchObject({ argument: "threads" });
      expect((reason as Error).message).toContain("worker-src blob:");
    } finally {
      globalThis.Worker = outer;
      frame.remove();
    }
  });
});
