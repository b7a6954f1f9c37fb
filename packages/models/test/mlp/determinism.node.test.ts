import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { expect, it } from "vitest";
import { expectedResult, trainedResult } from "./probe.mjs";

const script = fileURLToPath(new URL("./trainedResult.mjs", import.meta.url));

it("gives the same with two threads, and with three", async () => {
  for (const threads of [2, 3]) {
    // However small a part is, it goes to a thread.
    const makeRuntime = () => createThreadedRuntime({ threads, variant: "simd", leastPart: 0 });
    expect(await trainedResult({ makeRuntime })).toBe(expectedResult);
  }
});

it("gives the same in a worker", async () => {
  const worker = new Worker(script, { stdout: true });
  expect((await text(worker.stdout)).trim()).toBe(expectedResult);
});

/** A Node of another version: the one that npm runs on, or another on the PATH. */
function otherNode(): { path: string; version: string } | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
  for (const path of [process.env.npm_node_execpath ?? "", ...onPath]) {
    if (!existsSync(path)) continue;
    const version = execFileSync(path, ["--version"], { encoding: "utf8" }).trim();
    if (version !== process.version) return { path, version };
  }
  return undefined;
}

const other = otherNode();

it.skipIf(!other)(`gives the same in another Node (${other?.version ?? "none at hand"})`, () => {
  expect(execFileSync(other!.path, [script], { encoding: "utf8" }).trim()).toBe(expectedResult);
});
