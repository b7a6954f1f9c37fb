import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bestReference,
  digammaReference,
  expectReference,
  logShares,
  maximiseReference,
  pruneReference,
  seedsReference,
  type Scores,
} from "../../src/reference/trainUnigram.js";
import { Pacer } from "../../src/train/pacer.js";
import { giveBack, takeKernel, type TrainKernel } from "../../src/train/trainKernel.js";
import { UnigramLattice } from "../../src/train/unigramLattice.js";
import { packWords } from "../../src/train/unigramWords.js";

/** Words of few letters, so that they share much; with one beyond the basic plane. */
const word = fc
  .array(fc.constantFrom("a", "b", "c", "\uFB01", "𝒳"), { minLength: 1, maxLength: 12 })
  .map((letters) => letters.join(""));
const words = fc
  .array(fc.tuple(word, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 12 })
  .map((entries) => new Map(entries));

async function withKernel<T>(use: (kernel: TrainKernel) => Promise<T> | T): Promise<T> {
  const kernel = await takeKernel();
  try {
    return await use(kernel);
  } finally {
    giveBack(kernel);
  }
}

async function withLattice<T>(
  counted: ReadonlyMap<string, number>,
  longest: number,
  use: (lattice: UnigramLattice) => Promise<T>,
  seedSize = 1_000_000,
): Promise<T> {
  return withKernel(async (kernel) =>
    use(await UnigramLattice.create(kernel, packWords(counted), longest, seedSize, new Pacer(undefined))),
  );
}

function scoresOf(lattice: UnigramLattice): Scores {
  const scores = lattice.scores.slice();
  return new Map([...scores.keys()].map((id) => [lattice.piece(id), scores[id]!]));
}

function countsOf(lattice: UnigramLattice): Map<string, number> {
  const counts = lattice.counts.slice();
  return new Map([...counts.keys()].map((id) => [lattice.piece(id), counts[id]!]));
}

/** Equal to so many parts of the greater of the expected value and 1. */
function expectClose(actual: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void {
  expect([...actual.keys()]).toEqual([...expected.keys()]);
  for (const [piece, value] of expected) {
    const error = Math.abs(actual.get(piece)! - value) / Math.max(1, Math.abs(value));
    expect(error, piece).toBeLessThan(1e-11);
  }
}

/** Every way to cut a word into pieces. */
function* segmentations(rest: string, pieces: ReadonlySet<string>): Generator<string[]> {
  if (rest === "") yield [];
  for (let end = 1; end <= rest.length; end++) {
    const first = rest.slice(0, end);
    if (!pieces.has(first)) continue;
    for (const others of segmentations(rest.slice(end), pieces)) yield [first, ...others];
  }
}

describe("suffixArray", () => {
  it("sorts suffixes by their first symbols as sorting them does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (symbols, depth) => {
          const n = symbols.length;
          const { order, lcp, sorted } = await withKernel((kernel) => {
            const [text, orderPtr, rank, work, counts, lcpPtr] = Array.from({ length: 6 }, () =>
              kernel.allocate((n + 8) * 4),
            ) as [number, number, number, number, number, number];
            kernel.u32(text, n).set(symbols);
            const wasm = kernel.exports;
            wasm.suffixArrayStart(n, 4, text, orderPtr, rank, counts);
            let sorted = 1;
            for (; sorted < depth; sorted *= 2) {
              wasm.suffixArrayDouble(n, sorted, orderPtr, rank, work, counts);
            }
            wasm.commonPrefixes(n, depth, text, orderPtr, lcpPtr);
            const slices = [kernel.u32(orderPtr, n).slice(), kernel.u32(lcpPtr, n + 1).slice()] as const;
            return { order: slices[0], lcp: slices[1], sorted };
          });
          const key = (i: number): string => symbols.slice(i, i + sorted).join("");
          const expected = symbols
            .map((_, i) => i)
            .sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a - b));
          expect([...order]).toEqual(expected);
          for (let i = 1; i < n; i++) {
            let shared = 0;
            while (
              shared < depth &&
              symbols[order[i]! + shared] &&
              symbols[order[i]! + shared] === symbols[order[i - 1]! + shared]
            ) {
              shared++;
            }
            expect(lcp[i]).toBe(shared);
          }
          expect([lcp[0], lcp[n]]).toEqual([0, 0]);
        },
      ),
    );
  });
});

