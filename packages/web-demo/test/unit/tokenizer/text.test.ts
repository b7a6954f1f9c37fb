import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { encodingIds, sampleIds } from "../../../src/exhibits/tokenizer/catalogue.js";
import { limits, settingFields } from "../../../src/exhibits/tokenizer/config.js";
import { samples } from "../../../src/exhibits/tokenizer/samples.js";
import { packText, unpackText } from "../../../src/exhibits/tokenizer/textLink.js";
import { glyphsOf, hexOf, readable } from "../../../src/exhibits/tokenizer/visible.js";
import { readSettings, writeSettings } from "../../../src/shell/urlState.js";

describe("a text in the address", () => {
  it("comes back as it was, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 400 }), async (text) => {
        const packed = await packText(text);
        expect(packed).toMatch(/^[dp][\w-]*$/);
        expect(await unpackText(packed, 10_000)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it("takes no more room than it must: short ones plain, long ones deflated", async () => {
    expect(await packText("hi")).toBe("paGk");
    const long = samples.hostile;
    expect((await packText(long)).length).toBeLessThan(long.length / 10);
    for (const id of sampleIds) expect((await packText(samples[id])).length).toBeLessThan(limits.packed);
  });

  it("is refused where it is no such text, or would be more than so many characters", async () => {
    const packed = await packText("a".repeat(100_000));
    expect(packed.length).toBeLessThan(300);
    expect(await unpackText(packed, 100_000)).toHaveLength(100_000);
    expect(await unpackText(packed, 99_999)).toBeUndefined();
    expect(await unpackText(packed, 10)).toBeUndefined();
    const bad = ["p*", "x1234", "d", "dAAAA", "p_w", packed.slice(0, -5)];
    for (const text of bad) expect(await unpackText(text, 1000), text).toBeUndefined();
  });
});

it("is not unpacked further than to see that it is too long", async () => {
  const packed = await packText("a".repeat(20_000_000));
  const read = vi.spyOn(ReadableStreamDefaultReader.prototype, "read");
  expect(await unpackText(packed, 1000)).toBeUndefined();
  // Chunks of some tens of kilobytes: all of it would be hundreds.
  expect(read.mock.calls.length).toBeLessThan(5);
  read.mockRestore();
});

describe("what cannot be seen", () => {
  it("is shown by signs", () => {
    const shown = (text: string): string =>
      glyphsOf(text)
        .map((glyph) => glyph.text)
        .join("");
    expect(shown(" a\tb\r\n")).toBe("·a→b␍↵");
    expect(shown("\u200D\u0000\uFEFF")).toBe("[200D][0000][FEFF]");
    expect(shown("\u202E")).toBe("[202E]");
    expect(shown("héé😀中")).toBe("héé😀中");
  });

  it("is told apart from what looks the same, and loses nothing else", () => {
    expect(glyphsOf("a· b").map(({ isSign }) => isSign)).toEqual([false, true, false]);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const kept = glyphsOf(text)
          .filter(({ isSign }) => !isSign)
          .map((glyph) => glyph.text)
          .join("");
        let at = 0;
        for (const character of kept) {
          at = text.indexOf(character, at);
          expect(at).toBeGreaterThanOrEqual(0);
          at += character.length;
        }
      }),
    );
  });

  it("is bytes where it is no whole character", () => {
    expect(hexOf(Uint8Array.of(0, 0xe2, 0x80))).toBe("00 E2 80");
    expect(readable(Uint8Array.of(0xe2, 0x80))).toBe("<E2 80>");
    expect(readable(new TextEncoder().encode("\uFEFFé"))).toBe("\uFEFFé");
  });
});

describe("the settings", () => {
  const read = (text: string) => readSettings(settingFields, new URLSearchParams(text));

  it("come from an address and go there", () => {
    const text =
      "encoding=gpt2&compare=cl100k_base.o200k_base&policy=allow&spaces=hidden&source=text&size=300&pace=full";
    expect(writeSettings(settingFields, read(text)).toString()).toBe(text);
    expect(writeSettings(settingFields, read("")).toString()).toBe("");
    expect(read("compare=").compare).toEqual([]);
  });

  it("take nothing that makes no sense", () => {
    expect(read("encoding=gpt9&size=1&policy=x&compare=gpt9")).toMatchObject({
      encoding: "o200k_base",
      size: 600,
      policy: "text",
      compare: [],
    });
    expect(read(`text=p${"A".repeat(limits.packed)}`).text).toBe("");
    expect(read(`compare=${encodingIds.join(".")}`).compare).toEqual(encodingIds);
  });
});
