import { afterAll, describe, expect, it } from "vitest";
import { hasRelaxedSimd, Runtime, type Variant } from "../src/index.js";
import { createThreadedRuntime } from "../src/threads.js";

/** Runs a suite once on each variant, on one thread and on two, with a runtime of its own. */
export function describeVariants(name: string, suite: (runtime: Runtime) => void): void {
  for (const variant of ["simd", "relaxed"] satisfies Variant[]) {
    for (const threads of [1, 2]) {
      describe(`${name} (${variant}${threads > 1 ? `, ${threads} threads` : ""})`, async () => {
        if (variant === "relaxed" && !hasRelaxedSimd()) {
          it.skip("needs an engine with relaxed SIMD", () => {});
          return;
        }
        const runtime = threads > 1 ? await splitting(variant, threads) : Runtime.createSync({ variant });
        afterAll(() => runtime.dispose());
        suite(runtime);
      });
    }
  }
}

/** A runtime that splits whatever can be split, however little; on a page's own thread, over shared memory but in one part. */
async function splitting(variant: Variant, threads: number): Promise<Runtime> {
  return createThreadedRuntime({ variant, threads, leastPart: 0, mainThread: "one-thread" });
}

/**
 * Compares element by element: |actual − expected| ≤ absolute + relative · |expected|. NaN equals NaN.
 * `scale` widens the bound for sums of many terms: give √(length of the reduction).
 */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative = 1e-6, absolute = 1e-6, scale = 1 } = {},
): void {
  expect(actual.length, "length").toBe(expected.length);
  let worst = { at: -1, excess: 0 };
  for (let i = 0; i < expected.length; i++) {
    const [a, e] = [actual[i]!, expected[i]!];
    if (Object.is(a, e) || a === e || (Number.isNaN(a) && Number.isNaN(e))) continue;
    const error = Math.abs(a - e);
    const excess = error / (scale * (absolute + relative * Math.abs(e)));
    if (!(excess <= 1) && !(excess <= worst.excess)) worst = { at: i, excess };
  }
  if (worst.at >= 0) {
    const { at, excess } = worst;
    expect.fail(
      `element ${at}: got ${actual[at]}, expected ${expected[at]}: ${excess.toFixed(2)} times the bound`,
    );
  }
}

/** Deterministic test data in (−scale, scale): a 32-bit mix of the index and the seed. */
export function noise(length: number, seed: number, scale = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => {
    let h = Math.imul(i + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
    h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
    return ((h ^ (h >>> 15)) / 2 ** 31) * scale;
  });
}