describe("seeds", () => {
  it("are the substrings that cannot be made longer for nothing", async () => {
    await fc.assert(
      fc.asyncProperty(words, fc.integer({ min: 1, max: 10 }), async (counted, longest) => {
        await withLattice(counted, longest, async (lattice) => {
          expectClose(scoresOf(lattice), logShares(seedsReference(counted, longest)));
        });
      }),
    );
  });

  it("are those that make up the most text, where there are too many", async () => {
    const counted = new Map([
      ["abc", 5],
      ["abd", 1],
      ["xy", 7],
      ["xyz", 2],
    ]);
    const pieces = await withLattice(counted, 16, async (lattice) => [...scoresOf(lattice).keys()], 9);
    // ab makes up 12, abc 15, xy 18, xyz 6 letters of text.
    expect(pieces).toEqual(["a", "b", "c", "d", "x", "y", "z", "abc", "xy"]);
  });
});

describe("expectation", () => {
  it("is that over all segmentations, one by one", async () => {
    const letters = fc
      .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 9 })
      .map((list) => list.join(""));
    await fc.assert(
      fc.asyncProperty(fc.array(letters, { minLength: 1, maxLength: 4 }), async (list) => {
        const counted = new Map(list.map((text, i) => [text, i + 2]));
        await withLattice(counted, 6, async (lattice) => {
          const scores = scoresOf(lattice);
          const logLikelihood = await lattice.expect();
          const counts = new Map([...scores.keys()].map((piece) => [piece, 0]));
          let expected = 0;
          for (const [text, weight] of counted) {
            const all = [...segmentations(text, new Set(scores.keys()))].map((pieces) => ({
              pieces,
              probability: Math.exp(pieces.reduce((sum, piece) => sum + scores.get(piece)!, 0)),
            }));
            const z = all.reduce((sum, { probability }) => sum + probability, 0);
            expected += weight * Math.log(z);
            for (const { pieces, probability } of all) {
              for (const piece of pieces) {
                counts.set(piece, counts.get(piece)! + (weight * probability) / z);
              }
            }
          }
          expect(logLikelihood).toBeCloseTo(expected, 9);
          expectClose(countsOf(lattice), counts);
        });
      }),
    );
  });

  it("equals the reference, and accounts for every character of the words", async () => {
    await fc.assert(
      fc.asyncProperty(words, async (counted) => {
        await withLattice(counted, 8, async (lattice) => {
          const reference = expectReference(counted, scoresOf(lattice));
          const logLikelihood = await lattice.expect();
          const counts = countsOf(lattice);
          expect(logLikelihood).toBeCloseTo(reference.logLikelihood, 8);
          expectClose(counts, reference.counts);
          const length = (text: string): number => [...text].length;
          const expected = [...counts].reduce((sum, [piece, count]) => sum + count * length(piece), 0);
          const letters = [...counted].reduce((sum, [text, weight]) => sum + weight * length(text), 0);
          expect(expected / letters).toBeCloseTo(1, 10);
        });
      }),
    );
  });

  it("neither vanishes nor overflows in words of thousands of letters", async () => {
    const letters = Array.from({ length: 5000 }, (_, i) =>
      String.fromCodePoint(0x4e00 + ((i * i * 7919) % 1009)),
    );
    const counted = new Map([
      [letters.join(""), 3],
      ["\u4E00".repeat(3000), 1],
      [letters.slice(0, 77).join(""), 2],
    ]);
    await withLattice(counted, 16, async (lattice) => {
      const reference = expectReference(counted, scoresOf(lattice));
      const logLikelihood = await lattice.expect();
      expect(logLikelihood).toBeLessThan(-20_000);
      expect(logLikelihood / reference.logLikelihood).toBeCloseTo(1, 12);
      // The reference's logarithms, of some 40,000, have lost eleven bits more at each of 5,000 steps.
      for (const [piece, count] of countsOf(lattice)) {
        expect(Math.abs(count - reference.counts.get(piece)!)).toBeLessThan(1e-7 * Math.max(1, count));
      }
    });
  });
});

