import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { afterAll, describe, expect, it } from "vitest";

/** Runs a suite once on each variant, with a runtime of its own. */
export function describeVariants(name: string, suite: (runtime: Runtime) => void): void {
  for (const variant of ["simd", "relaxed"] satisfies Variant[]) {
    describe(`${name} (${variant})`, () => {
      if (variant === "relaxed" && !hasRelaxedSimd()) {
        it.skip("needs an engine with relaxed SIMD", () => {});
        return;
      }
      const runtime = Runtime.createSync({ variant });
      afterAll(() => runtime.dispose());
      suite(runtime);
    });
  }
}

/** |actual − expected| ≤ absolute + relative · |expected|, element by element. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative = 1e-6, absolute = 1e-6 }: { relative?: number; absolute?: number } = {},
): void {
  expect(actual.length, "length").toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (!(Object.is(a, e) || Math.abs(a - e) <= absolute + relative * Math.abs(e))) {
      expect.fail(`element ${i}: got ${a}, expected ${e}`);
    }
  }
}

/** Deterministic test data in (−scale, scale), and never within a hundredth of the scale of 0, where kinks are. */
export function noise(length: number, seed: number, scale = 1): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    const x = (h ^ (h >>> 15)) / 2 ** 31;
    return scale * (0.01 * (x < 0 ? -1 : 1) + 0.99 * x);
  });
}

/** Noise of a shape, as `gradcheck` takes it. */
export function noisy(
  shape: readonly number[],
  seed: number,
  scale = 1,
): { values: Float32Array; shape: readonly number[] } {
  return {
    values: noise(
      shape.reduce((product, size) => product * size, 1),
      seed,
      scale,
    ),
    shape,
  };
}
