import { OutOfMemoryError } from "@lanewise/core-wasm/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BpeModel, ScannerName } from "../../src/definition.js";
import type { CacheBits } from "../../src/engine/bpeHeader.js";
import { CompiledEngine } from "../../src/engine/compiledEngine.js";
import type { Engine } from "../../src/engine/engine.js";
import { engineModule, EngineMemory } from "../../src/engine/engineMemory.js";
import { placeBpe } from "../../src/engine/placeBpe.js";
import { placeWordPiece } from "../../src/engine/placeWordPiece.js";
import { ReferenceBpe } from "../../src/reference/bpe.js";
import { Vocabulary } from "../../src/vocabulary.js";
import { smallModels, textOf } from "./bpeModels.js";

const encoder = new TextEncoder();

interface Settings {
  scanner?: ScannerName;
  cache?: CacheBits;
  chunk?: number;
}

/** Small, so that engines are made quickly, and full soon. */
const smallCache: CacheBits = { short: 6, long: 4 };

function engineOf(model: BpeModel, { scanner, cache = smallCache, chunk = 1024 }: Settings = {}): Engine {
  const memory = new EngineMemory(engineModule());
  return new CompiledEngine(memory, placeBpe(model, memory, cache), scanner, chunk);
}

function idsOf(engine: Engine, text: string): number[] {
  const ids: number[] = [];
  engine.encode(text, (chunk) => {
    for (const id of chunk) ids.push(id);
    return true;
  });
  return ids;
}

function piecesOf(engine: Engine, pieces: readonly string[]): number[] {
  const ids: number[] = [];
  engine.encodePieces(pieces, (chunk) => {
    for (const id of chunk) ids.push(id);
    return true;
  });
  return ids;
}

function expected(reference: ReferenceBpe, pieces: readonly string[]): { ids: number[]; ends: number[] } {
  const ids: number[] = [];
  const ends: number[] = [];
  let begin = 0;
  for (const piece of pieces) {
    const bytes = encoder.encode(piece);
    for (const { id, end } of reference.encode(bytes)) {
      ids.push(id);
      ends.push(begin + end);
    }
    begin += bytes.length;
  }
  return { ids, ends };
}

/** Every byte, then words whose parts come before them. */
function byteModel(words: readonly string[]): BpeModel {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const vocabulary = Vocabulary.from([...bytes, ...words]);
  return { type: "bpe", vocabulary, alphabet: "bytes", priority: { by: "id" }, wholePieces: true };
}