describe("maximisation", () => {
  it("has the digamma function to 14 digits", async () => {
    const gamma = 0.5772156649015329;
    await withKernel(({ exports }) => {
      const digamma = (x: number): number => exports.digamma(x);
      expect(digamma(1)).toBeCloseTo(-gamma, 14);
      expect(digamma(0.5)).toBeCloseTo(-gamma - 2 * Math.LN2, 14);
      expect(digamma(2)).toBeCloseTo(1 - gamma, 14);
      expect(digamma(0.25)).toBeCloseTo(-gamma - Math.PI / 2 - 3 * Math.LN2, 13);
      expect(digamma(1e9)).toBeCloseTo(Math.log(1e9) - 5e-10, 14);
      for (let x = 0.01; x < 1e6; x *= 1.37) {
        const expected = digammaReference(x);
        expect(Math.abs(digamma(x) - expected)).toBeLessThan(1e-13 * Math.max(1, Math.abs(expected)));
      }
    });
  });

  it("equals the reference, and keeps the characters", async () => {
    await fc.assert(
      fc.asyncProperty(words, async (counted) => {
        await withLattice(counted, 8, async (lattice) => {
          const characters = new Set([...counted.keys()].flatMap((text) => [...text]));
          await lattice.expect();
          const expected = maximiseReference(countsOf(lattice), characters);
          const kept = lattice.maximise(0.5);
          const scores = new Map([...scoresOf(lattice)].filter(([, score]) => score > -Infinity));
          expect(kept).toBe(scores.size);
          expectClose(scores, expected);
        });
      }),
    );
  });

  it("raises the likelihood at every step where shares are counts, as EM must", () => {
    fc.assert(
      fc.property(words, (counted) => {
        let scores = logShares(seedsReference(counted, 8));
        let before = -Infinity;
        for (let i = 0; i < 6; i++) {
          const { counts, logLikelihood } = expectReference(counted, scores);
          expect(logLikelihood).toBeGreaterThanOrEqual(before - 1e-9 * Math.abs(before));
          before = logLikelihood;
          scores = logShares(new Map([...counts].filter(([, count]) => count > 0)));
        }
      }),
    );
  });
});

describe("pruning", () => {
  it("counts the best segmentations", async () => {
    await fc.assert(
      fc.asyncProperty(words, async (counted) => {
        await withLattice(counted, 8, async (lattice) => {
          const scores = scoresOf(lattice);
          const expected = new Map([...scores.keys()].map((piece) => [piece, 0]));
          let sum = 0;
          for (const [text, weight] of counted) {
            for (const piece of bestReference(text, scores)) {
              expected.set(piece, expected.get(piece)! + weight);
              sum += weight * scores.get(piece)!;
            }
          }
          expect(await lattice.best()).toBeCloseTo(sum, 9);
          expect(countsOf(lattice)).toEqual(expected);
        });
      }),
    );
  });

  it("leaves what the reference leaves, and lattices that fit", async () => {
    await fc.assert(
      fc.asyncProperty(words, fc.double({ min: 0.1, max: 1, noNaN: true }), async (counted, share) => {
        await withLattice(counted, 8, async (lattice) => {
          const characters = new Set([...counted.keys()].flatMap((text) => [...text]));
          await lattice.expect();
          lattice.maximise(0.5);
          const scores = new Map([...scoresOf(lattice)].filter(([, score]) => score > -Infinity));
          const target = Math.max(characters.size, Math.floor(scores.size * share));
          const expected = pruneReference(counted, scores, target);
          await lattice.prune(target);
          expectClose(scoresOf(lattice), expected);
          await lattice.expect();
          expectClose(countsOf(lattice), expectReference(counted, expected).counts);
        });
      }),
    );
  });
});
