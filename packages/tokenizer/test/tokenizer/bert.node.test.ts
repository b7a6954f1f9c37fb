import { readFileSync } from "node:fs";
import { Tokenizer as PeerTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readTokenizerJson } from "../../src/formats/index.js";
import { Tokenizer, type EncodeBatchOptions } from "../../src/tokenizer.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";

const path = outsideData("data/bert/bert-base-uncased-tokenizer.json");
const json = path ? (JSON.parse(readFileSync(path, "utf8")) as object) : undefined;

describe.skipIf(!json)(`bert-base-uncased${json ? "" : wantsOutsideData}`, async () => {
  const tokenizer = json && (await Tokenizer.load(readTokenizerJson(json)));
  afterAll(() => tokenizer?.dispose());
  const ours = (): Tokenizer => tokenizer!;
  const words = [
    "hello",
    "Tokenizers",
    "naïve",
    "unaffable",
    "日本",
    "don't",
    "7.5%",
    "🦙",
    "\u00ad",
    "  ",
    "\n",
  ];
  const text = fc.array(fc.constantFrom(...words)).map((parts) => parts.join(" "));

  it("makes of texts and pairs what @huggingface/tokenizers makes", () => {
    const peer = new PeerTokenizer(json!, {});
    fc.assert(
      fc.property(text, text, (first, second) => {
        fc.pre(second !== ""); // which the peer takes for no second text
        const one = peer.encode(first);
        expect([...ours().encode(first)]).toEqual(one.ids);
        const two = peer.encode(first, { text_pair: second, return_token_type_ids: true });
        const pair = ours().encodePair(first, second);
        expect([...pair.ids]).toEqual(two.ids);
        expect([...pair.typeIds]).toEqual(two.token_type_ids);
        const batch = ours().encodeBatch([[first, second]]);
        expect([...batch.ids]).toEqual(two.ids);
        expect([...batch.attentionMask]).toEqual(two.attention_mask);
      }),
    );
  });

  it("has places that are the words", () => {
    const sentence = "The NAÏVE Tokenizers!";
    const { ids, starts, ends } = ours().encodeWithOffsets(sentence);
    const pieces = Array.from(ids, (_, index) => sentence.slice(starts[index], ends[index]));
    expect(pieces).toEqual(["", "The", "NAÏVE", "Token", "izer", "s", "!", ""]);
  });

  it("counts, keeps to limits and truncates as it encodes", () => {
    fc.assert(
      fc.property(
        text,
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom("left", "right"),
        (any, most, side) => {
          const count = ours().count(any);
          expect(count).toBe(ours().encode(any).length);
          expect(ours().isWithinLimit(any, most)).toBe(count <= most);
          const part = ours().truncate(any, most, { side });
          expect(side === "right" ? any.startsWith(part) : any.endsWith(part)).toBe(true);
          if (most >= 2) expect(ours().count(part)).toBeLessThanOrEqual(most);
          if (count <= most) expect(part).toBe(any);
        },
      ),
    );
  });

  it("decodes in a stream what it decodes at once", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30521 })), fc.boolean(), (ids, skipSpecialTokens) => {
        const decoder = ours().streamDecoder({ skipSpecialTokens });
        const pieces = ids.map((id) => decoder.push(id));
        expect(pieces.join("") + decoder.end()).toBe(ours().decode(ids, { skipSpecialTokens }));
      }),
    );
  });

  // What Hugging Face's native tokenizers 0.23.2 print for the same.
  const eight = "one two three four five six seven eight";
  it.each([
    [
      ["one two", eight],
      { maxLength: 9, truncation: "onlySecond", stride: 1 },
      [
        "[CLS] one two [SEP] one two three four [SEP]",
        "[CLS] one two [SEP] four five six seven [SEP]",
        "[CLS] one two [SEP] seven eight [SEP]",
      ],
    ],
    [
      `${eight} nine ten eleven`,
      { maxLength: 7, stride: 1, truncationSide: "left" },
      [
        "[CLS] seven eight nine ten eleven [SEP]",
        "[CLS] three four five six seven [SEP]",
        "[CLS] one two three [SEP]",
      ],
    ],
    [
      ["one two three four five", "six seven eight nine ten"],
      { maxLength: 9, stride: 1 },
      [
        "[CLS] one two three [SEP] six seven eight [SEP]",
        "[CLS] one two three [SEP] eight nine ten [SEP]",
        "[CLS] three four five [SEP] six seven eight [SEP]",
        "[CLS] three four five [SEP] eight nine ten [SEP]",
      ],
    ],
  ] as [string | [string, string], EncodeBatchOptions, string[]][])(
    "cuts %o with %o",
    (texts, options, expected) => {
      const batch = ours().encodeBatch([texts], { ...options, overflow: true });
      const [rows, length] = batch.shape;
      const printed = Array.from({ length: rows }, (_, row) => {
        const ids = [...batch.ids.subarray(row * length, (row + 1) * length)];
        return ids
          .filter((id) => id !== 0)
          .map((id) => new TextDecoder().decode(ours().tokenBytes(id)))
          .join(" ");
      });
      expect(printed).toEqual(expected);
    },
  );
});
