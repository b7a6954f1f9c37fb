import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import golden from "../golden/torch.json" with { type: "json" };
import {
  attentionCase,
  type Case,
  expectAttention,
  expectGradients,
  gradients,
  type Shape,
} from "../attentionCases.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const { attention, attentionAppendInto, attentionBackwardInto, attentionInto, headsFirst, tokensFirst } =
  core;

const torchShape = { batch: 1, heads: 2, queries: 4, keys: 4, headDim: 3, causal: true };
const [torchQ, torchK, torchV] = [18, 19, 20].map((seed) =>
  Float64Array.from({ length: 24 }, (_, i) => Math.sin(1.7 * i + 0.9 * seed + 0.3)),
) as [Float64Array, Float64Array, Float64Array];

/** The pairs that a model of text by blocks sees, on [noisy; clean] tokens: arXiv:2503.09573, section 3.1. */
function diffusionSees(i: number, j: number, tokens: number, block: number): boolean {
  const [queryBlock, keyBlock] = [i, j].map((at) => Math.floor((at % tokens) / block)) as [number, number];
  if (i < tokens) return j < tokens ? queryBlock === keyBlock : keyBlock < queryBlock;
  return j >= tokens && keyBlock <= queryBlock;
}

describe("the reference of attention", () => {
  it("agrees with PyTorch", () => {
    const { out } = reference.attention({ q: torchQ, k: torchK, v: torchV }, torchShape);
    expectClose(out, golden.attn_causal, { relative: 1e-12, absolute: 1e-15 });
  });

  it("has the derivatives that differences give", () => {
    for (const shape of [
      { batch: 1, heads: 2, kvHeads: 1, queries: 3, keys: 4, headDim: 2, causal: true },
      { batch: 2, heads: 1, queries: 2, keys: 3, headDim: 3, scale: 0.7, keyLengths: Int32Array.of(3, 1) },
      { batch: 1, heads: 1, queries: 2, keys: 3, headDim: 2, mask: Uint8Array.of(1, 0, 1, 0, 0, 0) },
    ]) {
      const { q, k, v, dout } = attentionCase(shape);
      const inputs = { q: [...q], k: [...k], v: [...v] };
      const { dq, dk, dv } = reference.attentionBackward(dout, inputs, shape);
      const h = 1e-5;
      for (const [name, gradient] of [["q", dq] as const, ["k", dk] as const, ["v", dv] as const]) {
        const loss = (i: number, change: number): number => {
          const moved = { ...inputs, [name]: inputs[name].with(i, inputs[name][i]! + change) };
          return reference.dot(reference.attention(moved, shape).out, dout);
        };
        const slopes = inputs[name].map((_, i) => (loss(i, h) - loss(i, -h)) / (2 * h));
        expectClose(gradient, slopes, { relative: 1e-8, absolute: 1e-9 });
      }
    }
  });
});

