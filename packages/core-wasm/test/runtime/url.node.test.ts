import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { FormatError, Runtime, UnsupportedError } from "../../src/index.js";
import { expectRejects } from "./errors.js";

const dist = pathToFileURL(`${import.meta.dirname}/../../dist/`);
const { wasmUrl } = (await import(new URL("url.js", dist).href)) as typeof import("../../src/url.js");

it("points at the module files of the package", () => {
  for (const variant of ["simd", "relaxed"] as const) {
    expect(wasmUrl(variant).href).toBe(new URL(`wasm/${variant}.wasm`, dist).href);
    expect(existsSync(wasmUrl(variant))).toBe(true);
  }
  expect([wasmUrl("simd").href, wasmUrl().href]).toContain(wasmUrl().href);
});

it("is read from disk, where fetch does not", async () => {
  const runtime = await Runtime.create({ url: wasmUrl("simd"), variant: "simd" });
  expect(runtime.variant).toBe("simd");
  runtime.dispose();
  (await Runtime.create({ url: wasmUrl().href })).dispose();
  await expectRejects(Runtime.create({ url: new URL("nothing.wasm", dist) }), UnsupportedError, "url");
  await expectRejects(Runtime.create({ url: new URL("index.js", dist) }), FormatError, "url");
});
