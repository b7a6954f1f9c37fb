import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { subwordBuckets, subwordRows } from "../../src/word2vec/subwords.js";
import { fastTextBuckets } from "./golden/fastTextBuckets.js";

const config = { minimumLength: 3, maximumLength: 6, buckets: 2_000_000 };

/** FNV-1a as fastText has it, over the n-grams of `<word>` as lists of characters. */
function naiveBuckets(word: string, { minimumLength, maximumLength, buckets }: typeof config): number[] {
  const characters = ["<", ...word, ">"];
  const found: number[] = [];
  for (let begin = 0; begin < characters.length; begin++) {
    for (
      let length = minimumLength;
      length <= maximumLength && begin + length <= characters.length;
      length++
    ) {
      if (length === 1 && (begin === 0 || begin === characters.length - 1)) continue;
      let hash = 2166136261n;
      for (const byte of new TextEncoder().encode(characters.slice(begin, begin + length).join(""))) {
        const extended = byte < 128 ? BigInt(byte) : BigInt(byte) + 0xffffff00n;
        hash = ((hash ^ extended) * 16777619n) & 0xffffffffn;
      }
      found.push(Number(hash % BigInt(buckets)));
    }
  }
  return found;
}

describe("subwordBuckets", () => {
  it("agrees with gensim's fastText", () => {
    for (const { word, minimumLength, maximumLength, buckets, rows } of fastTextBuckets) {
      expect(subwordBuckets(word, { minimumLength, maximumLength, buckets }), word).toEqual(rows);
    }
  });

  it("hashes all n-grams of a word in brackets", () => {
    const lengths = fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 4 }))
      .map(([least, more]) => ({ minimumLength: least, maximumLength: least + more, buckets: 1000 }));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 12 }), lengths, (word, config) => {
        expect(subwordBuckets(word, config)).toEqual(naiveBuckets(word, config));
      }),
    );
  });

  it("has the n-grams of the paper's example: <wh, whe, her, ere, re>", () => {
    const trigrams = { ...config, minimumLength: 3, maximumLength: 3 };
    const each = ["<wh", "whe", "her", "ere", "re>"].map((piece) => {
      let hash = 0x811c9dc5;
      for (const character of piece) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
      return (hash >>> 0) % trigrams.buckets;
    });
    expect(subwordBuckets("where", trigrams)).toEqual(each);
  });

  it("takes half of a surrogate pair as U+FFFD", () => {
    expect(subwordBuckets("a\ud800b", config)).toEqual(subwordBuckets("a\ufffdb", config));
  });

  it("has none where the word is too short", () => {
    expect(subwordBuckets("a", { ...config, minimumLength: 4 })).toEqual([]);
    expect(subwordBuckets("", config)).toEqual([]);
    expect(subwordBuckets("", { ...config, minimumLength: 1, maximumLength: 1 })).toEqual([]);
    expect(subwordBuckets("", { ...config, minimumLength: 2 })).toHaveLength(1);
  });
});

describe("subwordRows", () => {
  it("has each word's own row first, then those of its n-grams behind all words'", () => {
    const words = ["where", "a", "über"];
    const { starts, rows } = subwordRows(words, config);
    for (const [id, word] of words.entries()) {
      const list = [...rows.subarray(starts[id], starts[id + 1])];
      expect(list).toEqual([id, ...subwordBuckets(word, config).map((bucket) => 3 + bucket)]);
    }
    expect(starts).toHaveLength(4);
    expect(rows).toHaveLength(starts[3]!);
  });
});