describeVariants("attention", (runtime) => {
  const run = (one: Case) => attention(one, { ...one.shape, runtime });

  it("agrees with PyTorch", () => {
    const [q, k, v] = [torchQ, torchK, torchV].map((x) => Float32Array.from(x)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const { out } = attention({ q, k, v }, { ...torchShape, runtime });
    expectClose(out, golden.attn_causal, { relative: 1e-6, absolute: 1e-7 });
  });

  it("agrees with the reference for any small shape and any mask, and so do its gradients", () => {
    const masks = fc.constantFrom("none", "mask", "mask of each", "blocks", "blocks and mask");
    fc.assert(
      fc.property(
        fc.record({
          batch: fc.integer({ min: 0, max: 2 }),
          kvHeads: fc.integer({ min: 1, max: 2 }),
          queries: fc.integer({ min: 0, max: 17 }),
          keys: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 60, max: 140 })),
          headDim: fc.integer({ min: 1, max: 21 }),
          causal: fc.boolean(),
        }),
        fc.integer({ min: 1, max: 3 }),
        fc.boolean(),
        masks,
        fc.nat(1000),
        (sizes, group, hasLengths, masked, seed) => {
          const { batch, kvHeads, queries, keys } = sizes;
          const bytes = (length: number): Uint8Array =>
            Uint8Array.from(noise(length, seed + 7), (x) => (x > 0.2 ? 255 : 0));
          const shape: Shape = { ...sizes, heads: kvHeads * group };
          if (hasLengths)
            shape.keyLengths = Int32Array.from({ length: batch }, (_, b) => (seed + 31 * b) % (keys + 1));
          if (masked === "mask" || masked === "blocks and mask") shape.mask = bytes(queries * keys);
          if (masked === "mask of each") shape.mask = bytes(batch * queries * keys);
          if (masked.startsWith("blocks")) {
            const [queryBlock, keyBlock] = [1 + (seed % 5), 1 + (seed % 33)];
            const count = batch * Math.ceil(queries / queryBlock) * Math.ceil(keys / keyBlock);
            const states = Uint8Array.from(noise(count, seed + 8), (x) =>
              Math.floor(Math.abs(x) * (shape.mask ? 3 : 2)),
            );
            shape.blockMask = { states, queryBlock, keyBlock };
          }
          const one = attentionCase(shape, seed);
          const saved = run(one);
          expectAttention(saved, one);
          expectGradients(gradients(saved, one, runtime), one);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    { batch: 1, heads: 2, queries: 128, keys: 128, headDim: 32 },
    { batch: 1, heads: 4, kvHeads: 2, queries: 150, keys: 260, headDim: 64, causal: true },
    { batch: 1, heads: 1, queries: 1, keys: 700, headDim: 128 },
    { batch: 1, heads: 1, queries: 200, keys: 3, headDim: 24 },
    { batch: 1, heads: 1, queries: 5, keys: 1, headDim: 7 },
  ])("agrees with the reference beyond one block: %o", (shape) => {
    const one = attentionCase(shape, 3);
    const saved = run(one);
    expectAttention(saved, one);
    expectGradients(gradients(saved, one, runtime), one);
  });

  it("takes a strip of any height", () => {
    for (let queries = 1; queries <= 20; queries++) {
      const one = attentionCase({ batch: 1, heads: 1, queries, keys: 71, headDim: 16 }, queries);
      const saved = run(one);
      expectAttention(saved, one);
      expectGradients(gradients(saved, one, runtime), one);
    }
  });

  it("adds to gradients, and computes only those that are asked for", () => {
    const one = attentionCase({ batch: 1, heads: 2, kvHeads: 1, queries: 9, keys: 11, headDim: 8 });
    const saved = run(one);
    const whole = gradients(saved, one, runtime);
    for (const name of ["dq", "dk", "dv"] as const) {
      const before = noise(whole[name].length, 5, 10);
      const sums = before.slice();
      attentionBackwardInto({ [name]: sums }, { ...one, ...saved }, { ...one.shape, runtime });
      const expected = before.map((before, i) => before + whole[name][i]!);
      expectClose(sums, expected, { relative: 0, absolute: 4e-6 });
    }
    attentionBackwardInto({}, { ...one, ...saved }, { ...one.shape, runtime });
  });

  it("gives a query the same bits alone, among others, and from a cache that grew token by token", () => {
    const [heads, kvHeads, tokens, headDim, capacity] = [4, 2, 140, 12, 160];
    const shape = { batch: 2, heads, kvHeads, queries: tokens, keys: tokens, headDim };
    const one = attentionCase({ ...shape, causal: true }, 4);
    const whole = run(one);
    const layout = headsFirst({ heads: kvHeads, tokens: capacity, headDim });
    const caches = [one.k, one.v].map(() =>
      runtime.heap.from("f32", new Float32Array(2 * kvHeads * capacity * headDim).fill(NaN)),
    ) as [core.WasmArray<"f32">, core.WasmArray<"f32">];
    // A prompt, single tokens, and a few at once.
    let position = 0;
    for (const count of [70, 1, 1, 2, 3, 1, 62]) {
      const first = position;
      for (const [cache, x] of [
        [caches[0], one.k],
        [caches[1], one.v],
      ] as const) {
        const from = { ...headsFirst({ heads: kvHeads, tokens, headDim }), offset: first * headDim };
        const append = { batch: 2, heads: kvHeads, tokens: count, headDim, capacity, position: first };
        attentionAppendInto(cache, x, { ...append, layout: from, runtime });
      }
      position += count;
      const part = attention(
        { q: one.q, k: caches[0], v: caches[1] },
        {
          ...{ ...shape, queries: count, keys: position, causal: true, runtime },
          layouts: {
            q: { ...headsFirst({ heads, tokens, headDim }), offset: first * headDim },
            k: layout,
            v: layout,
          },
        },
      );
      for (let row = 0; row < 2 * heads * count; row++) {
        const at = Math.floor(row / count) * tokens + first + (row % count);
        expect(part.lse[row]).toBe(whole.lse[at]);
        expect(part.out.subarray(row * headDim, (row + 1) * headDim)).toEqual(
          whole.out.subarray(at * headDim, (at + 1) * headDim),
        );
      }
    }
    for (const cache of caches) runtime.heap.free(cache);
  });

  it("gives the same bits however a key is hidden", () => {
    const shape = { batch: 2, heads: 2, queries: 37, keys: 150, headDim: 16 };
    const dense = (sees: (b: number, i: number, j: number) => boolean): Uint8Array =>
      Uint8Array.from({ length: 2 * 37 * 150 }, (_, at) =>
        Number(sees(Math.floor(at / (37 * 150)), Math.floor(at / 150) % 37, at % 150)),
      );
    const expectSame = (...options: Partial<Shape>[]): void => {
      const [first, ...others] = options.map((options) => {
        const one = attentionCase({ ...shape, ...options }, 6);
        const saved = run(one);
        return { ...saved, ...gradients(saved, one, runtime) };
      });
      for (const other of others) expect(other).toEqual(first);
    };
    expectSame({ causal: true }, { mask: dense((_, i, j) => j <= i + 150 - 37) });
    const keyLengths = Int32Array.of(99, 3);
    expectSame({ keyLengths }, { mask: dense((b, _, j) => j < keyLengths[b]!) });
    const states = Uint8Array.from(noise(3 * 2 * 10 * 22, 3), (x) => Number(x > -0.1)).subarray(0, 10 * 22);
    const blockMask = { states, queryBlock: 4, keyBlock: 7 };
    const byBlock = (i: number, j: number): boolean =>
      states[Math.floor(i / 4) * 22 + Math.floor(j / 7)] === 1;
    const mask = dense((_, i, j) => byBlock(i, j)).subarray(0, 37 * 150);
    const looked = states.map((state, at) => (at % 3 === 0 ? 2 : state));
    expectSame({ blockMask }, { mask }, { mask, blockMask: { ...blockMask, states: looked } });
    expectSame(
      { causal: true, keyLengths, blockMask },
      { mask: dense((b, i, j) => byBlock(i, j) && j <= i + 113 && j < keyLengths[b]!) },
    );
  });

  it("takes the mask of block diffusion by blocks alone", () => {
    const [tokens, block] = [40, 8];
    const sees = (i: number, j: number): boolean => diffusionSees(i, j, tokens, block);
    const mask = Uint8Array.from({ length: 80 * 80 }, (_, at) => Number(sees(Math.floor(at / 80), at % 80)));
    const states = Uint8Array.from({ length: 100 }, (_, at) =>
      Number(sees(Math.floor(at / 10) * block, (at % 10) * block)),
    );
    const shape = { batch: 1, heads: 2, queries: 80, keys: 80, headDim: 8 };
    const blockwise = attentionCase({ ...shape, blockMask: { states, queryBlock: block, keyBlock: block } });
    expect(run(blockwise)).toEqual(run(attentionCase({ ...shape, mask })));
    expectAttention(run(blockwise), blockwise);
  });

  it("shares key heads as if they were repeated, and adds up their gradients", () => {
    const shape = { batch: 2, heads: 6, kvHeads: 2, queries: 33, keys: 70, headDim: 8, causal: true };
    const one = attentionCase(shape, 8);
    const repeat = (x: Float32Array): Float32Array =>
      Float32Array.from({ length: 3 * x.length }, (_, at) => {
        const size = 70 * 8;
        return x[Math.floor(at / size / 3) * size + (at % size)]!;
      });
    const repeated = { ...one, k: repeat(one.k), v: repeat(one.v), shape: { ...shape, kvHeads: 6 } };
    const [shared, apart] = [run(one), attention(repeated, { ...repeated.shape, runtime })];
    expect(shared).toEqual(apart);
    const [sums, parts] = [gradients(shared, one, runtime), gradients(apart, repeated, runtime)];
    expectClose(sums.dq, parts.dq, { relative: 1e-5, absolute: 1e-6 });
    for (const name of ["dk", "dv"] as const) {
      const size = 70 * 8;
      const added = sums[name].map((_, at) => {
        const first = 3 * Math.floor(at / size) * size + (at % size);
        return parts[name][first]! + parts[name][first + size]! + parts[name][first + 2 * size]!;
      });
      expectClose(sums[name], added, { relative: 1e-5, absolute: 2e-6 });
    }
  });

  it("does not change when keys trade places, nor when all scores of a query shift", () => {
    const shape = { batch: 1, heads: 1, queries: 5, keys: 90, headDim: 8 };
    const one = attentionCase(shape, 9);
    const { out } = run(one);
    const order = (x: Float32Array): Float32Array =>
      x.map((_, at) => x[((Math.floor(at / 8) * 37) % 90) * 8 + (at % 8)]!);
    const moved = { ...one, k: order(one.k), v: order(one.v) };
    expectClose(run(moved).out, out, { relative: 0, absolute: 1e-6 });
    const shifted = { ...one, k: one.k.map((x, at) => x + (at % 8) / 4) };
    expectClose(run(shifted).out, out, { relative: 0, absolute: 2e-6 });
  });

  it("gives a query that may look nowhere zeros, −∞ and no gradient", () => {
    for (const options of [
      { keys: 3, causal: true },
      { keys: 0 },
      { keys: 4, keyLengths: Int32Array.of(0) },
      { keys: 4, mask: new Uint8Array(28) },
      { keys: 4, blockMask: { states: new Uint8Array(2), queryBlock: 4, keyBlock: 4 } },
    ]) {
      const one = attentionCase({ batch: 1, heads: 1, queries: 7, headDim: 5, ...options }, 10);
      const blind = options.keys === 3 ? 4 : 7;
      const saved = run(one);
      expect(saved.out.subarray(0, 5 * blind)).toEqual(new Float32Array(5 * blind));
      expect(saved.lse.subarray(0, blind)).toEqual(new Float32Array(blind).fill(-Infinity));
      const { dq, dk, dv } = gradients(saved, one, runtime);
      expect(dq.subarray(0, 5 * blind)).toEqual(new Float32Array(5 * blind));
      if (blind === 7) expect([dk, dv]).toEqual([new Float32Array(dk.length), new Float32Array(dv.length)]);
      expect([...dq, ...dk, ...dv].every(Number.isFinite)).toBe(true);
    }
  });

  it("stays accurate with scores of ±10⁴, and finite beyond", () => {
    const shape = { batch: 1, heads: 1, queries: 12, keys: 80, headDim: 4, scale: 1 };
    for (const size of [30, 70, 100]) {
      const one = attentionCase(shape, 11, size);
      const saved = run(one);
      expectAttention(saved, one);
      expectGradients(gradients(saved, one, runtime), one);
    }
    const huge = attentionCase({ ...shape, headDim: 1 }, 12, 1e18);
    const saved = run(huge);
    expect([...saved.out, ...saved.lse].every(Number.isFinite)).toBe(true);
  });

  it("keeps small weights, down to the least normal float", () => {
    for (const gap of [0, 1, 10, 40, 87]) {
      const inputs = { q: Float32Array.of(1), k: Float32Array.of(0, -gap), v: Float32Array.of(0, 1) };
      const options = { batch: 1, heads: 1, queries: 1, keys: 2, headDim: 1, scale: 1, runtime };
      const weight = Math.exp(-gap) / (1 + Math.exp(-gap));
      expectClose(attention(inputs, options).out, [weight], { relative: 3e-7, absolute: 0 });
      inputs.k[1] = -88;
      expect(attention(inputs, options).out[0]).toBe(0);
    }
  });

  it("reads nothing behind the keys that count, and keeps a NaN to its query", () => {
    const shape = { batch: 2, heads: 1, queries: 9, keys: 70, headDim: 8 };
    const keyLengths = Int32Array.of(5, 66);
    const one = attentionCase({ ...shape, keyLengths }, 13);
    const clean = run(one);
    const bad = { ...one, k: one.k.slice(), v: one.v.slice() };
    for (const x of [bad.k, bad.v]) {
      x.fill(NaN, 5 * 8, 70 * 8);
      x.fill(Infinity, (70 + 66) * 8);
    }
    expect(run(bad)).toEqual(clean);
    expect(gradients(clean, bad, runtime)).toEqual(gradients(clean, one, runtime));
    const one2 = { ...one, q: one.q.slice() };
    one2.q[8 * 4] = NaN;
    const { out, lse } = run(one2);
    expect([...out.subarray(32, 40), lse[4]].every(Number.isNaN)).toBe(true);
    expect(out.subarray(40)).toEqual(clean.out.subarray(40));
    expect(out.subarray(0, 32)).toEqual(clean.out.subarray(0, 32));
  });

  it("reads a fused projection where it lies, and writes gradients there, with the bits of separate arrays", () => {
    const [batch, heads, tokens] = [2, 3, 20];
    for (const headDim of [8, 5]) {
      const width = heads * headDim;
      const one = attentionCase({ batch, heads, queries: tokens, keys: tokens, headDim, causal: true }, 14);
      const saved = run(one);
      const expected = gradients(saved, one, runtime);
      const at = (part: number, of: number): core.HeadLayout =>
        tokensFirst({ tokens, headDim, width: of * width, offset: part * width });
      const layouts = { q: at(0, 3), k: at(1, 3), v: at(2, 3), out: at(0, 1) };
      /** Where [b, h, t, d] goes. */
      const place = (
        to: Float32Array,
        x: Float32Array,
        { batch, head, token, offset = 0 }: core.HeadLayout,
      ) =>
        x.forEach((value, i) => {
          const [d, t, h] = [
            i % headDim,
            Math.floor(i / headDim) % tokens,
            Math.floor(i / headDim / tokens) % heads,
          ];
          to[offset + Math.floor(i / headDim / tokens / heads) * batch + h * head + t * token + d] = value;
        });
      const qkv = new Float32Array(batch * tokens * 3 * width);
      place(qkv, one.q, layouts.q);
      place(qkv, one.k, layouts.k);
      place(qkv, one.v, layouts.v);
      const [out, dout] = [
        new Float32Array(batch * tokens * width),
        new Float32Array(batch * tokens * width),
      ];
      place(dout, one.dout, layouts.out);
      const wanted = out.slice();
      place(wanted, saved.out, layouts.out);
      const options = { ...one.shape, layouts, runtime };
      const inputs = { q: qkv, k: qkv, v: qkv };
      const lse = new Float32Array(saved.lse.length);
      attentionInto({ out, lse }, inputs, options);
      expect(out).toEqual(wanted);
      expect(lse).toEqual(saved.lse);
      const [dqkv, wantedGradient] = [new Float32Array(qkv.length), new Float32Array(qkv.length)];
      place(wantedGradient, expected.dq, layouts.q);
      place(wantedGradient, expected.dk, layouts.k);
      place(wantedGradient, expected.dv, layouts.v);
      attentionBackwardInto({ dq: dqkv, dk: dqkv, dv: dqkv }, { ...inputs, out, lse, dout }, options);
      expect(dqkv).toEqual(wantedGradient);
    }
  });

  it("works on resident arrays at any address, with the bits of the copying form", () => {
    const one = attentionCase(
      { batch: 1, heads: 2, queries: 19, keys: 67, headDim: 9, keyLengths: Int32Array.of(66) },
      15,
    );
    const saved = run(one);
    const expected = gradients(saved, one, runtime);
    const { heap } = runtime;
    const place = (x: Float32Array) => heap.from("f32", [0, ...x]).subarray(1);
    const [q, k, v, dout] = [one.q, one.k, one.v, one.dout].map(place) as [
      core.WasmArray<"f32">,
      core.WasmArray<"f32">,
      core.WasmArray<"f32">,
      core.WasmArray<"f32">,
    ];
    const [out, lse] = [place(saved.out.map(() => 9)), place(saved.lse.map(() => 9))];
    const [dq, dk, dv] = [place(q.toArray().fill(0)), place(k.toArray().fill(0)), place(v.toArray().fill(0))];
    const keyLengths = heap.from("i32", one.shape.keyLengths!);
    const options = { ...one.shape, keyLengths };
    attentionInto({ out, lse }, { q, k, v }, options);
    expect({ out: out.toArray(), lse: lse.toArray() }).toEqual(saved);
    attentionBackwardInto({ dq, dk, dv }, { q, k, v, out, lse, dout }, options);
    expect({ dq: dq.toArray(), dk: dk.toArray(), dv: dv.toArray() }).toEqual(expected);
    for (const array of [q, k, v, dout, out, lse, dq, dk, dv, keyLengths]) heap.free(array.allocation);
  });

  it("takes blocks larger than all that there is", () => {
    const shape = { batch: 1, heads: 1, queries: 5, keys: 3, headDim: 2 };
    const states = Uint8Array.of(0, 1, 0, 1, 1);
    const plain = run(attentionCase({ ...shape, blockMask: { states, queryBlock: 1, keyBlock: 3 } }));
    for (const keyBlock of [4, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]) {
      const blockMask = { states, queryBlock: 1, keyBlock };
      expect(run(attentionCase({ ...shape, blockMask }))).toEqual(plain);
    }
    const all = { states: Uint8Array.of(1), queryBlock: 2 ** 32 - 1, keyBlock: 2 ** 32 - 1 };
    expect(run(attentionCase({ ...shape, blockMask: all }))).toEqual(run(attentionCase(shape)));
  });

  it("reads nothing beyond the end of memory", () => {
    const own = core.Runtime.createSync({ variant: runtime.variant });
    for (const headDim of [8, 5]) {
      for (const queries of [1, 3]) {
        const one = attentionCase({ batch: 1, heads: 1, queries, keys: 3, headDim }, 16);
        const saved = attention(one, { ...one.shape, runtime: own });
        const expected = gradients(saved, one, own);
        for (const name of ["q", "k", "v", "dout"] as const) {
          const { buffer } = own.memory;
          const bytes = 4 * one[name].length;
          const last = new Float32Array(buffer, buffer.byteLength - bytes, one[name].length);
          last.set(one[name]);
          const moved = { ...one, [name]: last };
          expect(attention(moved, { ...one.shape, runtime: own })).toEqual(saved);
          expect(gradients(saved, moved, own)).toEqual(expected);
        }
      }
    }
    own.dispose();
  });

  it("rejects what does not fit, and writes nothing", () => {
    const { q, k, v, dout, shape } = attentionCase({ batch: 1, heads: 2, queries: 3, keys: 4, headDim: 5 });
    const options = { ...shape, runtime };
    const [out, lse] = [new Float32Array(30).fill(5), new Float32Array(6).fill(5)];
    const attempt = (change: object, arrays: object = {}) => {
      const { q: q2, k: k2, v: v2, ...outputs } = { q, k, v, out, lse, ...arrays };
      return () => attentionInto(outputs, { q: q2, k: k2, v: v2 }, { ...options, ...change });
    };
    for (const [name, wrong] of Object.entries({
      q: q.subarray(1),
      k: k.subarray(1),
      v: v.subarray(1),
      out: out.subarray(1),
      lse: lse.subarray(1),
    })) {
      expect(attempt({}, { [name]: wrong })).toThrow(core.ShapeError);
      expect(attempt({}, { [name]: new Float64Array(wrong.length + 1) })).toThrow(core.DTypeError);
      expect(attempt({}, { [name]: wrong })).toThrow(name);
    }
    for (const change of [
      { queries: 1.5 },
      { heads: 0 },
      { headDim: 0 },
      { headDim: 2 ** 20 + 1 },
      { kvHeads: 0 },
      { heads: 3, kvHeads: 2 },
      { scale: NaN },
      { scale: Infinity },
      { causal: 1 },
      { keyLengths: Int32Array.of(5) },
      { keyLengths: Int32Array.of(-1) },
      { blockMask: { states: Uint8Array.of(2), queryBlock: 3, keyBlock: 4 } },
      { blockMask: { states: Uint8Array.of(3), queryBlock: 3, keyBlock: 4 }, mask: new Uint8Array(12) },
      { blockMask: { states: Uint8Array.of(1), queryBlock: 0, keyBlock: 4 } },
      { blockMask: { states: Uint8Array.of(1), queryBlock: 3, keyBlock: 2 ** 32 } },
      { layouts: { q: { batch: 0, head: 15, token: -5 } } },
    ]) {
      expect(attempt(change)).toThrow(core.RangeError);
    }
    for (const change of [
      { keyLengths: new Int32Array(2) },
      { mask: new Uint8Array(11) },
      { blockMask: { states: new Uint8Array(2), queryBlock: 3, keyBlock: 4 } },
      { layouts: { k: { batch: 0, head: 20, token: 5, offset: 1 } } },
      { layouts: { out: { batch: 0, head: 15, token: 4 } } },
      { layouts: { out: { batch: 0, head: 0, token: 5 } } },
    ]) {
      expect(attempt(change)).toThrow(core.ShapeError);
    }
    for (const change of [{ keyLengths: [4] }, { mask: new Int8Array(12) }]) {
      expect(attempt(change)).toThrow(core.DTypeError);
    }
    const inputs = { q, k, v, out, lse, dout };
    for (const wrong of ["q", "k", "v", "out", "lse", "dout"] as const) {
      const bad = { ...inputs, [wrong]: inputs[wrong].subarray(1) };
      expect(() => attentionBackwardInto({ dq: out }, bad, options)).toThrow(core.ShapeError);
    }
    for (const wrong of ["dq", "dk", "dv"] as const) {
      expect(() => attentionBackwardInto({ [wrong]: out.subarray(1) }, inputs, options)).toThrow(
        core.ShapeError,
      );
    }
    expect(out).toEqual(new Float32Array(30).fill(5));
    expect(lse).toEqual(new Float32Array(6).fill(5));
    const cache = new Float32Array(2 * 6 * 5).fill(5);
    const append = { batch: 1, heads: 2, tokens: 4, headDim: 5, capacity: 6, position: 2, runtime };
    attentionAppendInto(cache, k, append);
    expect(cache.subarray(0, 10)).toEqual(new Float32Array(10).fill(5));
    expect(cache.subarray(10, 30)).toEqual(k.subarray(0, 20));
    const kept = cache.slice();
    expect(() => attentionAppendInto(cache, k, { ...append, position: 3 })).toThrow(core.RangeError);
    expect(() => attentionAppendInto(cache, k, { ...append, capacity: 3 })).toThrow(core.RangeError);
    expect(() => attentionAppendInto(cache.subarray(1), k, append)).toThrow(core.ShapeError);
    expect(() => attentionAppendInto(cache, k.subarray(1), append)).toThrow(core.ShapeError);
    expect(cache).toEqual(kept);
  });
});