describe("BPE against its definition", () => {
  it("gives the same ids and ends for any model and pieces", () => {
    const cases = smallModels.chain(({ model, characters }) =>
      fc.tuple(fc.constant(model), fc.array(textOf(characters, 40), { minLength: 1, maxLength: 8 })),
    );
    fc.assert(
      fc.property(cases, ([model, pieces]) => {
        const engine = engineOf(model);
        const want = expected(new ReferenceBpe(model), pieces);
        expect(piecesOf(engine, pieces)).toEqual(want.ids);
        // The second time out of the cache.
        expect(piecesOf(engine, pieces)).toEqual(want.ids);
        const got = engine.encodePiecesWithEnds(pieces);
        expect([...got.ids]).toEqual(want.ids);
        expect([...got.ends]).toEqual(want.ends);
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same for long pieces, which go through the trie", () => {
    const cases = smallModels.chain(({ model, characters }) =>
      fc.tuple(fc.constant(model), textOf(characters, 120), fc.integer({ min: 1030, max: 1100 })),
    );
    fc.assert(
      fc.property(cases, ([model, text, longer]) => {
        const engine = engineOf(model);
        const reference = new ReferenceBpe(model);
        // More bytes than are ever encoded in quadratic time: from here on there is a trie.
        const long = "ab".repeat(longer / 2);
        expect(piecesOf(engine, [long])).toEqual(expected(reference, [long]).ids);
        const want = expected(reference, [text]);
        expect(piecesOf(engine, [text])).toEqual(want.ids);
        const got = engine.encodePiecesWithEnds([text]);
        expect([...got.ids]).toEqual(want.ids);
        expect([...got.ends]).toEqual(want.ends);
      }),
      { numRuns: 100 },
    );
  });

  it("gives the same for a text without a scanner, which is cut before U+2581 only where no token crosses", () => {
    const cases = smallModels.chain(({ model }) =>
      fc.tuple(fc.constant(model), textOf(["▁", "a", "b"], 60), fc.integer({ min: 8, max: 40 })),
    );
    fc.assert(
      fc.property(cases, ([model, text, chunk]) => {
        const want = new ReferenceBpe({ ...model, wholePieces: false });
        const engine = engineOf({ ...model, wholePieces: false }, { chunk });
        expect(idsOf(engine, text)).toEqual(expected(want, [text]).ids);
      }),
      { numRuns: 300 },
    );
  });

  it("emits a piece that is a token at once, reachable or not, only where the model says so", () => {
    const vocabulary = Vocabulary.from(["a", "b", "c", "abc"]);
    const model: BpeModel = { type: "bpe", vocabulary, alphabet: "bytes", priority: { by: "id" } };
    expect(piecesOf(engineOf(model), ["abc"])).toEqual([0, 1, 2]);
    expect(piecesOf(engineOf({ ...model, wholePieces: true }), ["abc", "abcc"])).toEqual([3, 0, 1, 2, 2]);
  });

  it("takes the leftmost of merges with equal scores", () => {
    const vocabulary = Vocabulary.from(["a", "b", "c", "ab", "bc"]);
    const scores = Float32Array.of(0, 0, 0, -1, -1);
    const model: BpeModel = {
      type: "bpe",
      vocabulary,
      alphabet: "characters",
      priority: { by: "score", scores },
    };
    expect(piecesOf(engineOf(model), ["abc"])).toEqual([3, 2]);
    const better = Float32Array.of(0, 0, 0, -1, -0.5);
    expect(piecesOf(engineOf({ ...model, priority: { by: "score", scores: better } }), ["abc"])).toEqual([
      0, 4,
    ]);
  });
});

describe("the cache of pieces", () => {
  it("changes nothing when everything collides", () => {
    const words = ["ab", "cd", "abcd", "ee", "eee", " a", " ab"];
    const model = byteModel(words);
    const reference = new ReferenceBpe(model);
    const engine = engineOf(model, { cache: { short: 1, long: 1 } });
    const piece = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "b", "c", "d", "e", " ", "\0"), minLength: 1, maxLength: 80 }),
      fc.constantFrom("a", "a\0", "a\0\0", "\0", "\0\0", "abcdefgh", "abcdefgh\0", "abcdefghabcdefgh"),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 30 }), (pieces) => {
        const twice = [...pieces, ...pieces];
        expect(piecesOf(engine, twice)).toEqual(expected(reference, twice).ids);
      }),
      { numRuns: 300 },
    );
  });

  it("is right with more pieces than it holds", () => {
    const engine = engineOf(byteModel(["ab", "12"]), { cache: { short: 4, long: 2 } });
    const pieces = Array.from({ length: 5000 }, (_, i) => `ab${i}${"x".repeat(i % 70)}`);
    const want = expected(new ReferenceBpe(byteModel(["ab", "12"])), pieces).ids;
    expect(piecesOf(engine, pieces)).toEqual(want);
    expect(piecesOf(engine, pieces)).toEqual(want);
  });
});

