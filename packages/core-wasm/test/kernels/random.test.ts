import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DTypeError,
  RangeError,
  randomBits,
  randomBitsInto,
  randomGumbel,
  randomGumbelInto,
  randomIntegers,
  randomIntegersInto,
  randomNormal,
  randomNormalInto,
  randomPermutation,
  randomPermutationInto,
  randomUniform,
  randomUniformInto,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { chiSquare, chiSquareBound, kolmogorovSmirnov, mean } from "../statistics.js";
import { describeVariants, expectClose } from "../variants.js";

const safe = fc.nat(Number.MAX_SAFE_INTEGER - 1000);
const lengths = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100];

describeVariants("random", (runtime) => {
  const f64 = (n: number, fill: (out: Float64Array) => void): Float64Array => {
    const out = new Float64Array(n);
    fill(out);
    return out;
  };

  it("gives the known answers of Philox4x32-10", () => {
    const answers = [
      ["00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"],
      ["ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"],
      ["243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"],
    ].map((row) => row.map((text) => Uint32Array.from(text.split(" "), (word) => Number.parseInt(word, 16))));
    for (const [counter, key, words] of answers) {
      const out = new Uint32Array(4);
      runtime.call((wasm, frame) =>
        wasm.philox4x32(frame.output(out), frame.input(counter!), frame.input(key!), frame.scratch(384)),
      );
      expect(out).toEqual(words);
      expect(reference.philox4x32(counter!, key!)).toEqual(words);
    }
  });

  it("agrees with the reference for any seed, stream and offset", () => {
    fc.assert(
      fc.property(safe, safe, safe, fc.nat(40), (seed, stream, offset, n) => {
        const [source, where] = [
          { seed, stream, offset, runtime },
          { seed, stream, offset },
        ];
        expect(randomBits(n, source)).toEqual(reference.randomBits(n, where));
        expect(randomUniform(n, source)).toEqual(reference.randomUniformFloat32(n, where));
        const uniform = f64(n, (out) => randomUniformInto(out, { ...source, low: -3, high: 0.7 }));
        expect(uniform).toEqual(reference.randomUniform(n, { ...where, low: -3, high: 0.7 }));
        const normal = f64(n, (out) => randomNormalInto(out, { ...source, mean: 2, std: 3 }));
        // The reference rounds 2πv before it takes the sine of it.
        expectClose(normal, reference.randomNormal(n, { ...where, mean: 2, std: 3 }), {
          relative: 1e-15,
          absolute: 3e-14,
        });
        const gumbel = f64(n, (out) => randomGumbelInto(out, source));
        expectClose(gumbel, reference.randomGumbel(n, where), { relative: 1e-15, absolute: 1e-15 });
      }),
    );
  });

  it("rounds float64 draws once where they go to float32", () => {
    const source = { seed: 9, stream: 4, runtime };
    const normal = f64(1001, (out) => randomNormalInto(out, { ...source, mean: -1, std: 0.3 }));
    expect(randomNormal(1001, { ...source, mean: -1, std: 0.3 })).toEqual(Float32Array.from(normal));
    const gumbel = f64(1001, (out) => randomGumbelInto(out, source));
    expect(randomGumbel(1001, source)).toEqual(Float32Array.from(gumbel));
  });

  it("gives these bits in every engine and variant", () => {
    const fingerprint = (words: Uint32Array): number =>
      words.reduce((h, w) => Math.imul(h ^ w, 0x01000193) >>> 0, 0x811c9dc5);
    const hash = (array: Float32Array | Float64Array | Int32Array): string =>
      fingerprint(new Uint32Array(array.buffer as ArrayBuffer)).toString(16);
    const source = { seed: 2 ** 40 + 5, stream: 3, offset: 7, runtime };
    const hashes = {
      uniform: hash(randomUniform(4096, { ...source, low: -0.1, high: 0.1 })),
      uniform64: hash(f64(4096, (out) => randomUniformInto(out, source))),
      normal: hash(randomNormal(4096, source)),
      normal64: hash(f64(4096, (out) => randomNormalInto(out, source))),
      gumbel64: hash(f64(4096, (out) => randomGumbelInto(out, source))),
      integers: hash(randomIntegers(4096, { ...source, low: -5, high: 1000 })),
      permutation: hash(randomPermutation(4096, source)),
    };
    expect(hashes).toEqual({
      uniform: "7370c791",
      uniform64: "ab4f877e",
      normal: "34110138",
      normal64: "d199fbe1",
      gumbel64: "c2f61a4b",
      integers: "82f5df56",
      permutation: "3c79352f",
    });
  });

  it("makes an element from seed, stream, offset and its index alone", () => {
    const source = { seed: 11, stream: 2, runtime };
    const fills: [name: string, perBlock: number, take: (n: number, offset: number) => ArrayLike<number>][] =
      [
        ["bits", 4, (n, offset) => randomBits(n, { ...source, offset })],
        ["uniform", 4, (n, offset) => randomUniform(n, { ...source, offset })],
        ["uniform64", 2, (n, offset) => f64(n, (out) => randomUniformInto(out, { ...source, offset }))],
        ["normal", 2, (n, offset) => randomNormal(n, { ...source, offset })],
        ["normal64", 2, (n, offset) => f64(n, (out) => randomNormalInto(out, { ...source, offset }))],
        ["gumbel", 2, (n, offset) => randomGumbel(n, { ...source, offset })],
        [
          "integers",
          4,
          (n, offset) => randomIntegers(n, { ...source, offset, low: 0, high: 3_000_000_000 / 2 }),
        ],
      ];
    for (const [name, perBlock, take] of fills) {
      const whole = Array.from(take(100, 40));
      for (const n of lengths)
        expect(Array.from(take(n, 40)), `${name}, ${n} elements`).toEqual(whole.slice(0, n));
      for (const start of [4, 12, 36, 96]) {
        expect(Array.from(take(100 - start, 40 + start / perBlock)), `${name} from ${start}`).toEqual(
          whole.slice(start),
        );
      }
    }
  });

  it("carries from the counter's low word into its high word", () => {
    const source = { seed: 3, stream: 1 };
    for (const before of [1, 2, 3]) {
      const words = randomBits(32, { ...source, offset: 2 ** 32 - before, runtime });
      expect(words).toEqual(reference.randomBits(32, { ...source, offset: 2 ** 32 - before }));
      const after = randomBits(32 - 4 * before, { ...source, offset: 2 ** 32, runtime });
      expect(words.slice(4 * before)).toEqual(after);
    }
  });

  it("fills resident arrays and unaligned views as it fills others", () => {
    const source = { seed: 5, runtime };
    const resident = runtime.heap.alloc("f32", 77);
    randomNormalInto(resident, { seed: 5 });
    expect(resident.toArray()).toEqual(randomNormal(77, source));
    const view = resident.view.subarray(1, 40);
    randomUniformInto(view, source);
    expect(Float32Array.from(view)).toEqual(randomUniform(39, source));
    expect(resident.view[40]).toBe(randomNormal(77, source)[40]);
    const backing = new Float64Array(20);
    randomGumbelInto(backing.subarray(3, 12), source);
    expect(backing.slice(3, 12)).toEqual(f64(9, (out) => randomGumbelInto(out, source)));
    expect([...backing.slice(0, 3), ...backing.slice(12)]).toEqual(Array<number>(11).fill(0));
    runtime.heap.free(resident);
  });

  it("draws whole numbers within any bounds, as the reference does", () => {
    const bound = fc.integer({ min: -(2 ** 31), max: 2 ** 31 });
    fc.assert(
      fc.property(safe, fc.nat(30), bound, bound, (seed, n, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        fc.pre(low < high);
        const drawn = randomIntegers(n, { seed, low, high, runtime });
        expect(Array.from(drawn)).toEqual(Array.from(reference.randomIntegers(n, { seed, low, high })));
        for (const value of drawn) expect(value >= low && value < high).toBe(true);
      }),
    );
    // Just over 2³¹: every other word is drawn again.
    const wide = { seed: 1, low: -(2 ** 31), high: 1 };
    expect(Array.from(randomIntegers(200, { ...wide, runtime }))).toEqual(
      Array.from(reference.randomIntegers(200, wide)),
    );
    const all = { seed: 1, low: -(2 ** 31), high: 2 ** 31, runtime };
    expect(randomIntegers(8, all)).toEqual(
      Int32Array.from(randomBits(8, { seed: 1, runtime }), (word) => word - 2 ** 31),
    );
  });

  it("permutes", () => {
    for (const n of lengths) {
      const order = randomPermutation(n, { seed: n, runtime });
      expect(Array.from(order).toSorted((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      expect(Array.from(order)).toEqual(Array.from(reference.randomPermutation(n, { seed: n })));
    }
    const counts = new Map<string, number>();
    for (let seed = 0; seed < 2400; seed++) {
      const key = randomPermutation(4, { seed, runtime }).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()], Array<number>(24).fill(100))).toBeLessThan(chiSquareBound(23));
  });

  it("stays within its bounds, and inside (0, 1)", () => {
    const values = randomUniform(100_000, { seed: 1, low: 1, high: 1.0000004, runtime });
    expect(values.every((v) => v >= 1 && v <= Math.fround(1.0000004))).toBe(true);
    expect(new Set(randomUniform(9, { seed: 1, low: 2, high: 2, runtime }))).toEqual(new Set([2]));
    const unit = randomUniform(1 << 20, { seed: 2, runtime });
    expect(unit.every((v) => v > 0 && v < 1)).toBe(true);
    // A word whose 24 leading bits are 0.
    const rare = { seed: 1, offset: 10_460_476, runtime };
    expect(randomBits(4, rare)[3]).toBe(58);
    expect(randomUniform(4, rare)[3]).toBe(2 ** -25);
  });

  it("throws before it writes", () => {
    const out = Float32Array.of(1, 2);
    for (const seed of [-1, 0.5, NaN, 2 ** 53]) {
      expect(() => randomUniformInto(out, { seed, runtime })).toThrow(RangeError);
      expect(() => randomNormalInto(out, { seed: 0, stream: seed, runtime })).toThrow(RangeError);
      expect(() => randomGumbelInto(out, { seed: 0, offset: seed, runtime })).toThrow(RangeError);
    }
    expect(() => randomUniformInto(out, { seed: 0, low: 1, high: 0, runtime })).toThrow(RangeError);
    expect(() => randomUniformInto(out, { seed: 0, low: -3e38, high: 3e38, runtime })).toThrow(/high − low/);
    // Beyond float32, at its edge by rounding, and within what float64 holds.
    expect(() => randomUniformInto(out, { seed: 0, low: 1e39, high: 1e39, runtime })).toThrow(/low/);
    expect(() => randomUniformInto(out, { seed: 0, low: 0, high: 1e39, runtime })).toThrow(/high/);
    const [low, high] = [-(2 ** 127) + 2 ** 105 + 2 ** 103, 2 ** 127 + 2 ** 104 + 2 ** 103];
    expect(() => randomUniformInto(out, { seed: 0, low, high, runtime })).toThrow(/high − low/);
    const wide = new Float64Array(2);
    randomUniformInto(wide, { seed: 0, low: 1e39, high: 1e39, runtime });
    expect([...wide]).toEqual([1e39, 1e39]);
    expect(() => randomNormalInto(out, { seed: 0, std: -1, runtime })).toThrow(RangeError);
    expect(() => randomNormalInto(out, { seed: 0, mean: NaN, runtime })).toThrow(RangeError);
    expect(() => randomNormalInto(new Int32Array(2) as never, { seed: 0, runtime })).toThrow(DTypeError);
    expect(() => randomGumbelInto(runtime.arena.alloc("i32", 2) as never, { seed: 0 })).toThrow(
      /WasmArray<"i32">/,
    );
    expect(() => randomIntegersInto(Int32Array.of(1), { seed: 0, low: 3, high: 3, runtime })).toThrow(
      RangeError,
    );
    expect(() =>
      randomIntegersInto(Int32Array.of(1), { seed: 0, low: 0, high: 2 ** 31 + 1, runtime }),
    ).toThrow(RangeError);
    expect(() => randomIntegersInto(out as never, { seed: 0, low: 0, high: 2, runtime })).toThrow(DTypeError);
    expect(() => randomPermutationInto(out as never, { seed: 0, runtime })).toThrow(DTypeError);
    expect(() => randomBitsInto(out as never, { seed: 0, runtime })).toThrow(DTypeError);
    expect(() => randomUniform(-1, { seed: 0, runtime })).toThrow(RangeError);
    expect([...out]).toEqual([1, 2]);
  });

  describe("statistics, for a fixed seed", () => {
    const n = 1 << 20;

    it("uniforms are uniform: moments, Kolmogorov–Smirnov, χ² of the lowest bits", () => {
      const float = randomUniform(n, { seed: 21, runtime });
      const double = f64(n, (out) => randomUniformInto(out, { seed: 22, runtime }));
      for (const values of [float, double]) {
        expect(Math.abs(mean(values, (x) => x) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * n));
        expect(Math.abs(mean(values, (x) => x * x) - 1 / 3)).toBeLessThan(4 * Math.sqrt(4 / 45 / n));
        expect(kolmogorovSmirnov(values, (x) => x)).toBeLessThan(2);
      }
      const low = new Float64Array(256);
      for (const u of double) low[(u * 2 ** 53) % 256]!++;
      expect(chiSquare(low, Array<number>(256).fill(n / 256))).toBeLessThan(chiSquareBound(255));
    });

    it("normals are normal: moments, Kolmogorov–Smirnov, and the pairs are independent", () => {
      const values = f64(n, (out) => randomNormalInto(out, { seed: 23, runtime }));
      const moments = [1, 2, 3, 4, 6].map((k) => mean(values, (x) => x ** k));
      // The variance of a mean of z^k is E z^2k − (E z^k)²: 1, 2, 15, 96, 10170 over n.
      for (const [i, [exact, variance]] of [
        [0, 1],
        [1, 2],
        [0, 15],
        [3, 96],
        [15, 10170],
      ].entries()) {
        expect(Math.abs(moments[i]! - exact!), `moment ${i}`).toBeLessThan(4 * Math.sqrt(variance! / n));
      }
      expect(kolmogorovSmirnov(values, normalCdf)).toBeLessThan(2);
      let [product, squares] = [0, 0];
      for (let i = 0; i < n; i += 2) {
        product += values[i]! * values[i + 1]!;
        squares += (values[i]! ** 2 - 1) * (values[i + 1]! ** 2 - 1);
      }
      expect(Math.abs(product)).toBeLessThan(4 * Math.sqrt(n / 2));
      expect(Math.abs(squares)).toBeLessThan(4 * Math.sqrt(4 * (n / 2)));
    });

    it("normals have tails: as many past 4 as there should be, and one past the 5.9 where 24 bits would end", () => {
      const values = f64(n, (out) => randomNormalInto(out, { seed: 24, runtime }));
      const beyond = values.filter((z) => Math.abs(z) > 4).length; // p = 6.334e−5: 66.4 ± 8.1
      expect(Math.abs(beyond - 66.4)).toBeLessThan(4 * 8.15);
      // Found by looking through 6.6·10⁸ draws of this seed.
      const far = f64(1, (out) =>
        randomNormalInto(out, { seed: 24, offset: 331677696 + 45914 / 2, runtime }),
      );
      expect(far[0]).toBe(6.352232476110665);
    });

    it("Gumbels are Gumbel, and one is past the 16.64 where 24 bits would end", () => {
      const resident = runtime.heap.alloc("f64", n);
      const [euler, variance] = [0.5772156649015329, Math.PI ** 2 / 6];
      let tail = 0;
      for (let chunk = 0; chunk < 4; chunk++) {
        randomGumbelInto(resident, { seed: 25, offset: (chunk * n) / 2 });
        const { view } = resident;
        for (let i = 0; i < n; i++) if (view[i]! > 9) tail++;
      }
      const values = resident.toArray();
      expect(Math.abs(mean(values, (x) => x) - euler)).toBeLessThan(4 * Math.sqrt(variance / n));
      expect(Math.abs(mean(values, (x) => (x - euler) ** 2) - variance)).toBeLessThan(
        4 * Math.sqrt((4.4 * variance ** 2) / n),
      );
      expect(kolmogorovSmirnov(values, (x) => Math.exp(-Math.exp(-x)))).toBeLessThan(2);
      const expected = 4 * n * -Math.expm1(-Math.exp(-9));
      expect(Math.abs(tail - expected)).toBeLessThan(4 * Math.sqrt(expected));
      // Found by looking through 1.4·10⁷ draws of this seed.
      const far = f64(2, (out) => randomGumbelInto(out, { seed: 25, offset: 6881280 + 26074, runtime }));
      expect(far[1]).toBe(17.151248990686152);
      runtime.heap.free(resident);
    });

    it("integers are equally likely", () => {
      for (const span of [2, 10, 365]) {
        const counts = new Float64Array(span);
        for (const value of randomIntegers(n, { seed: span, low: 0, high: span, runtime })) counts[value]!++;
        expect(chiSquare(counts, Array<number>(span).fill(n / span))).toBeLessThan(chiSquareBound(span - 1));
      }
      // 3 · 2³⁰ numbers: taking the high half of the product without drawing again would favour every third one twofold.
      const thirds = new Float64Array(3);
      const wide = { seed: 4, low: -(2 ** 31), high: 2 ** 30, runtime };
      for (const value of randomIntegers(n, wide)) thirds[(value + 2 ** 31) % 3]!++;
      expect(chiSquare(thirds, Array<number>(3).fill(n / 3))).toBeLessThan(chiSquareBound(2));
    });

    it("seeds, streams and neighbours are uncorrelated", () => {
      const sources = [
        { seed: 31 },
        { seed: 32 },
        { seed: 31, stream: 1 },
        { seed: 31 + 2 ** 32 },
        { seed: 31, stream: 2 ** 32 },
        { seed: 31, offset: n },
      ];
      const draws = sources.map((source) => randomUniform(n, { ...source, low: -1, high: 1, runtime }));
      draws.push(draws[0]!.subarray(1), draws[0]!.subarray(4), draws[0]!.subarray(16));
      for (let i = 0; i < draws.length; i++) {
        for (let j = 0; j < i; j++) {
          const [a, b] = [draws[i]!, draws[j]!];
          let [sum, length] = [0, Math.min(a.length, b.length)];
          for (let k = 0; k < length; k++) sum += a[k]! * b[k]!;
          // Each product has variance 1/9.
          expect(Math.abs(sum), `${i} and ${j}`).toBeLessThan(4.5 * Math.sqrt(length / 9));
        }
      }
    });
  });
});

/** Φ(x), by the complementary error function's rational fit of Abramowitz and Stegun 7.1.26: within 1e-7. */
function normalCdf(x: number): number {
  const t = 1 / (1 + (0.3275911 * Math.abs(x)) / Math.SQRT2);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const upper = (poly * Math.exp((-x * x) / 2)) / 2;
  return x < 0 ? upper : 1 - upper;
}
