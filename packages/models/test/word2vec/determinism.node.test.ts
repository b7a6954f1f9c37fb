import { execFileSync } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { expect, it } from "vitest";
import { cases, expectedResults, trainedHash } from "./probe.mjs";

const script = fileURLToPath(new URL("./trainedResults.mjs", import.meta.url));

it("gives the same in a worker", async () => {
  const worker = new Worker(script, { stdout: true });
  expect(JSON.parse(await text(worker.stdout))).toEqual(expectedResults);
});

it("gives the same in a process of its own", () => {
  expect(JSON.parse(execFileSync(process.execPath, [script], { encoding: "utf8" }))).toEqual(expectedResults);
});

it("gives the same on two threads", async () => {
  const runtime = await createThreadedRuntime({ variant: "simd", threads: 2, leastPart: 0 });
  for (const [name, options] of Object.entries(cases)) {
    expect(await trainedHash(options, { runtime }), name).toBe(expectedResults[name]);
  }
  runtime.dispose();
});
