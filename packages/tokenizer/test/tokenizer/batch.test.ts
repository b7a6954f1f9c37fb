import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keptLengths, windows } from "../../src/batch/truncation.js";
import { Tokenizer, type EncodeBatchOptions } from "../../src/tokenizer.js";
import { smallDefinition, templatedDefinition } from "./smallDefinition.js";

const tokenizer = await Tokenizer.load(templatedDefinition());
const [cls, sep, pad, a, b] = [310, 311, 312, 0x61, 0x62];

/** Rows as lists, for reading. */
function rows(values: ArrayLike<number>, [count, length]: readonly [number, number]): number[][] {
  return Array.from({ length: count }, (_, row) =>
    Array.from({ length }, (_, at) => values[row * length + at]!),
  );
}

describe("padding", () => {
  it("fills rows up to the longest", () => {
    const batch = tokenizer.encodeBatch(["aab", "", ["a", "bb"]]);
    expect(batch.shape).toEqual([3, 6]);
    expect(rows(batch.ids, batch.shape)).toEqual([
      [cls, a, a, b, sep, pad],
      [cls, sep, pad, pad, pad, pad],
      [cls, a, sep, b, b, sep],
    ]);
    expect(rows(batch.attentionMask, batch.shape)).toEqual([
      [1, 1, 1, 1, 1, 0],
      [1, 1, 0, 0, 0, 0],
      [1, 1, 1, 1, 1, 1],
    ]);
    expect(rows(batch.typeIds, batch.shape)).toEqual([
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0],
      [0, 0, 0, 1, 1, 1],
    ]);
    expect(rows(batch.specialTokensMask, batch.shape)).toEqual([
      [1, 0, 0, 0, 1, 1],
      [1, 1, 1, 1, 1, 1],
      [1, 0, 1, 0, 0, 1],
    ]);
    expect([...batch.textIndex]).toEqual([0, 1, 2]);
    expect(batch.starts).toBeUndefined();
  });

  it("fills them up on the left, with another token and segment", () => {
    const batch = tokenizer.encodeBatch(["aab", "a"], { paddingSide: "left", padId: 7, padTypeId: 2 });
    expect(rows(batch.ids, batch.shape)).toEqual([
      [cls, a, a, b, sep],
      [7, 7, cls, a, sep],
    ]);
    expect(rows(batch.typeIds, batch.shape)[1]).toEqual([2, 2, 0, 0, 0]);
    expect(rows(batch.attentionMask, batch.shape)[1]).toEqual([0, 0, 1, 1, 1]);
  });

  it.each([
    [{ padToMultipleOf: 4 }, 8],
    [{ padding: "maxLength", maxLength: 9 }, 9],
    [{ padding: "maxLength", maxLength: 9, padToMultipleOf: 8 }, 16],
    [{ padding: "longest", maxLength: 9 }, 5],
  ] as [EncodeBatchOptions, number][])("with %o makes rows of %i", (options, length) => {
    expect(tokenizer.encodeBatch(["aab", "a"], options).shape).toEqual([2, length]);
  });

  it("has no rows for no texts", () => {
    const batch = tokenizer.encodeBatch([]);
    expect(batch.shape).toEqual([0, 0]);
    expect(batch.ids).toHaveLength(0);
  });

  it("wants a token to fill up with where the tokenizer names none, and only then", async () => {
    const small = await Tokenizer.load(smallDefinition());
    expect(() => small.encodeBatch(["a", "aa"])).toThrow(/^padId: expected/);
    expect(small.encodeBatch(["ab", "aa"]).shape).toEqual([2, 2]);
    expect([...small.encodeBatch(["a", "aa"], { padId: 300 }).ids]).toEqual([a, 300, a, a]);
  });
});

