import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bfloat16Bits,
  bfloat16Value,
  float16Bits,
  float16Value,
  fromBfloat16Into,
  fromFloat16Into,
  toBfloat16,
  toFloat16,
} from "../../src/io/index.js";

interface Format {
  name: string;
  exponentBits: number;
  fractionBits: number;
  bits: (x: number) => number;
  value: (bits: number) => number;
  narrow: (values: Float32Array | Float64Array) => Uint16Array;
  widenInto: (out: Float32Array, bits: Uint16Array) => void;
}

const formats: Format[] = [
  {
    name: "float16",
    exponentBits: 5,
    fractionBits: 10,
    bits: float16Bits,
    value: float16Value,
    narrow: toFloat16,
    widenInto: fromFloat16Into,
  },
  {
    name: "bfloat16",
    exponentBits: 8,
    fractionBits: 7,
    bits: bfloat16Bits,
    value: bfloat16Value,
    narrow: toBfloat16,
    widenInto: fromBfloat16Into,
  },
];

describe.each(formats)("$name", (format) => {
  const { exponentBits, fractionBits, bits, value, narrow, widenInto } = format;
  const infinity = ((1 << exponentBits) - 1) << fractionBits;

  /** The definition, in float64. */
  function defined(pattern: number): number {
    const sign = pattern & 0x8000 ? -1 : 1;
    const exponent = (pattern & 0x7fff) >> fractionBits;
    const fraction = (pattern & ((1 << fractionBits) - 1)) / 2 ** fractionBits;
    const bias = 2 ** (exponentBits - 1) - 1;
    if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
    if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
    return sign * (1 + fraction) * 2 ** (exponent - bias);
  }

  it("decodes every bit pattern as defined, alone and in arrays", () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const wide = new Float32Array(65536);
    widenInto(wide, all);
    for (let i = 0; i < 65536; i++) {
      if (!Object.is(value(i), defined(i)) || !Object.is(wide[i], defined(i))) {
        expect.fail(`0x${i.toString(16)}: ${value(i)}, ${wide[i]}; defined as ${defined(i)}`);
      }
    }
  });

  it("brings every bit pattern back through float32, NaNs included", () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const wide = new Float32Array(65536);
    widenInto(wide, all);
    expect(narrow(wide)).toEqual(all);
  });

  it("rounds to nearest, ties to even, around every midpoint, of float32 and of float64", () => {
    // The one after the largest stands for where infinity begins.
    const magnitude = (pattern: number): number => {
      return pattern < infinity ? defined(pattern) : 2 * defined(infinity - 1) - defined(infinity - 2);
    };
    const failures: string[] = [];
    const check = (x: number, wanted: number): void => {
      for (const [number, pattern] of [
        [x, wanted],
        [-x, wanted | 0x8000],
      ] as const) {
        const found = [bits(number), narrow(Float64Array.of(number))[0]];
        if (Math.fround(number) === number) found.push(narrow(Float32Array.of(number))[0]);
        if (found.some((each) => each !== pattern))
          failures.push(`${number}: ${found.join()}, not ${pattern}`);
      }
    };
    for (let low = 0; low < infinity; low++) {
      const [below, above] = [magnitude(low), magnitude(low + 1)];
      const middle = (below + above) / 2; // exact in float64
      const even = low % 2 === 0 ? low : low + 1;
      check(below, low);
      check(middle, even);
      // A float64 so close to the middle that rounding it to float32 first would land on it.
      check(middle * (1 - 2 ** -50), low);
      check(middle * (1 + 2 ** -50), low + 1);
      check(middle - (above - below) / 16, low);
      check(middle + (above - below) / 16, low + 1);
    }
    expect(failures.slice(0, 5)).toEqual([]);
  });

  it("keeps zeros' signs, infinities and NaN, and overflows to infinity", () => {
    const extremes = [0, -0, Infinity, -Infinity, 1e300, -1e300, Number.MIN_VALUE, -Number.MIN_VALUE];
    const expected = [0, 0x8000, infinity, infinity | 0x8000, infinity, infinity | 0x8000, 0, 0x8000];
    expect(extremes.map(bits)).toEqual(expected);
    expect(Array.from(narrow(Float64Array.from(extremes)))).toEqual(expected);
    expect(value(bits(NaN))).toBeNaN();
    expect(value(narrow(Float64Array.of(NaN))[0]!)).toBeNaN();
  });

  it("keeps a NaN a NaN when its payload lies in the bits that go", () => {
    const low = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
    const [plus, minus] = narrow(low);
    expect(value(plus!)).toBeNaN();
    expect(value(minus!)).toBeNaN();
    expect(plus! & 0x8000).toBe(0);
    expect(minus! & 0x8000).toBe(0x8000);
  });

  it("is monotonic", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (x, y) => {
        const [low, high] = x < y ? [x, y] : [y, x];
        expect(value(bits(low))).toBeLessThanOrEqual(value(bits(high)));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("float16 beside the engine's own", () => {
  const { f16round } = Math as { f16round?: (x: number) => number };

  it.skipIf(f16round === undefined)("agrees on any number", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -7e4, max: 7e4, noNaN: true })),
        (x) => {
          expect(float16Value(float16Bits(x))).toBe(f16round!(x));
        },
      ),
      { numRuns: 5000 },
    );
  });
});
