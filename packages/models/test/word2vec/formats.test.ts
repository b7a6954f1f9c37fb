import { RangeError, Runtime } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatFloat, readDecimal } from "../../src/word2vec/decimals.js";
import {
  readGloveText,
  readWord2vecBinary,
  readWord2vecText,
  WordVectors,
  writeGloveText,
  writeWord2vecBinary,
  writeWord2vecText,
} from "../../src/word2vec/index.js";
import { noise } from "../variants.js";
import { inPieces, joined, utf8 } from "./pieces.js";

const formats = [
  ["word2vec text", writeWord2vecText, readWord2vecText],
  ["word2vec binary", writeWord2vecBinary, readWord2vecBinary],
  ["GloVe text", writeGloveText, readGloveText],
] as const;

function readText(text: string): number {
  const bytes = utf8(`#${text}#`);
  return readDecimal(bytes, 1, bytes.length - 1);
}

/** Every float32 that can be a part of a vector. */
const anyFloat = fc.float({ noNaN: true, min: Math.fround(-1e36), max: Math.fround(1e36) });

const anyWord = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 8 })
  .filter((word) => !/[\t-\r ]/.test(word));

describe("decimals", () => {
  it("are read as JavaScript reads them", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 25 });
    fc.assert(
      fc.property(
        fc.constantFrom("", "-", "+"),
        digits,
        fc.option(digits),
        fc.option(fc.integer({ min: -50, max: 45 })),
        (sign, whole, fraction, exponent) => {
          const point = fraction === null ? "" : `.${fraction}`;
          const text = sign + whole + point + (exponent === null ? "" : `e${exponent}`);
          expect(readText(text)).toBe(Number(text));
        },
      ),
      { numRuns: 2000 },
    );
    for (const text of ["1e-05", "1E+05", ".5", "5.", "-0", "-0.0", "+1", "123456789012345678901234567890"]) {
      expect(readText(text)).toBe(Number(text));
    }
  });

  it("are nothing else", () => {
    for (const text of [
      ...["", "-", "+", ".", "-.", "e5", "1e", "1e+", "1.2.3", "--1", "1-", "0x10", "1_0", "1,5"],
      ...["nan", "NaN", "inf", "-inf", "Infinity", "1f", "1 2", "½", "١"],
    ]) {
      expect(readText(text), text).toBeNaN();
    }
    expect(readText("1".repeat(500))).toBeNaN();
  });

  it("are written so that float32 comes back, with or without float64 between", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const text = formatFloat(x);
        expect(Object.is(Math.fround(Number(text)), x)).toBe(true);
        expect(Object.is(Math.fround(readText(text)), x)).toBe(true);
        expect(text.length).toBeLessThanOrEqual(22);
      }),
      { numRuns: 5000 },
    );
    for (const [x, text] of [
      [0.5, "0.5"],
      [-12, "-12"],
      [0.1, "0.1"],
      [1 / 3, "0.33333334"],
      [-0, "-0"],
      [1e-45, "1e-45"],
      [1e9, "1000000000"],
      [0.001, "0.001"],
      [999.99994, "999.99994"],
    ] as const) {
      expect(formatFloat(Math.fround(x))).toBe(text);
    }
  });
});

describe.each(formats)("%s", (_, write, read) => {
  it("brings back any words and numbers that it takes, from pieces of any size", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyWord, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(anyFloat),
        fc.integer({ min: 1, max: 40 }),
        async (words, dim, numbers, size) => {
          const matrix = Float32Array.from(
            { length: words.length * dim },
            () => numbers.next().value as number,
          );
          using vectors = WordVectors.from(words, matrix);
          using back = await read(inPieces(joined(write(vectors)), size));
          expect(back.words).toEqual(words);
          expect(back.matrix()).toEqual(matrix);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("writes pieces of moderate size, of many words and of long vectors", async () => {
    for (const [size, dim] of [
      [3000, 30],
      [2, 20_000],
    ] as const) {
      const words = Array.from({ length: size }, (_, i) => `w${i}`);
      using vectors = WordVectors.from(words, noise(size * dim, 2));
      const pieces = [...write(vectors)];
      expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(
        Math.max(1 << 16, 16 * dim),
      );
      expect(pieces.length).toBeGreaterThan(1);
      using back = await read(pieces);
      expect(back.matrix()).toEqual(vectors.matrix());
    }
  });

  it("writes vectors of bytes as what they stand for", async () => {
    using vectors = WordVectors.from(["a", "b"], Float32Array.of(1, 2.5, -3, 4));
    using bytes = vectors.quantized();
    using back = await read(write(bytes));
    expect([back.format, back.matrix()]).toEqual(["f32", bytes.matrix()]);
  });

  it("refuses words that it cannot hold, before anything is written", () => {
    for (const word of ["", "a\nb", "a\tb", "a\rb", "\u000b", "\ud800", "a b", " "]) {
      using vectors = WordVectors.from([word, "other"], Float32Array.of(1, 2));
      expect(() => write(vectors), JSON.stringify(word)).toThrow(RangeError);
    }
  });

  it("is read in part where a limit says so, and the source is closed", async () => {
    using vectors = WordVectors.from(["a", "b", "c"], Float32Array.of(1, 2, 3));
    const file = joined(write(vectors));
    let [given, closed] = [0, false];
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (const byte of file) {
          given++;
          yield Uint8Array.of(byte);
        }
      } finally {
        closed = true;
      }
    }
    using back = await read(source(), { limit: 2 });
    expect(back.words).toEqual(["a", "b"]);
    expect(closed).toBe(true);
    expect(given).toBeLessThan(file.length);
  });

  it("takes bytes, buffers, arrays, iterables and streams", async () => {
    using vectors = WordVectors.from(["a", "b", "c"], Float32Array.of(1, 2, 3));
    const file = joined(write(vectors));
    const halves = [file.subarray(0, 7), new Uint8Array(0), file.subarray(7)];
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const half of halves) controller.enqueue(half);
        controller.close();
      },
    });
    const getter = new Blob(halves).stream();
    const reader = { getReader: () => getter.getReader() } as unknown as ReadableStream<Uint8Array>;
    for (const source of [file, file.buffer, halves, inPieces(file, 2), stream, reader]) {
      using back = await read(source);
      expect(back.words).toEqual(["a", "b", "c"]);
    }
  });

  it("stops when it is told to, and tells how far it is", async () => {
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i}`);
    using vectors = WordVectors.from(words, noise(20_000 * 40, 2));
    const file = joined(write(vectors));
    const runtime = Runtime.createSync();
    const controller = new AbortController();
    const before = runtime.heap.bytesInUse;
    const seen: number[] = [];
    const slowly = read(inPieces(file, 1000), {
      runtime,
      signal: controller.signal,
      onProgress: (progress) => {
        seen.push(progress.words);
        controller.abort(new Error("enough"));
      },
    });
    // A machine that reads all this in a tenth of a second tells nothing, and reads to the end.
    const outcome = await slowly.then(
      (read) => read.size,
      (error: Error) => error.message,
    );
    expect(outcome).toBe(seen.length > 0 ? "enough" : 20_000);
    await expect(read(file, { signal: AbortSignal.abort(new Error("no")) })).rejects.toThrow("no");
    if (outcome === "enough") expect(runtime.heap.bytesInUse).toBe(before);
    runtime.dispose();
  });
});
