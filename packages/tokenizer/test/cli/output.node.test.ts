import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeWhole } from "../../src/cli/output.js";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lanewise-output-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("writeWhole", () => {
  it("writes in place of what is there", async () => {
    const path = join(folder, "x.json");
    writeFileSync(path, "old");
    await writeWhole(path, "new", new AbortController().signal);
    expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["new", ["x.json"]]);
  });

  it("leaves all as it was where it is aborted, in the middle too", async () => {
    const path = join(folder, "x.json");
    writeFileSync(path, "old");
    for (const turns of [0, 1, 2, 3]) {
      const controller = new AbortController();
      const written = writeWhole(path, new Uint8Array(64 << 20), controller.signal);
      for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
      controller.abort(new Error("enough"));
      await expect(written).rejects.toThrow("enough");
      expect([readFileSync(path, "utf8"), readdirSync(folder)]).toEqual(["old", ["x.json"]]);
    }
  });

  it("leaves nothing where the name cannot be had", async () => {
    const path = join(folder, "taken");
    mkdirSync(path);
    const written = writeWhole(path, "new", new AbortController().signal);
    await expect(written).rejects.toThrow(/^cannot write .*taken: /);
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});
