import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import {
  attentionBackwardInto,
  attentionInto,
  type AttentionOptions,
  avgPool2dBackwardInto,
  avgPool2dInto,
  conv2dBackwardInto,
  conv2dInto,
  type Conv2dOptions,
  conv2dOutputSize,
  convTranspose2dBackwardInto,
  convTranspose2dInto,
  convTranspose2dOutputSize,
  embeddingInto,
  hasRelaxedSimd,
  matmul_i8Into,
  maxPool2dBackwardInto,
  maxPool2dInto,
  QuantizedMatrix,
  randomBitsInto,
  randomGumbelInto,
  randomIntegersInto,
  randomNormalInto,
  randomUniformInto,
  rotaryBackwardInto,
  rotaryInto,
  rotaryTableInto,
  Runtime,
  upsampleNearest2dBackwardInto,
  upsampleNearest2dInto,
  type Variant,
} from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";
import { noise } from "../variants.js";
import { compute } from "./compute.js";

const variants = (["simd", "relaxed"] satisfies Variant[]).filter(
  (variant) => variant === "simd" || hasRelaxedSimd(),
);

describe.each(variants.flatMap((variant) => [2, 3, 5].map((threads) => ({ variant, threads }))))(
  "layers have the bits of one thread ($variant, $threads threads)",
  async ({ variant, threads }) => {
    const one = Runtime.createSync({ variant });
    const many = await createThreadedRuntime({ variant, threads, leastPart: 0 });
    afterAll(() => {
      one.dispose();
      many.dispose();
    });

    type Results = Record<string, Float32Array | Float64Array | Int32Array | Uint32Array>;

    /** `run` writes to, or adds to, the arrays that `start` makes. */
    async function expectSame<R extends Results>(
      start: () => R,
      run: (runtime: Runtime, results: R) => void,
    ): Promise<void> {
      const [expected, actual] = [start(), start()];
      run(one, expected);
      await compute(many, () => run(many, actual));
      for (const name in expected) {
        const [e, a] = [bits(expected[name]!), bits(actual[name]!)];
        const at = e.findIndex((word, i) => word !== a[i]);
        expect(at, `the first element of ${name} that differs`).toBe(-1);
      }
    }

    async function expectSameAttention(
      shape: Omit<AttentionOptions, "runtime">,
      seed: number,
    ): Promise<void> {
      const { batch, heads, kvHeads = heads, queries, keys, headDim } = shape;
      const [queryLength, keyLength] = [batch * heads * queries * headDim, batch * kvHeads * keys * headDim];
      const q = noise(queryLength, seed, 2);
      const [k, v] = [noise(keyLength, seed + 1, 2), noise(keyLength, seed + 2)];
      const dout = noise(queryLength, seed + 3);
      const start = (): Record<"out" | "lse" | "dq" | "dk" | "dv", Float32Array<ArrayBuffer>> => ({
        out: new Float32Array(queryLength),
        lse: new Float32Array(batch * heads * queries),
        dq: noise(queryLength, seed + 4),
        dk: noise(keyLength, seed + 5),
        dv: noise(keyLength, seed + 6),
      });
      await expectSame(start, (runtime, { out, lse, dq, dk, dv }) => {
        const options = { ...shape, runtime };
        attentionInto({ out, lse }, { q, k, v }, options);
        attentionBackwardInto({ dq, dk, dv }, { dout, out, lse, q, k, v }, options);
      });
    }

    it("attention, by heads and by queries", async () => {
      const small = fc.integer({ min: 1, max: 3 });
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            batch: small,
            kvHeads: small,
            group: small,
            queries: fc.integer({ min: 1, max: 160 }),
            keys: fc.integer({ min: 1, max: 160 }),
            headDim: fc.integer({ min: 1, max: 20 }),
            causal: fc.boolean(),
          }),
          fc.record({ lengths: fc.boolean(), mask: fc.boolean(), blocks: fc.boolean() }),
          fc.nat(1000),
          async ({ group, ...sizes }, { lengths, mask, blocks }, seed) => {
            const { batch, queries, keys } = sizes;
            const pick = (length: number, of: number): number[] =>
              Array.from(noise(length, seed), (x) => Math.floor(Math.abs(x) * of));
            const states = Math.ceil(queries / 16) * Math.ceil(keys / 32);
            await expectSameAttention(
              {
                ...sizes,
                heads: sizes.kvHeads * group,
                keyLengths: lengths ? Int32Array.from(pick(batch, keys + 1)) : undefined,
                mask: mask ? Uint8Array.from(pick(batch * queries * keys, 4)) : undefined,
                blockMask: blocks
                  ? {
                      states: Uint8Array.from(pick(states, mask ? 3 : 2)),
                      queryBlock: 16,
                      keyBlock: 32,
                    }
                  : undefined,
              },
              seed,
            );
          },
        ),
        { numRuns: 60 },
      );
    });

    it.each([
      { batch: 1, heads: 1, queries: 301, keys: 301, headDim: 32, causal: true },
      { batch: 1, heads: 1, queries: 300, keys: 77, headDim: 32 },
      { batch: 1, heads: 3, kvHeads: 1, queries: 150, keys: 400, headDim: 24, causal: true },
      { batch: 2, heads: 6, kvHeads: 3, queries: 1, keys: 200, headDim: 64 },
    ])("attention beyond one block: $heads heads, $queries × $keys", async (shape) => {
      await expectSameAttention(shape, 3);
    });

    async function expectSameConvolution(
      shape: Omit<Conv2dOptions, "runtime">,
      transposed: boolean,
      seed: number,
    ): Promise<void> {
      const { batch, inChannels, outChannels, height, width, kernelSize, groups = 1 } = shape;
      const [outHeight, outWidth] = transposed ? convTranspose2dOutputSize(shape) : conv2dOutputSize(shape);
      const [kernelHeight, kernelWidth] = kernelSize as readonly [number, number];
      const x = noise(batch * inChannels * height * width, seed);
      const outLength = batch * outChannels * outHeight * outWidth;
      const weightLength = ((inChannels * outChannels) / groups) * kernelHeight * kernelWidth;
      const weight = noise(weightLength, seed + 1);
      const bias = noise(outChannels, seed + 2);
      const dy = noise(outLength, seed + 3);
      const start = (): Record<"out" | "plain" | "dx" | "dweight" | "dbias", Float32Array> => ({
        out: new Float32Array(outLength),
        plain: new Float32Array(outLength),
        dx: noise(x.length, seed + 4),
        dweight: noise(weightLength, seed + 5),
        dbias: noise(outChannels, seed + 6),
      });
      const [forward, backward] = transposed
        ? [convTranspose2dInto, convTranspose2dBackwardInto]
        : [conv2dInto, conv2dBackwardInto];
      await expectSame(start, (runtime, { out, plain, dx, dweight, dbias }) => {
        const options = { ...shape, runtime };
        forward(out, { x, weight, bias }, options);
        forward(plain, { x, weight }, options);
        backward({ dx, dweight, dbias }, { dy, x, weight }, options);
      });
    }

    const size = fc.integer({ min: 1, max: 3 });
    const convolutions = fc.record({
      batch: fc.integer({ min: 1, max: 6 }),
      groups: fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 5 })),
      inOfGroup: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 20, max: 40 })),
      outOfGroup: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 20, max: 40 })),
      height: fc.integer({ min: 5, max: 20 }),
      width: fc.oneof(fc.integer({ min: 3, max: 12 }), fc.integer({ min: 20, max: 70 })),
      kernelSize: fc.tuple(size, size),
      stride: fc.tuple(size, size),
      padding: fc.tuple(fc.nat(1), fc.nat(1)),
      dilation: fc.constantFrom(1, [2, 1] as const),
    });

    it.each([false, true])(
      "convolutions, by images, rows and channels (transposed: %s)",
      async (transposed) => {
        await fc.assert(
          fc.asyncProperty(
            convolutions,
            fc.nat(1000),
            async ({ groups, inOfGroup, outOfGroup, ...shape }, seed) => {
              const channels = { inChannels: groups * inOfGroup, outChannels: groups * outOfGroup };
              await expectSameConvolution({ ...shape, groups, ...channels }, transposed, seed);
            },
          ),
          { numRuns: 40 },
        );
      },
    );

    it.each([
      { batch: 1, inChannels: 70, outChannels: 64, height: 9, width: 7, kernelSize: [3, 3], padding: 1 },
      { batch: 1, inChannels: 64, outChannels: 61, height: 16, width: 16, kernelSize: [1, 1] },
      { batch: 3, inChannels: 30, outChannels: 40, height: 1, width: 1, kernelSize: [1, 1] },
      { batch: 1, inChannels: 24, outChannels: 24, height: 9, width: 9, kernelSize: [3, 3], groups: 24 },
      { batch: 1, inChannels: 9, outChannels: 10, height: 31, width: 33, kernelSize: [3, 2], stride: [3, 2] },
      { batch: 1, inChannels: 2, outChannels: 3, height: 40, width: 37, kernelSize: [3, 3], padding: 1 },
      { batch: 1, inChannels: 20, outChannels: 30, height: 41, width: 16, kernelSize: [5, 5], padding: 2 },
      { batch: 5, inChannels: 36, outChannels: 26, height: 8, width: 8, kernelSize: [4, 4], stride: 2 },
    ] as const)(
      "convolutions of $batch × $inChannels channels to $outChannels, kernel $kernelSize",
      async (shape) => {
        for (const transposed of [false, true]) await expectSameConvolution(shape, transposed, 7);
      },
    );

    it("a product of int8, by rows and by columns", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 150 }),
          fc.integer({ min: 1, max: 100 }),
          fc.integer({ min: 0, max: 70 }),
          fc.boolean(),
          fc.nat(1000),
          async (m, n, k, biased, seed) => {
            const [x, weights] = [noise(m * k, seed, 3), noise(n * k, seed + 1)];
            const bias = biased ? noise(n, seed + 2) : undefined;
            const matrices = new Map(
              [one, many].map((runtime) => [runtime, QuantizedMatrix.quantize(weights, { n, k, runtime })]),
            );
            await expectSame(
              () => ({ out: new Float32Array(m * n) }),
              (runtime, { out }) => matmul_i8Into(out, x, matrices.get(runtime)!, { m, bias }),
            );
            for (const matrix of matrices.values()) matrix.dispose();
          },
        ),
        { numRuns: 60 },
      );
    });

    it("rotary embeddings, by tokens", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            batch: size,
            heads: size,
            tokens: fc.integer({ min: 1, max: 20 }),
            pairs: fc.constantFrom("halves", "interleaved"),
          }),
          fc.integer({ min: 1, max: 9 }),
          fc.constantFrom("none", "shared", "own"),
          fc.boolean(),
          async (shape, half, which, tabled) => {
            const { batch, heads, tokens } = shape;
            const headDim = 2 * half + 3;
            const length = batch * heads * tokens * headDim;
            const [x, dout] = [noise(length, 1), noise(length, 2)];
            const count = which === "own" ? batch * tokens : tokens;
            const positions =
              which === "none" ? undefined : Int32Array.from({ length: count }, (_, i) => (i * 7) % 29);
            const start = (): Record<"out" | "dx" | "table", Float32Array<ArrayBuffer>> => ({
              out: new Float32Array(length),
              dx: noise(length, 3),
              table: new Float32Array(29 * 2 * half),
            });
            await expectSame(start, (runtime, { out, dx, table }) => {
              rotaryTableInto(table, { tokens: 29, dims: 2 * half, runtime });
              const options = { ...shape, headDim, dims: 2 * half, position: 5, positions, runtime };
              rotaryInto(out, x, { ...options, table: tabled ? table : undefined });
              rotaryBackwardInto(dx, dout, { ...options, table: tabled ? table : undefined });
            });
          },
        ),
        { numRuns: 40 },
      );
    });

    it("pooling, by planes", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            planes: fc.integer({ min: 1, max: 12 }),
            height: fc.integer({ min: 1, max: 9 }),
            width: fc.integer({ min: 1, max: 9 }),
          }),
          fc.tuple(size, size),
          async (shape, kernel) => {
            const { planes, height, width } = shape;
            const large = planes * height * width;
            const small = planes * Math.floor(height / kernel[0]) * Math.floor(width / kernel[1]);
            const [x, dy] = [noise(large, 1), noise(small, 2)];
            const scaled = large * kernel[0] * kernel[1];
            const dscaled = noise(scaled, 3);
            const start = (): Record<"avg" | "max" | "davg" | "dmax" | "up" | "dup", Float32Array> => ({
              avg: new Float32Array(small),
              max: new Float32Array(small),
              davg: noise(large, 4),
              dmax: noise(large, 5),
              up: new Float32Array(scaled),
              dup: noise(large, 6),
            });
            await expectSame(start, (runtime, { avg, max, davg, dmax, up, dup }) => {
              const pool = { ...shape, kernelSize: kernel, runtime };
              const scale = { ...shape, scaleFactor: kernel, runtime };
              avgPool2dInto(avg, x, pool);
              maxPool2dInto(max, x, pool);
              avgPool2dBackwardInto(davg, dy, pool);
              maxPool2dBackwardInto(dmax, dy, x, pool);
              upsampleNearest2dInto(up, x, scale);
              upsampleNearest2dBackwardInto(dup, dscaled, scale);
            });
          },
        ),
        { numRuns: 40 },
      );
    });

    it("draws, from whatever offset", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 300 }),
          fc.oneof(
            fc.nat(1000),
            fc.nat(40).map((less) => Number.MAX_SAFE_INTEGER - less),
          ),
          fc.nat(1000),
          async (n, offset, seed) => {
            const start = () => ({
              uniform: new Float32Array(n),
              normal: new Float32Array(n),
              gumbel: new Float32Array(n),
              uniform64: new Float64Array(n),
              normal64: new Float64Array(n),
              gumbel64: new Float64Array(n),
              integers: new Int32Array(n),
              words: new Uint32Array(n),
            });
            await expectSame(start, (runtime, results) => {
              const source = { seed, stream: 3, offset, runtime };
              randomUniformInto(results.uniform, { ...source, low: -1, high: 3 });
              randomNormalInto(results.normal, source);
              randomGumbelInto(results.gumbel, source);
              randomUniformInto(results.uniform64, source);
              randomNormalInto(results.normal64, { ...source, mean: 1, std: 2 });
              randomGumbelInto(results.gumbel64, source);
              // A quarter of the words are drawn again.
              randomIntegersInto(results.integers, { ...source, low: -(2 ** 31), high: 2 ** 30 + 1 });
              randomBitsInto(results.words, source);
            });
          },
        ),
        { numRuns: 40 },
      );
    });

    it("gathered rows", async () => {
      const [vocabulary, dim] = [11, 7];
      const table = noise(vocabulary * dim, 1);
      for (const count of [0, 1, 2, 5, 64]) {
        const ids = Int32Array.from({ length: count }, (_, i) => (i * 5) % vocabulary);
        await expectSame(
          () => ({ out: new Float32Array(count * dim) }),
          (runtime, { out }) => embeddingInto(out, table, ids, { count, dim, vocabulary, runtime }),
        );
      }
    });
  },
);

function bits(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
