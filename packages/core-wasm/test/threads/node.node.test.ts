import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import workerThreads, { type Worker } from "node:worker_threads";
import { afterEach, describe, expect, it, vi } from "vitest";
import { scaleInto, ThreadError, UnsupportedError } from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";
import { expectRejects, expectThrows } from "../runtime/errors.js";
import { noise } from "../variants.js";

const dist = pathToFileURL(`${import.meta.dirname}/../../dist/`);

const started: Worker[] = [];

/** Keeps the workers that are started from here on; those from `broken` on run another program. */
function watchWorkers({ broken = Infinity } = {}): void {
  const Original = workerThreads.Worker;
  vi.spyOn(workerThreads, "Worker").mockImplementation(function worker(source, options) {
    const program = started.length < broken ? source : "throw new Error('no luck today')";
    const made = new Original(program, options);
    started.push(made);
    return made;
  });
}

afterEach(() => {
  vi.restoreAllMocks();
  started.length = 0;
});

/** The exits of the workers that were started. */
async function exits(): Promise<unknown> {
  return Promise.all(started.map((worker) => once(worker, "exit")));
}

describe("dispose ends the workers", () => {
  it("that sleep", async () => {
    watchWorkers();
    const runtime = await createThreadedRuntime({ threads: 3, leastPart: 0 });
    expect(started.length).toBe(2);
    const x = runtime.heap.from("f32", noise(100, 1));
    scaleInto(x, x, { scale: 2 });
    await new Promise((resolve) => setTimeout(resolve, 20)); // longer than they look for work
    const ended = exits();
    runtime.dispose();
    await ended;
  });

  it("that compute", async () => {
    watchWorkers();
    const runtime = await createThreadedRuntime({ threads: 3 });
    const size = 1024;
    const [a, b] = [noise(size * size, 1), noise(size * size, 2)];
    const out = new Float32Array(size * size);
    const running = runtime.background(() => {
      for (let i = 0; i < 10; i++) scaleInto(out, a, { scale: b[i]!, runtime });
    });
    const ended = exits();
    runtime.dispose();
    await expect(running).rejects.toThrow("disposed");
    await ended;
  });

  it("that were starting when the signal came", async () => {
    watchWorkers();
    const controller = new AbortController();
    const starting = createThreadedRuntime({ threads: 3, signal: controller.signal });
    while (started.length < 2) await new Promise((resolve) => setTimeout(resolve));
    const ended = exits();
    controller.abort();
    await expect(starting).rejects.toThrow("abort");
    await ended;
  });
});

describe("workers that do not start", () => {
  it("are an error, and leave none running", async () => {
    watchWorkers({ broken: 1 });
    const starting = createThreadedRuntime({ threads: 3 });
    const error = await expectRejects(starting, UnsupportedError, "threads");
    expect(error.received).toBe("no luck today");
    for (const worker of started) if (worker.threadId !== -1) await once(worker, "exit");
    expect(started.map(({ threadId }) => threadId)).toEqual([-1, -1]);
  });

  it("lead to one thread if that was asked for", async () => {
    vi.spyOn(workerThreads, "Worker").mockImplementation(function worker(): never {
      throw new Error("no threads left");
    });
    await expectRejects(createThreadedRuntime({ threads: 2 }), UnsupportedError, "threads");
    const fallback = vi.fn<(reason: UnsupportedError) => void>();
    const runtime = await createThreadedRuntime({ threads: 2, fallback });
    expect(fallback.mock.calls[0]![0].received).toContain("no threads left");
    expect(runtime.threads).toBe(1);
    runtime.dispose();
  });
});

it("says so when a worker has died, from then on", async () => {
  watchWorkers();
  const runtime = await createThreadedRuntime({ threads: 2, leastPart: 0 });
  const x = runtime.heap.from("f32", noise(100, 1));
  await started[0]!.terminate();
  const error = expectThrows(() => scaleInto(x, x, { scale: 2 }), ThreadError, "threads");
  expect(error.received).toBe("exit with code 1");
  await expectRejects(
    runtime.background(() => scaleInto(x, x, { scale: 2 })),
    ThreadError,
    "threads",
  );
  expect(x.toArray()).toEqual(noise(100, 1));
  runtime.dispose();
});

it("fails what waits for a worker that dies", async () => {
  watchWorkers();
  const runtime = await createThreadedRuntime({ threads: 2 });
  const size = 1500;
  const [a, b] = [runtime.heap.alloc("f32", size * size), runtime.heap.alloc("f32", size * size)];
  const running = runtime.background(() => {
    for (let i = 0; i < 100; i++) scaleInto(a, b, { scale: 2 });
  });
  setTimeout(() => void started[0]!.terminate());
  await expectRejects(running, ThreadError, "threads");
  runtime.dispose();
});

describe("the process", () => {
  /** What a process of its own prints; it must end by itself. */
  function run(code: string): string {
    const script = `
      import { matmulInto } from ${JSON.stringify(new URL("index.js", dist).href)};
      import { createThreadedRuntime } from ${JSON.stringify(new URL("threads.js", dist).href)};
      const runtime = await createThreadedRuntime({ threads: 3, leastPart: 0 });
      const [a, b, c] = [1, 2, 0].map((value) => runtime.heap.from("f32", new Float32Array(200 * 200).fill(value)));
      const shape = { m: 200, n: 200, k: 200 };
      ${code}`;
    return execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
      encoding: "utf8",
      timeout: 20_000,
    });
  }

  it("ends though a runtime was not disposed", () => {
    expect(run(`matmulInto(c, a, b, shape); console.log(c.view[7]);`)).toBe("400\n");
  });

  it("waits for what is in the background", () => {
    const code = `runtime.background(() => matmulInto(c, a, b, shape)).then(() => console.log(c.view[7]));`;
    expect(run(code)).toBe("400\n");
  });

  it("may compute in a worker, with workers of its own", () => {
    const code = `
      import { Worker } from "node:worker_threads";
      const inner = \`
        import { parentPort } from "node:worker_threads";
        const { matmul } = await import(${JSON.stringify(new URL("index.js", dist).href)});
        const { createThreadedRuntime } = await import(${JSON.stringify(new URL("threads.js", dist).href)});
        const runtime = await createThreadedRuntime({ threads: 2, leastPart: 0 });
        const x = new Float32Array(100 * 100).fill(1);
        parentPort.postMessage(matmul(x, x, { m: 100, n: 100, k: 100, runtime })[0]);\`;
      const worker = new Worker(new URL("data:text/javascript," + encodeURIComponent(inner)));
      worker.once("message", (value) => console.log(value));`;
    expect(run(code)).toBe("100\n");
  });
});

it("does no work at import", async () => {
  vi.resetModules();
  const spies = [
    vi.spyOn(workerThreads, "Worker"),
    vi.spyOn(globalThis, "SharedArrayBuffer"),
    vi.spyOn(WebAssembly, "Memory"),
    vi.spyOn(WebAssembly, "compile"),
    vi.spyOn(WebAssembly, "validate"),
    vi.spyOn(globalThis, "atob"),
  ];
  const { createThreadedRuntime: create } = await import("../../src/threads.js");
  for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  (await create({ threads: 2 })).dispose();
  for (const spy of spies) expect(spy).toHaveBeenCalled();
});