describe("truncation", () => {
  it("cuts a text, the template left whole", () => {
    const batch = tokenizer.encodeBatch(["abab", "a"], { maxLength: 4 });
    expect(rows(batch.ids, batch.shape)).toEqual([
      [cls, a, b, sep],
      [cls, a, sep, pad],
    ]);
    const left = tokenizer.encodeBatch(["aabb"], { maxLength: 4, truncationSide: "left" });
    expect([...left.ids]).toEqual([cls, b, b, sep]);
  });

  it.each([
    // lengths of the two, room, how → lengths kept; as Hugging Face's tokenizers 0.23.2 cut
    [5, 2, 6, "longestFirst", [4, 2]],
    [2, 5, 6, "longestFirst", [2, 4]],
    [5, 5, 6, "longestFirst", [3, 3]],
    [5, 5, 7, "longestFirst", [3, 4]],
    [6, 5, 7, "longestFirst", [4, 3]],
    [9, 1, 2, "longestFirst", [1, 1]],
    [9, 3, 1, "longestFirst", [1, 0]],
    [5, 2, 6, "onlyFirst", [4, 2]],
    [2, 5, 6, "onlySecond", [2, 4]],
    [5, 2, 7, "onlySecond", [5, 2]],
    [5, undefined, 3, "longestFirst", [3, 0]],
    [5, undefined, 3, "onlyFirst", [3, 0]],
  ] as const)("keeps of %o and %o ids within %i, %s, %o", (first, second, room, truncation, kept) => {
    expect(keptLengths(first, second, room, truncation)).toEqual(kept);
  });

  it("keeps no more than there is room for, and all where there is", () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), fc.nat(50), (first, second, room) => {
        const [one, two] = keptLengths(first, second, room, "longestFirst");
        expect(one + two).toBe(Math.min(first + second, room));
        expect(one <= first && two <= second).toBe(true);
        // Nothing is cut of the shorter text while the longer one is longer.
        if (one < first && two < second) expect(Math.abs(one - two)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("cuts pairs", () => {
    const pair = (options: EncodeBatchOptions): number[] => [
      ...tokenizer.encodeBatch([["aaaa", "bb"]], options).ids,
    ];
    expect(pair({ maxLength: 7 })).toEqual([cls, a, a, sep, b, b, sep]);
    expect(pair({ maxLength: 7, truncation: "onlyFirst" })).toEqual([cls, a, a, sep, b, b, sep]);
    expect(pair({ maxLength: 8, truncation: "onlySecond" })).toEqual([cls, a, a, a, a, sep, b, sep]);
    const { ids, typeIds, starts, ends } = tokenizer.encodePair("aaaa", "bb", {
      maxLength: 7,
      truncationSide: "left",
    });
    expect([...ids]).toEqual([cls, a, a, sep, b, b, sep]);
    expect([...typeIds]).toEqual([0, 0, 0, 0, 1, 1, 1]);
    expect([...starts]).toEqual([0, 2, 3, 0, 0, 1, 0]);
    expect([...ends]).toEqual([0, 3, 4, 0, 1, 2, 0]);
  });

  it.each([
    [["aaaa"], { maxLength: 3, truncation: false }, /^maxLength: expected 6 at least/],
    [["aaaa"], { maxLength: 1 }, /^maxLength: expected 2 at least/],
    [["aaaa"], { maxLength: 4, truncation: "onlySecond" }, /^truncation: /],
    [[["aaaa", "b"]], { maxLength: 4, truncation: "onlySecond" }, /^maxLength: /],
    [["aaaa"], { maxLength: 4, overflow: true, stride: 2 }, /^stride: expected fewer than the 2/],
  ] as const)("of %o with %o is refused", (texts, options, message) => {
    expect(() => tokenizer.encodeBatch(texts, options)).toThrow(message);
  });
});

describe("overflow", () => {
  const digits = (text: string): number[] => Array.from(text, (digit) => digit.charCodeAt(0));

  it("makes rows of what is cut off", () => {
    const options = { maxLength: 5, overflow: true, stride: 1, addSpecialTokens: false };
    const batch = tokenizer.encodeBatch(["a", "123456789"], options);
    expect([...batch.textIndex]).toEqual([0, 1, 1]);
    expect(rows(batch.ids, batch.shape)).toEqual([[a, pad, pad, pad, pad], digits("12345"), digits("56789")]);
    const left = tokenizer.encodeBatch(["12345678"], { ...options, truncationSide: "left" });
    expect(rows(left.ids, left.shape)).toEqual([digits("45678"), [...digits("1234"), pad]]);
  });

  it("has each window of the second text with the whole first, and its places", () => {
    const options = {
      maxLength: 7,
      truncation: "onlySecond",
      overflow: true,
      stride: 1,
      offsets: true,
    } as const;
    const batch = tokenizer.encodeBatch([["ab", "12345"]], options);
    expect(rows(batch.ids, batch.shape)).toEqual([
      [cls, a, b, sep, ...digits("12"), sep],
      [cls, a, b, sep, ...digits("23"), sep],
      [cls, a, b, sep, ...digits("34"), sep],
      [cls, a, b, sep, ...digits("45"), sep],
    ]);
    expect(rows(batch.starts!, batch.shape)[2]).toEqual([0, 0, 1, 0, 2, 3, 0]);
    expect(rows(batch.ends!, batch.shape)[2]).toEqual([0, 1, 2, 0, 3, 4, 0]);
  });

  it("covers a text with windows that share the stride", () => {
    const sizes = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 9 }), fc.nat(8));
    fc.assert(
      fc.property(sizes, fc.constantFrom("left", "right"), ([length, size, stride], side) => {
        fc.pre(stride < size);
        const found = windows(length, size, stride, side);
        const ordered = side === "right" ? found : found.toReversed();
        expect(ordered[0]!.start).toBe(0);
        expect(ordered.at(-1)!.end).toBe(length);
        ordered.slice(1).forEach((window, index) => expect(window.start).toBe(ordered[index]!.end - stride));
        for (const { start, end } of found) expect(end - start).toBeLessThanOrEqual(size);
        for (const { start, end } of found.slice(0, -1)) expect(end - start).toBe(size);
      }),
    );
  });
});

it("gives what encode gives, row by row", () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 5 }), (texts) => {
      const batch = tokenizer.encodeBatch(texts, { specialTokens: "text", offsets: true });
      texts.forEach((text, row) => {
        const at = row * batch.shape[1];
        const one = tokenizer.encodeWithOffsets(text, { specialTokens: "text" });
        const end = at + one.ids.length;
        expect(batch.ids.subarray(at, end)).toEqual(one.ids);
        expect(batch.starts!.subarray(at, end)).toEqual(one.starts);
        expect(batch.ends!.subarray(at, end)).toEqual(one.ends);
        const mask = batch.attentionMask.subarray(at, at + batch.shape[1]);
        expect(mask.reduce((sum, one) => sum + one, 0)).toBe(one.ids.length);
      });
    }),
  );
});
