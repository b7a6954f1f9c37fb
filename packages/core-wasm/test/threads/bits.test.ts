import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  activationInto,
  adamWStepInto,
  addInto,
  argmaxRowsInto,
  hasRelaxedSimd,
  logSoftmaxInto,
  matmulInto,
  type MatmulIntoOptions,
  packMatrix,
  Runtime,
  softmaxBackwardInto,
  softmaxInto,
  type Variant,
} from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";
import { noise } from "../variants.js";
import { compute } from "./compute.js";

type Shape = Omit<MatmulIntoOptions, "runtime">;

const variants = (["simd", "relaxed"] satisfies Variant[]).filter(
  (variant) => variant === "simd" || hasRelaxedSimd(),
);

describe.each(variants.flatMap((variant) => [2, 3, 7].map((threads) => ({ variant, threads }))))(
  "the bits of one thread ($variant, $threads threads)",
  async ({ variant, threads }) => {
    const one = Runtime.createSync({ variant });
    const many = await createThreadedRuntime({ variant, threads, leastPart: 0 });
    afterAll(() => {
      one.dispose();
      many.dispose();
    });

    async function expectSameProduct(shape: Shape, seed = 1): Promise<void> {
      const { m, n, k, batch = 1, broadcastB = false } = shape;
      const [a, b] = [noise(batch * m * k, seed), noise((broadcastB ? 1 : batch) * k * n, seed + 1)];
      const expected = noise(batch * m * n, seed + 2);
      const actual = expected.slice();
      matmulInto(expected, a, b, { ...shape, runtime: one });
      await compute(many, () => matmulInto(actual, a, b, { ...shape, runtime: many }));
      expect(actual).toEqual(expected);
    }

    it("are those of a product of any shape", async () => {
      const size = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 1, max: 70 }));
      await fc.assert(
        fc.asyncProperty(
          fc.record({ m: size, n: size, k: size, batch: fc.integer({ min: 1, max: 5 }) }),
          fc.record({
            transposeA: fc.boolean(),
            transposeB: fc.boolean(),
            broadcastB: fc.boolean(),
            accumulate: fc.boolean(),
          }),
          fc.nat(1000),
          (sizes, flags, seed) => expectSameProduct({ ...sizes, ...flags }, seed),
        ),
        { numRuns: 150 },
      );
    });

    it.each([
      { m: 256, n: 256, k: 256 },
      { m: 257, n: 255, k: 259, transposeA: true },
      { m: 3, n: 1030, k: 40, transposeB: true },
      { m: 100, n: 33, k: 600, transposeB: true },
      { m: 1, n: 129, k: 300 },
      { m: 1, n: 129, k: 300, transposeB: true },
      { m: 130, n: 1, k: 300 },
      { m: 130, n: 1, k: 300, transposeA: true },
      { m: 2, n: 49, k: 30, batch: 14, accumulate: true },
    ])("are those of a product beyond one block: $m×$n×$k", async (shape) => {
      await expectSameProduct(shape);
    });

    it("are those of a thousand products with packed weights", async () => {
      const [shape, b] = [{ m: 4, n: 8, k: 4, batch: 1000, transposeA: true }, noise(32, 2)];
      const a = noise(shape.batch * shape.m * shape.k, 1);
      const given = { bias: noise(shape.n, 3), residual: noise(shape.batch * shape.m * shape.n, 4) };
      const multiply = (runtime: Runtime, out: Float32Array): void => {
        matmulInto(out, a, packMatrix(b, { ...shape, runtime }), { ...shape, ...given });
      };
      const [expected, actual] = [given.residual.slice(), given.residual.slice()];
      multiply(one, expected);
      await compute(many, () => multiply(many, actual));
      expect(actual).toEqual(expected);
    });

    it("are those of rows and elements, however many", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 40 }),
          fc.integer({ min: 1, max: 40 }),
          fc.nat(1000),
          async (rows, cols, seed) => {
            const [x, y] = [noise(rows * cols, seed, 4), noise(rows * cols, seed + 1)];
            const start = (): Float32Array[] => Array.from({ length: 7 }, () => y.map(Math.abs));
            const run = (runtime: Runtime, out: Float32Array[], indices: Int32Array): void => {
              const shape = { rows, cols, runtime };
              softmaxInto(out[0]!, x, shape);
              logSoftmaxInto(out[1]!, x, shape);
              softmaxBackwardInto(out[2]!, x, y, shape);
              addInto(out[3]!, x, y, { runtime });
              activationInto(out[4]!, x, { kind: "geluErf", runtime });
              adamWStepInto(out[5]!, x, out[0]!, out[6]!, { step: 2, learningRate: 0.1, runtime });
              argmaxRowsInto(indices, x, shape);
            };
            const [expected, actual] = [start(), start()];
            const [expectedRows, actualRows] = [new Int32Array(rows), new Int32Array(rows)];
            run(one, expected, expectedRows);
            await compute(many, () => run(many, actual, actualRows));
            expect(actual).toEqual(expected);
            expect(actualRows).toEqual(expectedRows);
          },
        ),
        { numRuns: 40 },
      );
    });
  },
);
