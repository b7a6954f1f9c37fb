import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CompiledEngine } from "../../src/engine/compiledEngine.js";
import { createEngine } from "../../src/engine/createEngine.js";
import { doubleArray } from "../../src/engine/doubleArray.js";
import type { TokensWithEnds } from "../../src/engine/engine.js";
import { EngineMemory, engineModule } from "../../src/engine/engineMemory.js";
import { placeUnigram } from "../../src/engine/placeUnigram.js";
import { Vocabulary, type UnigramModel } from "../../src/index.js";
import { unigramReference } from "../../src/reference/unigram.js";

const alphabet = ["a", "b", "é", "中", "🦙", "▁", "\0"];
const word = fc
  .array(fc.constantFrom(...alphabet), { minLength: 1, maxLength: 5 })
  .map((parts) => parts.join(""));
/** Few scores, so that sums tie. */
const score = fc.oneof(
  fc.constantFrom(-1, -2, -2.5, -4),
  fc.double({ min: -20, max: 1, noNaN: true }).map(Math.fround),
);

const bytes = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).padStart(2, "0")}>`);

const model: fc.Arbitrary<UnigramModel> = fc
  .record({
    pieces: fc.uniqueArray(fc.tuple(word, score, fc.nat(9)), {
      minLength: 1,
      maxLength: 24,
      selector: ([text]) => text,
    }),
    withBytes: fc.boolean(),
    single: fc.boolean(),
  })
  .map(({ pieces, withBytes, single }) => {
    const first = 1 + (withBytes ? 256 : 0);
    const userDefined = pieces.flatMap(([, , kind], i) => (kind === 0 ? [first + i] : []));
    return {
      type: "unigram",
      vocabulary: Vocabulary.from([undefined, ...(withBytes ? bytes : []), ...pieces.map(([text]) => text)]),
      scores: Float64Array.from([
        ...Array.from({ length: first }, () => 0),
        ...pieces.map(([, value, kind]) => (kind === 1 ? -Infinity : value)),
      ]),
      unknownId: 0,
      ...(single && { pathScores: "float32" }),
      ...(withBytes && { byteFallback: Uint32Array.from({ length: 256 }, (_, byte) => byte + 1) }),
      ...(userDefined.length > 0 && { userDefined: Uint32Array.from(userDefined) }),
    };
  });

const text = fc.oneof(
  fc.array(fc.constantFrom(...alphabet, "ж", "\uD800"), { maxLength: 60 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary" }),
);

function plain({ ids, ends }: TokensWithEnds): { ids: number[]; ends: number[] } {
  return { ids: [...ids], ends: [...ends] };
}

describe("Unigram", () => {
  it("segments as its reference does", () => {
    fc.assert(
      fc.property(model, text, (definition, input) => {
        const engine = createEngine(definition);
        const { ids, ends } = unigramReference(definition, input);
        expect(plain(engine.encodeWithEnds(input))).toEqual({ ids, ends });
        expect(engine.count(input)).toBe(ids.length);
        engine.dispose();
      }),
      { numRuns: 500 },
    );
  });

  it("segments pieces one by one", () => {
    fc.assert(
      fc.property(model, fc.array(text, { maxLength: 8 }), (definition, pieces) => {
        const engine = createEngine(definition);
        const expected = pieces.flatMap((piece) => unigramReference(definition, piece).ids);
        expect([...engine.encodePiecesWithEnds(pieces).ids]).toEqual(expected);
        engine.dispose();
      }),
      { numRuns: 300 },
    );
  });

  it("finds the highest sum of all segmentations", () => {
    const tiny = fc.array(fc.constantFrom("a", "b", "é"), { maxLength: 8 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(model, tiny, (definition, input) => {
        if (definition.pathScores || definition.userDefined) return;
        const { vocabulary, scores, byteFallback } = definition;
        const tokens = new Map<string, number>();
        for (let id = byteFallback ? 257 : 1; id < vocabulary.size; id++) {
          tokens.set(new TextDecoder().decode(vocabulary.token(id)), scores[id]!);
        }
        const finite = [...tokens.values()].filter(Number.isFinite);
        if (finite.length === 0) return;
        const unknown = Math.min(...finite) - 10;
        const best = (rest: string): number => {
          if (rest === "") return 0;
          const sums = [];
          for (let end = 1; end <= rest.length; end++) {
            const known = tokens.get(rest.slice(0, end)) ?? -Infinity;
            const own = Number.isFinite(known) ? known : end === 1 ? unknown : -Infinity;
            sums.push(own + best(rest.slice(end)));
          }
          return Math.max(...sums);
        };
        const { sum } = unigramReference(definition, input);
        expect(Math.abs(sum - best(input))).toBeLessThanOrEqual(1e-12 * Math.abs(sum));
      }),
      { numRuns: 300 },
    );
  });

  it("carries the sum over the chunks of a text, and forgets it at the next", () => {
    const pieces = ["▁", "a", "b", "▁a", "ab", "▁ab", "ba", "bab"];
    const definition: UnigramModel = {
      type: "unigram",
      vocabulary: Vocabulary.from([undefined, ...pieces]),
      scores: Float64Array.from([0, -3, -2.3, -2.7, -9, -3.1, -9, -3.1003, -9], Math.fround),
      unknownId: 0,
      pathScores: "float32",
    };
    const memory = new EngineMemory(engineModule());
    const engine = new CompiledEngine(memory, placeUnigram(definition, memory), undefined, 64);
    const input = "▁aba▁b▁babab▁a".repeat(6000);
    const { ids } = unigramReference(definition, input);
    for (let again = 0; again < 2; again++) {
      const found: number[] = [];
      engine.encode(input, (chunk) => found.push(...chunk) > 0);
      expect(found).toEqual(ids);
    }
    // The sum's rounding decides here: word by word other tokens come out.
    const apart = input.match(/▁[^▁]*/gu)!.flatMap((part) => unigramReference(definition, part).ids);
    expect(apart).not.toEqual(ids);
  });

  it("makes one unknown token of neighbours, or their bytes", () => {
    const vocabulary = Vocabulary.from([undefined, ...bytes, "a"]);
    const scores = new Float64Array(258).fill(-1);
    const fused = createEngine({ type: "unigram", vocabulary, scores, unknownId: 0 });
    expect(plain(fused.encodeWithEnds("жжa\uD800🦙"))).toEqual({ ids: [0, 257, 0], ends: [4, 5, 12] });
    expect([...fused.encodePiecesWithEnds(["ж", "ж"]).ids]).toEqual([0, 0]);
    const byteFallback = Uint32Array.from({ length: 256 }, (_, byte) => byte + 1);
    const engine = createEngine({ type: "unigram", vocabulary, scores, byteFallback });
    expect(plain(engine.encodeWithEnds("жa"))).toEqual({ ids: [1 + 0xd0, 1 + 0xb6, 257], ends: [1, 2, 3] });
    // A byte's name is plain text.
    expect([...engine.encodeWithEnds("<0x41>").ids]).toEqual([..."<0x41>"].map((c) => 1 + c.charCodeAt(0)));
    expect(new TextDecoder().decode(engine.decode([1 + 0xd0, 1 + 0xb6, 257]))).toBe("жa");
  });

  it("takes the one with the longer last token of two that tie, and a user-defined token always", () => {
    const of = (pieces: string[], scores: number[], userDefined: number[] = []): number[] => {
      const engine = createEngine({
        type: "unigram",
        vocabulary: Vocabulary.from([undefined, ...pieces]),
        scores: Float64Array.of(0, ...scores),
        unknownId: 0,
        userDefined: Uint32Array.from(userDefined),
      });
      return [...engine.encodeWithEnds("aab").ids];
    };
    expect(of(["a", "b", "ab", "aa"], [-1, -1, -2, -2])).toEqual([1, 3]);
    expect(of(["a", "b", "ab", "aa"], [-1, -1, -2.5, -1.9])).toEqual([4, 2]);
    expect(of(["a", "b", "ab"], [-1, -1, -900])).toEqual([1, 1, 2]);
    expect(of(["a", "b", "ab"], [-1, -1, -900], [3])).toEqual([1, 3]);
  });

  it("refuses models whose arrays do not fit", () => {
    const good = {
      type: "unigram",
      vocabulary: Vocabulary.from([undefined, "a"]),
      scores: Float64Array.of(0, -1),
      unknownId: 0,
    } as const;
    const { unknownId: _, ...withoutUnknown } = good;
    expect(() => createEngine(good)).not.toThrow();
    expect(() => createEngine({ ...good, scores: Float64Array.of(0) })).toThrow(
      "scores: expected 2, one a token, got 1",
    );
    expect(() => createEngine({ ...good, scores: Float64Array.of(0, Number.NaN) })).toThrow("scores[1]");
    expect(() => createEngine({ ...good, unknownId: 2 })).toThrow("unknownId");
    expect(() => createEngine({ ...good, userDefined: Uint32Array.of(2) })).toThrow("userDefined");
    expect(() => createEngine(withoutUnknown)).toThrow(
      "unknownId: expected an id, or byteFallback, got neither",
    );
  });
});

describe("the double array", () => {
  it("holds exactly the tokens that it was made of", () => {
    const tokens = fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 4 }), {
      maxLength: 2000,
      minLength: 0,
      selector: (token) => token.join(),
    });
    fc.assert(
      fc.property(tokens, fc.array(fc.uint8Array({ maxLength: 5 }), { maxLength: 100 }), (all, others) => {
        const trie = doubleArray(Vocabulary.from(all), () => true);
        const ids = new Map(all.map((token, id) => [token.join(), id]));
        for (const token of [...all, ...others]) {
          let node = 0;
          for (const byte of token) {
            const next = (trie[3 * node]! ^ byte) >>> 0;
            node = trie[3 * next + 1] === node ? next : -1;
            if (node < 0) break;
          }
          const found = node < 0 || trie[3 * node + 2] === 0xffffffff ? undefined : trie[3 * node + 2];
          expect(found).toBe(token.length === 0 ? undefined : ids.get(token.join()));
        }
      }),
      { numRuns: 50 },
    );
  });

  it("holds many, and little else", () => {
    // Each number in base 7 or 200, so that nodes have few children or many.
    const digits = (n: number, base: number): number[] =>
      n < base ? [n] : [...digits(Math.floor(n / base), base), n % base];
    const tokens = Array.from({ length: 60_000 }, (_, n) => Uint8Array.from(digits(n, n % 2 ? 7 : 200)));
    const distinct = new Map(tokens.map((token, id) => [token.join(), id]));
    const trie = doubleArray(Vocabulary.from(tokens), () => true);
    let found = 0;
    let used = 0;
    for (const [text, id] of distinct) {
      let node = 0;
      for (const byte of text.split(",").map(Number)) {
        const next = (trie[3 * node]! ^ byte) >>> 0;
        node = trie[3 * next + 1] === node ? next : trie.length;
      }
      if (trie[3 * node + 2] === id) found++;
    }
    for (let cell = 1; cell < trie.length; cell += 3) if (trie[cell] !== 0xffffffff) used++;
    expect(found).toBe(distinct.size);
    expect(used).toBeGreaterThan((0.8 * trie.length) / 3);
  });
});
