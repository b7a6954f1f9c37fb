import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { FormatError } from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";
import { shareMemory } from "../../src/threads/shareMemory.js";
import { expectRejects, expectThrows } from "../runtime/errors.js";

const root = `${import.meta.dirname}/../../`;
const simd = (): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`${root}dist/wasm/simd.wasm`));

/** What the compiler makes of a kernel. */
function compile(kernel: string, features: readonly string[]): Uint8Array<ArrayBuffer> {
  const folder = mkdtempSync(join(tmpdir(), "threads-"));
  const out = join(folder, "kernel.wasm");
  const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");
  const flags = ["--runtime", "stub", "--importMemory", "--maximumMemory", "65535", "--use", "abort="];
  const level = ["--optimizeLevel", "3", "--noAssert", "--disableWarning", "112", "--outFile", out];
  execFileSync(process.execPath, [asc, kernel, ...flags, "--enable", "simd", ...features, ...level], {
    cwd: root,
  });
  const bytes = new Uint8Array(readFileSync(out));
  rmSync(folder, { recursive: true });
  return bytes;
}

it("makes what the compiler makes of the same source with threads enabled, byte for byte", () => {
  const kernel = "assembly/kernels/sampleLogits.ts";
  const [plain, threads] = [compile(kernel, []), compile(kernel, ["--enable", "threads", "--sharedMemory"])];
  expect(plain).not.toEqual(threads);
  expect(shareMemory(plain)).toEqual(threads);
}, 120_000);

it("refuses what has no memory to share", async () => {
  const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const bytes of [empty, new Uint8Array(0), new Uint8Array(1000), shareMemory(simd())]) {
    expectThrows(() => shareMemory(bytes.slice()), FormatError, "module");
    await expectRejects(createThreadedRuntime({ threads: 2, bytes }), FormatError, "module");
  }
});

it("leaves the bytes alone that it is given", async () => {
  const bytes = simd();
  for (const given of [bytes, bytes.buffer, new DataView(bytes.buffer)]) {
    const runtime = await createThreadedRuntime({ threads: 2, bytes: given, variant: "simd" });
    expect(runtime.variant).toBe("simd");
    runtime.dispose();
  }
  expect(bytes).toEqual(simd());
});

it("takes the file of the package, from a URL", async () => {
  const url = new URL(`file://${root}dist/wasm/simd.wasm`);
  const runtime = await createThreadedRuntime({ threads: 2, url });
  expect(runtime.variant).toBe("simd");
  runtime.dispose();
});
