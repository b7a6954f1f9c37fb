import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tiktoken } from "tiktoken";
import type { Engine } from "../../src/engine/engine.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";
import { corpora } from "./corpora.js";
import { difference, enginesOf, families, idsOf, tiktokenData, tiktokenOf } from "./families.js";
import { randomTexts } from "./randomText.js";

const STRINGS = 100_000;
const seed = Date.now() >>> 0;
const golden = outsideData("golden/tiktoken.json");

describe.each(families.map((family) => ({ name: family.map(({ name }) => name).join(", "), family })))(
  "$name",
  ({ family }) => {
    let tiktoken: Tiktoken;
    let engines: [string, Engine][];

    beforeAll(async () => {
      tiktoken = tiktokenOf(family[0]);
      engines = await enginesOf(family);
    });
    afterAll(() => {
      tiktoken.free();
      for (const [, engine] of engines) engine.dispose();
    });

    /** The differences to tiktoken, the first of them told. */
    function differencesIn(texts: Iterable<string>): string[] {
      const found: string[] = [];
      for (const text of texts) {
        const expected = tiktoken.encode_ordinary(text);
        for (const [name, engine] of engines) {
          const what = difference(idsOf(engine, text), expected, tiktoken);
          if (
            what &&
            found.push(`${name}: ${what}${text.length < 1000 ? ` in ${JSON.stringify(text)}` : ""}`) > 4
          )
            return found;
        }
      }
      return found;
    }

    it("is what tiktoken has: ranks, pattern and control tokens", () => {
      const asked = tiktokenData(family[0].name);
      for (const { name, specialTokens } of family) {
        if (name === "o200k_harmony") continue;
        const { bpe_ranks, pat_str, special_tokens } = tiktokenData(name);
        expect(bpe_ranks === asked.bpe_ranks, `the ranks of ${name}`).toBe(true);
        expect(pat_str).toBe(asked.pat_str);
        expect(special_tokens).toEqual(specialTokens);
      }
    });

    it(`agrees about ${STRINGS} random strings (seed ${seed})`, { timeout: 120_000 }, () => {
      expect(differencesIn(randomTexts(STRINGS, seed))).toEqual([]);
    });

    it("agrees about a text that is all of these, a megabyte and more", { timeout: 120_000 }, () => {
      expect(differencesIn([[...randomTexts(30_000, seed + 1)].join("")])).toEqual([]);
    });

    it.each(Object.keys(corpora))("agrees about 3 MB of text: %s", { timeout: 120_000 }, (corpus) => {
      const text = corpora[corpus]!();
      expect(new TextEncoder().encode(text).length).toBeGreaterThan(2_999_990);
      expect(differencesIn([text])).toEqual([]);
    });

    it.skipIf(!golden)(`agrees about the hard strings${golden ? "" : wantsOutsideData}`, () => {
      const { strings, ids } = JSON.parse(readFileSync(golden!, "utf8")) as {
        strings: Record<string, string>;
        ids: Record<string, Record<string, number[]>>;
      };
      expect(differencesIn(Object.values(strings))).toEqual([]);
      // Those of the encoding by name, as Python's tiktoken gave them.
      for (const { name } of family) {
        const engine = engines.find(([of]) => of === name)![1];
        for (const [string, expected] of Object.entries(ids[name] ?? {})) {
          expect([...idsOf(engine, strings[string]!)], string).toEqual(expected);
        }
      }
    });
  },
);