describe("chunks", () => {
  const text =
    "Hello world, it's 2024!\n\n  \n\tWhat's this?  \u{1f999}\u{1f999} don't\u2003\u00a0stop… 你好，世界。再见、朋友 ABCdef'LL  \r\n\r\n x\ud800y z漢字ABC漢d 12345678 \u0130\u017f's";
  const words = ["He", "ll", "Hell", " w", "or", "ld", " wor", "20", "24", "\n\n", "  ", "  \n"];

  it.each(["r50k", "cl100k", "o200k", "qwen2"] as const)(
    "end anywhere and change nothing (%s)",
    (scanner) => {
      const whole = engineOf(byteModel(words), { scanner, chunk: 4096 });
      for (let from = 0; from < 12; from++) {
        const part = text.slice(from) + text;
        const ids = idsOf(whole, part);
        const { ends } = whole.encodeWithEnds(part);
        for (const chunk of [8, 9, 13, 16, 31, 64]) {
          const engine = engineOf(byteModel(words), { scanner, chunk });
          expect(idsOf(engine, part)).toEqual(ids);
          expect(engine.count(part)).toBe(ids.length);
          const got = engine.encodeWithEnds(part);
          expect([...got.ids]).toEqual(ids);
          expect([...got.ends]).toEqual([...ends]);
        }
      }
    },
  );

  it("end at any byte of a random text and change nothing", () => {
    const units = [
      " ",
      "  ",
      "\n",
      "\r\n",
      "a",
      "B",
      "'s",
      "'",
      "ſ",
      "1",
      ",",
      "/",
      "世",
      "，",
      "。",
      "é",
      "\u0301",
      "\u2003",
      "\u0085",
    ];
    const model = byteModel(words);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...units), { minLength: 1, maxLength: 120, size: "max" }),
        fc.constantFrom("r50k" as const, "cl100k" as const, "o200k" as const, "qwen2" as const),
        fc.integer({ min: 4, max: 60 }),
        (parts, scanner, chunk) => {
          const random = parts.join("");
          const whole = engineOf(model, { scanner, chunk: 4096 });
          expect(idsOf(engineOf(model, { scanner, chunk }), random)).toEqual(idsOf(whole, random));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("stop when no more is wanted", () => {
    const engine = engineOf(byteModel(words), { scanner: "cl100k" });
    const long = "Hello world ".repeat(100_000);
    let chunks = 0;
    engine.encode(long, () => ++chunks < 3);
    expect(chunks).toBe(3);
    const counted = engine.count(long, 10);
    expect(counted).toBeGreaterThan(10);
    expect(counted).toBeLessThan(10_000);
    expect(engine.count("Hello", 0)).toBe(idsOf(engine, "Hello").length);
  });

  it("hold pieces longer than the buffer, of which the text's beginning is not lost", () => {
    const model = byteModel(["ab", "abab"]);
    const engine = engineOf(model, { chunk: 64 });
    const long = `x${"ab".repeat(5000)}y`;
    const want = expected(new ReferenceBpe(model), [`x${"ab".repeat(200)}y`]).ids;
    expect(idsOf(engine, long)).toEqual([
      ...want.slice(0, -1),
      ...Array<number>(4900 - 100)
        .fill(257)
        .slice(0, 2400),
      want.at(-1),
    ]);
    expect(piecesOf(engine, ["a", long, "b"]).length).toBe(2504);
  });

  it("give nothing for nothing", () => {
    const engine = engineOf(byteModel(words), { scanner: "o200k" });
    expect(idsOf(engine, "")).toEqual([]);
    expect(engine.count("")).toBe(0);
    expect(piecesOf(engine, [])).toEqual([]);
    expect(piecesOf(engine, ["", "a", ""])).toEqual([97]);
    expect(engine.encodeWithEnds("")).toEqual({ ids: new Uint32Array(), ends: new Uint32Array() });
    expect(engine.decode([])).toEqual(new Uint8Array());
  });
});

describe("decode", () => {
  it("joins the tokens' bytes, in any number", () => {
    const model = byteModel(["He", "a long token of more than sixteen bytes", "世界"]);
    const engine = engineOf(model);
    fc.assert(
      fc.property(fc.array(fc.nat(258)), fc.constantFrom(1, 700), (some, times) => {
        const ids = Array.from({ length: times }, () => some).flat();
        const want = ids.flatMap((id) => [...model.vocabulary.token(id)]);
        expect([...engine.decode(ids)]).toEqual(want);
        expect([...engine.decode(Uint32Array.from(ids))]).toEqual(want);
      }),
      { numRuns: 60 },
    );
    const text = "He said 世界 ".repeat(10_000);
    const ids = idsOf(engine, text);
    expect(ids.length).toBeGreaterThan(16384);
    expect(new TextDecoder().decode(engine.decode(ids))).toBe(text);
    expect(idsOf(engine, text)).toEqual(ids);
  });

  it("gives byte tokens their byte, whatever they are called", () => {
    const names = Array.from(
      { length: 256 },
      (_, byte) => `<0x${byte.toString(16).padStart(2, "0").toUpperCase()}>`,
    );
    const vocabulary = Vocabulary.from(["a", "<0x0A>", ...names]);
    const byteFallback = Uint32Array.from({ length: 256 }, (_, byte) => 2 + byte);
    const scores = new Float32Array(258);
    const engine = engineOf({
      type: "bpe",
      vocabulary,
      alphabet: "characters",
      priority: { by: "score", scores },
      byteFallback,
    });
    expect(piecesOf(engine, ["aéa"])).toEqual([0, 2 + 0xc3, 2 + 0xa9, 0]);
    expect(new TextDecoder().decode(engine.decode([0, 2 + 0xc3, 2 + 0xa9, 12]))).toBe("aé\n");
    expect(engine.encodePiecesWithEnds(["aéa"]).ends).toEqual(Uint32Array.of(1, 2, 3, 4));
  });

  it("names the id that stands for no token", () => {
    const { vocabulary } = byteModel(["He"]);
    const tokens = Array.from({ length: vocabulary.size }, (_, id) =>
      id === 65 ? undefined : vocabulary.token(id),
    );
    const engine = engineOf({ ...byteModel([]), vocabulary: Vocabulary.from(tokens) });
    expect(() => engine.decode([1, 2, 65])).toThrow(/ids\[2\].*got 65/);
    expect(() => engine.decode([257])).toThrow(/ids\[0\].*got 257/);
    const many = new Uint32Array(40_000);
    many[39_999] = 4_000_000_000;
    expect(() => engine.decode(many)).toThrow(/ids\[39999\].*got 4000000000/);
    for (const bad of [-1, 1.5, NaN, 2 ** 32]) expect(() => engine.decode([0, bad])).toThrow(/ids\[1\]/);
  });
});

describe("what does not fit", () => {
  const vocabulary = Vocabulary.from(["a", "b", "ab"]);
  const model: BpeModel = { type: "bpe", vocabulary, alphabet: "bytes", priority: { by: "id" } };

  it.each<[string, BpeModel, RegExp]>([
    [
      "scores",
      { ...model, priority: { by: "score", scores: new Float32Array(2) } },
      /priority\.scores.*3.*got 2/,
    ],
    [
      "half a merge",
      { ...model, priority: { by: "merges", pairs: Uint32Array.of(0, 1, 2) } },
      /priority\.pairs.*got 3/,
    ],
    [
      "a merge of no token",
      { ...model, priority: { by: "merges", pairs: Uint32Array.of(0, 3) } },
      /priority\.pairs.*got 3/,
    ],
    [
      "a merge to no token",
      { ...model, priority: { by: "merges", pairs: Uint32Array.of(0, 1, 1, 0) } },
      /the merge 1/,
    ],
    ["the unknown token", { ...model, unknownId: 3 }, /unknownId.*got 3/],
    ["byte fallback", { ...model, byteFallback: new Uint32Array(255) }, /byteFallback.*got 255/],
    ["bytes", { ...model, byteFallback: new Uint32Array(256).fill(9) }, /byteFallback.*got 9/],
    [
      "offsets",
      { ...model, vocabulary: new Vocabulary(new Uint8Array(4), Uint32Array.of(0, 3, 2, 4)) },
      /offsets/,
    ],
    [
      "the last offset",
      { ...model, vocabulary: new Vocabulary(new Uint8Array(4), Uint32Array.of(0, 3)) },
      /offsets/,
    ],
  ])("is named: %s", (_what, bad, message) => {
    expect(() => engineOf(bad)).toThrow(message);
  });

  it("is an engine after dispose", () => {
    const engine = engineOf(model);
    engine.dispose();
    engine.dispose();
    for (const use of [() => idsOf(engine, "a"), () => engine.count("a"), () => engine.decode([0])]) {
      expect(use).toThrow(/disposed/);
    }
  });
});

describe("memory", () => {
  it("stays as it is, text after text", () => {
    const memory = new EngineMemory(engineModule());
    const model = byteModel(["ab", "abab"]);
    const engine = new CompiledEngine(memory, placeBpe(model, memory), "cl100k");
    const use = (): void => {
      engine.count("ab ".repeat(200_000));
      engine.count("ab".repeat(50_000));
      engine.encodeWithEnds("ab ".repeat(30_000));
      engine.decode(new Uint32Array(100_000).fill(257));
    };
    use();
    const size = memory.u8.length;
    for (let i = 0; i < 10; i++) use();
    expect(memory.u8.length).toBe(size);
  });
});

describe("after an error", () => {
  const model = byteModel(["ab", "abab"]);
  const outOfMemory = (): never => {
    throw new Error("no memory");
  };

  it("a piece that found no room leaves the buffers as they were", () => {
    const memory = new EngineMemory(engineModule());
    const engine = new CompiledEngine(memory, placeBpe(model, memory, smallCache), "cl100k", 256);
    const reserve = memory.reserve.bind(memory);
    memory.reserve = outOfMemory;
    const long = "z".repeat(10_000_000);
    expect(() => engine.count(long)).toThrow(/no memory/);
    expect(() => piecesOf(engine, [long])).toThrow(/no memory/);
    memory.reserve = reserve;
    expect(idsOf(engine, "abab ab")).toEqual([257, 32, 256]);
    expect(engine.encodePiecesWithEnds(["abab", "ab"])).toEqual({
      ids: Uint32Array.of(257, 256),
      ends: Uint32Array.of(4, 6),
    });
  });

  it("a piece that no memory holds is refused, be its place beyond 2³¹", () => {
    const engine = engineOf(model);
    expect(() => piecesOf(engine, ["z".repeat(45_000_000)])).toThrow(OutOfMemoryError);
    expect(idsOf(engine, "abab ab")).toEqual([257, 32, 256]);
  });

  it("a trie that found no room is built again", () => {
    const words = Array.from({ length: 10 }, (_, i) => "z".repeat(2 ** (i + 1)));
    const text = "z".repeat(1500);
    const memory = new EngineMemory(engineModule());
    const engine = new CompiledEngine(memory, placeBpe(byteModel(words), memory, smallCache), "cl100k", 8192);
    const reserve = memory.reserve.bind(memory);
    // Room for the first try, whose slots are too few, and for no second.
    let tries = 0;
    const trieBytes = 8 * 1024;
    memory.reserve = (end) => {
      if (end - memory.top >= trieBytes && end - memory.top <= 4 * trieBytes && ++tries > 1) outOfMemory();
      reserve(end);
    };
    expect(() => engine.count(text)).toThrow(/no memory/);
    memory.reserve = reserve;
    expect(idsOf(engine, text)).toEqual(idsOf(engineOf(byteModel(words)), text));
    expect(engine.count(text)).toBe(idsOf(engineOf(byteModel(words)), text).length);
  });

  it("ids that could not be decoded leave the text's buffer in the memory that has grown", () => {
    const memory = new EngineMemory(engineModule());
    const engine = new CompiledEngine(memory, placeBpe(model, memory, smallCache), "cl100k", 64);
    memory.reserve(memory.u8.length);
    const bytes = memory.u8.length;
    const reserve = memory.reserve.bind(memory);
    // The first thing that decoding asks for makes the memory grow.
    memory.reserve = () => reserve(memory.u8.length);
    expect(() => engine.decode([4000])).toThrow(/ids\[0\]/);
    memory.reserve = reserve;
    expect(memory.u8.length).toBeGreaterThan(bytes);
    expect(engine.count("ab ab")).toBe(3);
  });

  it("tokens that are too long together for any memory are not decoded to fewer bytes", () => {
    const long = "x".repeat(2 ** 20);
    const vocabulary = Vocabulary.from(["x", long]);
    const memory = new EngineMemory(engineModule());
    const engine = new CompiledEngine(
      memory,
      placeWordPiece(
        { type: "wordPiece", vocabulary, unknownId: 0, continuingPrefix: "##", maxCharactersPerWord: 100 },
        memory,
      ),
    );
    // Below 2³² and 2³⁴ bytes: as 32 bits the first would be below 0, the second 0.
    for (const n of [2 ** 12 - 1, 2 ** 14]) {
      expect(() => engine.decode(new Uint32Array(n).fill(1))).toThrow(OutOfMemoryError);
    }
    expect(engine.count("x")).toBe(1);
  });
});
