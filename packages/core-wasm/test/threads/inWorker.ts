import { matmulInto, type MatmulOptions } from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";

interface Task {
  a: Float32Array;
  b: Float32Array;
  shape: MatmulOptions;
}

/** A product on two threads, by a call that waits for them. */
addEventListener("message", async ({ data: { a, b, shape } }: MessageEvent<Task>) => {
  const runtime = await createThreadedRuntime({ threads: 2, leastPart: 0 });
  const out = new Float32Array(shape.m * shape.n);
  matmulInto(out, a, b, { ...shape, runtime });
  runtime.dispose();
  postMessage(out);
});
