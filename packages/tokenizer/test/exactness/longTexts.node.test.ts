import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { enginesOf, families, idsOf } from "./families.js";
import { longTexts } from "./longTexts.mjs";

interface Hashed {
  readonly count: number;
  readonly sha256: string;
}

const golden = JSON.parse(
  readFileSync(new URL("../golden/tiktokenLongTexts.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Readonly<Record<string, Hashed>>>>;

function hashed(ids: Uint32Array): Hashed {
  const bytes = new Uint8Array(ids.buffer, ids.byteOffset, ids.byteLength);
  return { count: ids.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

describe.each(families.map((family) => ({ name: family.map(({ name }) => name).join(", "), family })))(
  "$name",
  async ({ family }) => {
    const engines = await enginesOf(family);
    afterAll(() => engines.forEach(([, engine]) => engine.dispose()));

    it.each(Object.keys(longTexts))("has tiktoken's ids for %s", (name) => {
      const expected = golden[family[0].name]![name];
      expect(expected).toBeDefined();
      const text = longTexts[name]!();
      for (const [encoding, engine] of engines)
        expect(hashed(idsOf(engine, text)), encoding).toEqual(expected);
    });

    // tiktoken would take a quarter of an hour, so of the ids it is only known that they mean the text, and how many are to be
    // had: the piece is one, and of 100,000 tiktoken has told.
    it("takes a million ^", () => {
      const text = "^".repeat(1_000_000);
      for (const [encoding, engine] of engines) {
        const ids = idsOf(engine, text);
        const bytes = engine.decode(ids);
        expect(bytes.length, encoding).toBe(text.length);
        expect(bytes.every((byte) => byte === 0x5e)).toBe(true);
        expect(ids.length).toBe(10 * golden[family[0].name]!["100,000 ^"]!.count);
      }
    });
  },
);
