import fc from "fast-check";
import { expect, it } from "vitest";
import {
  diffusionStepBlocks,
  diffusionStepInto,
  type DiffusionStepOptions,
  DTypeError,
  RandomStream,
  randomNormalInto,
  RangeError,
  ShapeError,
} from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import { mean } from "../statistics.js";
import { describeVariants, expectClose, noise } from "../variants.js";

describeVariants("diffusionStep", (runtime) => {
  const types = [Float32Array, Float64Array] as const;

  it("has the bits of its parts taken one by one, for either type of either array", () => {
    const coefficient = fc.constantFrom(0, 1, -1, 0.3, -1.7, 80);
    fc.assert(
      fc.property(
        fc.nat(40),
        coefficient,
        coefficient,
        coefficient,
        fc.constantFrom(...types),
        fc.constantFrom(...types),
        fc.nat(2 ** 40),
        (n, a, b, c, X, D, seed) => {
          const [x, d, normal] = [X.from(noise(n, 1, 3)), D.from(noise(n, 2)), new Float64Array(n)];
          const source = { seed, stream: 3, offset: 11 };
          randomNormalInto(normal, { ...source, runtime });
          const expected = x.map((value, i) => {
            const drift = a * value + b * d[i]!;
            return c === 0 ? drift : drift + c * normal[i]!;
          });
          const before = x.slice();
          diffusionStepInto(x, d, { a, b, c, ...source, runtime });
          expect(x).toEqual(expected);
          expect(d).toEqual(D.from(noise(n, 2)));
          expectClose(x, reference.diffusionStep(before, d, { a, b, c, ...source }), { absolute: 1e-5 });
        },
      ),
    );
  });

  it("needs no direction where b is 0, and draws nothing where c is 0", () => {
    const [x, expected] = [Float64Array.from(noise(9, 1)), Float64Array.from(noise(9, 1))];
    diffusionStepInto(x, undefined, { a: 0.5, seed: 1, runtime });
    expect(x).toEqual(expected.map((value) => 0.5 * value));
    diffusionStepInto(x, undefined, { a: 0, c: 2, seed: 1, runtime });
    randomNormalInto(expected, { seed: 1, std: 2, runtime });
    expect(x).toEqual(expected);
  });

  it("adds noise of the right size", () => {
    const x = new Float64Array(200_000).fill(10);
    diffusionStepInto(x, undefined, { a: 0.5, c: 3, seed: 8, runtime });
    expect(Math.abs(mean(x, (value) => value) - 5)).toBeLessThan((4 * 3) / Math.sqrt(x.length));
    expect(Math.abs(mean(x, (value) => (value - 5) ** 2) - 9)).toBeLessThan(4 * 9 * Math.sqrt(2 / x.length));
  });

  it("steps over part of an array as over the whole, from the right block on", () => {
    const [whole, parts] = [Float64Array.from(noise(30, 1)), Float64Array.from(noise(30, 1))];
    diffusionStepInto(whole, undefined, { a: 1, c: 1, seed: 4, runtime });
    const stream = new RandomStream({ seed: 4 });
    for (const [from, to] of [
      [0, 12],
      [12, 30],
    ] as const) {
      const source = stream.take(diffusionStepBlocks(to - from));
      diffusionStepInto(parts.subarray(from, to), undefined, { a: 1, c: 1, ...source, runtime });
    }
    expect(parts).toEqual(whole);
    expect(stream.offset).toBe(diffusionStepBlocks(30));
  });

  it("takes resident arrays, of mixed types, and x as its own direction", () => {
    const [x, d] = [runtime.heap.from("f64", noise(21, 1)), runtime.heap.from("f32", noise(21, 2))];
    const copied = Float64Array.from(noise(21, 1));
    diffusionStepInto(x, d, { a: 0.9, b: -0.4, c: 0.1, seed: 6 });
    diffusionStepInto(copied, noise(21, 2), { a: 0.9, b: -0.4, c: 0.1, seed: 6, runtime });
    expect(x.toArray()).toEqual(copied);
    diffusionStepInto(x, x, { a: 0.25, b: 0.5, seed: 6 });
    diffusionStepInto(copied, copied, { a: 0.25, b: 0.5, seed: 6, runtime });
    expect(x.toArray()).toEqual(copied);
    runtime.heap.free(x);
    runtime.heap.free(d);
  });

  it("passes NaN and infinities on", () => {
    const x = Float32Array.of(NaN, Infinity, -Infinity, 3e38);
    diffusionStepInto(x, undefined, { a: 2, seed: 6, runtime });
    expect([...x]).toEqual([NaN, Infinity, -Infinity, Infinity]);
  });

  it("throws before it writes", () => {
    const [x, d] = [noise(4, 1), noise(4, 2)];
    const step = (options: Partial<DiffusionStepOptions>) => (): void =>
      diffusionStepInto(x, d, { a: 1, seed: 1, ...options, runtime });
    for (const bad of [NaN, Infinity]) {
      expect(step({ a: bad })).toThrow(RangeError);
      expect(step({ b: bad })).toThrow(RangeError);
      expect(step({ c: bad })).toThrow(RangeError);
    }
    expect(step({ seed: 0.5 })).toThrow(/seed/);
    expect(() => diffusionStepInto(x, undefined, { a: 1, b: 1, seed: 1, runtime })).toThrow(/^d: /);
    expect(() => diffusionStepInto(x, noise(5, 1), { a: 1, b: 1, seed: 1, runtime })).toThrow(ShapeError);
    expect(() => diffusionStepInto(x, new Int32Array(4) as never, { a: 1, b: 1, seed: 1, runtime })).toThrow(
      DTypeError,
    );
    expect(() => diffusionStepInto(new Int32Array(4) as never, d, { a: 1, seed: 1, runtime })).toThrow(
      DTypeError,
    );
    expect(() => diffusionStepBlocks(-1)).toThrow(RangeError);
    expect(x).toEqual(noise(4, 1));
  });
});
