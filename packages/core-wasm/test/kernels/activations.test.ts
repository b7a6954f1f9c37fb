import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as core from "../../src/index.js";
import type { ActivationKind } from "../../src/index.js";
import * as reference from "../../src/reference/index.js";
import golden from "../golden/torch.json" with { type: "json" };
import { describeVariants, expectClose, noise } from "../variants.js";

const { activation, activationBackwardInto, activationInto } = core;
const named: Record<ActivationKind, typeof core.exp> = core;

const kinds: ActivationKind[] = [
  ...(["exp", "log", "tanh", "sigmoid", "erf", "relu", "leakyRelu", "elu", "geluErf", "geluTanh"] as const),
  ...(["silu", "mish", "softplus", "logSigmoid", "softsign", "square", "sqrt", "abs"] as const),
  ...(["sau", "smoothAbs", "smoothSign", "smoothStep"] as const),
];
const positiveOnly = new Set<ActivationKind>(["log", "sqrt"]);
/** Derivatives with a root, around which only the absolute error is small. */
const rooted = new Set<ActivationKind>(["geluErf", "geluTanh", "silu", "mish"]);
const leastFloat = 2 ** -149;

/** What is allowed beyond the relative error: `sau` cancels in its lower tail. */
function absoluteError(kind: ActivationKind): number {
  return kind === "sau" ? 6e-8 : 100 * leastFloat;
}

const pytorch: Partial<Record<ActivationKind, { y: number[]; dy: number[] }>> = {
  geluErf: golden.act_gelu_erf,
  geluTanh: golden.act_gelu_tanh,
  softplus: golden.act_softplus,
  silu: golden.act_silu,
  mish: golden.act_mish,
  softsign: golden.act_softsign,
  tanh: golden.act_tanh,
  sigmoid: golden.act_sigmoid,
  logSigmoid: golden.act_logsigmoid,
  elu: golden.act_elu,
};

/** Hashes of the outputs and gradients at `inputs(kind)`: what every engine and processor must give. */
const bitsOfSimd: Record<ActivationKind, [number, number]> = {
  exp: [0x5a533439, 0xce8608c1],
  log: [0x661475d0, 0x460599b1],
  tanh: [0xf376a41f, 0xa72f6b06],
  sigmoid: [0x92aa5382, 0x238a4f9d],
  erf: [0xa7f103ea, 0x774a7aeb],
  relu: [0xaa8f5938, 0xaa8f5938],
  leakyRelu: [0xbdee4587, 0xbdee4587],
  elu: [0xa7e5e9d1, 0xd33fa5bd],
  geluErf: [0x2a71c171, 0xf6a76da4],
  geluTanh: [0x1a623cd4, 0x771fe0bb],
  silu: [0x7ca10bde, 0x59353b81],
  mish: [0x46733152, 0x2150f66b],
  softplus: [0x270aa554, 0x7ca10bde],
  logSigmoid: [0x5d9cb9ca, 0xeb9c316c],
  softsign: [0xd4a6d2b7, 0x47f8bf77],
  square: [0x43037572, 0xca037572],
  sqrt: [0x0cf34cff, 0x5afd42f1],
  abs: [0x055472cc, 0x055472cc],
  sau: [0x5327bd56, 0x2a71c171],
  smoothAbs: [0xf831108f, 0x3ed590b0],
  smoothSign: [0x85da7270, 0x31d66a62],
  smoothStep: [0x92aa5382, 0x238a4f9d],
};

/** Inputs of every size: around 0, in the bends, in the tails. */
function inputs(kind: ActivationKind): Float32Array<ArrayBuffer> {
  const parts = [noise(301, 1, 1e-3), noise(401, 2, 2), noise(501, 3, 12), noise(201, 4, 80)];
  const x = parts.flatMap((part) => Array.from(part));
  return Float32Array.from(positiveOnly.has(kind) ? x.map((x) => Math.abs(x) + 1e-30) : x);
}

function backward(dy: Float32Array, x: Float32Array, options: core.ActivationOptions): Float32Array {
  const dx = new Float32Array(x.length);
  activationBackwardInto(dx, dy, x, options);
  return dx;
}

describe("the reference of the activations", () => {
  it.each(Object.entries(pytorch))("%s agrees with PyTorch, and so does its derivative", (kind, expected) => {
    const x = golden.act_x;
    const options = { kind: kind as ActivationKind };
    expectClose(reference.activation(x, options), expected.y, { relative: 1e-6, absolute: 1e-14 });
    const ones = x.map(() => 1);
    expectClose(reference.activationBackward(ones, x, options), expected.dy, {
      relative: 1e-6,
      absolute: 1e-14,
    });
  });

  it.each(kinds)("%s has the derivative that differences give", (kind) => {
    const x = [...noise(200, 5, 5)].map((x) => (positiveOnly.has(kind) ? Math.abs(x) + 0.1 : x));
    const h = 1e-5;
    const [above, below] = [h, -h].map((h) =>
      reference.activation(
        x.map((x) => x + h),
        { kind, alpha: 0.7 },
      ),
    );
    const slopes = x.map((_, i) => (above![i]! - below![i]!) / (2 * h));
    const ones = x.map(() => 1);
    expectClose(reference.activationBackward(ones, x, { kind, alpha: 0.7 }), slopes, {
      relative: 1e-7,
      absolute: 1e-7,
    });
  });

  it("erfc is what 1 − erf loses", () => {
    expect(reference.erfc(4)).toBeCloseTo(1.541725790028002e-8, 22);
    expect(reference.erfc(10) / 2.088487583762545e-45).toBeCloseTo(1, 12);
    expect(reference.erf(0.5)).toBeCloseTo(0.5204998778130465, 15);
  });
});

describeVariants("activations", (runtime) => {
  it.each(kinds)("%s agrees with the reference", (kind) => {
    const x = inputs(kind);
    const relative = kind === "geluTanh" ? 2e-5 : 4e-7;
    const options = { kind, ...(kind === "elu" || kind === "leakyRelu" ? { alpha: 0.3 } : {}) };
    const expected = reference.activation(x, options).map(Math.fround);
    expectClose(activation(x, { ...options, runtime }), expected, {
      relative,
      absolute: absoluteError(kind),
    });
  });

  it.each([
    { kind: "sau", alphas: [0.15, 0.9, -0.2], relative: 6e-7, absolute: 1e-7 },
    { kind: "smoothAbs", alphas: [1e-30, 0.02, 7, 1e30], relative: 3e-7, absolute: 0 },
    { kind: "smoothSign", alphas: [1e-30, 0.02, 7, 1e30], relative: 4e-7, absolute: 0 },
    // The quotient x / alpha is rounded, and what is exponential in it is that much less exact.
    { kind: "smoothStep", alphas: [0.02, 0.3, 7], relative: 1e-5, absolute: 1e-37 },
  ] as const)("$kind agrees with the reference for other alphas", ({ kind, alphas, relative, absolute }) => {
    const x = Float32Array.of(...inputs(kind), 0, 1e38, -1e38, 1e-38);
    const dy = noise(x.length, 14, 2);
    for (const alpha of alphas) {
      const exact = Math.fround(alpha);
      const expected = reference.activation(x, { kind, alpha: exact }).map(Math.fround);
      expectClose(activation(x, { kind, alpha, runtime }), expected, { relative, absolute });
      const slopes = reference.activationBackward(dy, x, { kind, alpha: exact }).map(Math.fround);
      // Where the slope is below 1e-30 of alpha's own, what underflows on the way may be lost.
      expectClose(backward(dy, x, { kind, alpha, runtime }), slopes, {
        relative: 2e-6 + relative,
        absolute: absolute + 1e-30 / alpha,
      });
    }
  });

  it.each(kinds)("the gradient of %s agrees with the reference, and is added", (kind) => {
    const x = inputs(kind);
    const dy = noise(x.length, 6, 2);
    const relative = kind === "geluTanh" ? 2e-5 : 1e-6;
    const absolute = rooted.has(kind) ? 6e-7 : 100 * leastFloat;
    const expected = reference.activationBackward(dy, x, { kind });
    expectClose(backward(dy, x, { kind, runtime }), expected.map(Math.fround), { relative, absolute });

    const dx = noise(x.length, 7);
    const sums = dx.map((dx, i) => dx + expected[i]!);
    activationBackwardInto(dx, dy, x, { kind, runtime });
    expectClose(dx, sums, { relative: 1e-6 + relative, absolute: 1e-6 + absolute });
  });

  it.each(Object.entries(pytorch))("%s agrees with PyTorch, and so does its gradient", (kind, expected) => {
    const x = Float32Array.from(golden.act_x);
    const options = { kind: kind as ActivationKind, runtime };
    expectClose(activation(x, options), expected.y, { relative: 1e-4, absolute: 1e-14 });
    expectClose(
      backward(
        x.map(() => 1),
        x,
        options,
      ),
      expected.dy,
      { relative: 1e-4, absolute: 1e-14 },
    );
  });

  // scripts/measureUlp.mjs takes every float; here one in 65,521 stands for them.
  it.each([
    { kind: "exp", exact: Math.exp, bound: 1.03 },
    { kind: "log", exact: Math.log, bound: 0.85 },
    { kind: "tanh", exact: Math.tanh, bound: 1.34 },
    { kind: "sigmoid", exact: reference.sigmoid, bound: 2.41 },
    { kind: "erf", exact: reference.erf, bound: 1.32 },
  ] as const)("$kind is within $bound ulp of float64", ({ kind, exact, bound }) => {
    const bits = Uint32Array.from({ length: 65_551 }, (_, i) => i * 65_521);
    const x = new Float32Array(bits.buffer);
    const actual = activation(x, { kind, runtime });
    let worst = { x: NaN, ulps: 0 };
    for (let i = 0; i < x.length; i++) {
      const error = ulps(actual[i]!, exact(x[i]!));
      if (!(error <= worst.ulps)) worst = { x: x[i]!, ulps: error };
    }
    expect(worst.ulps, `at ${worst.x}`).toBeLessThanOrEqual(bound);
  });

  it.runIf(runtime.variant === "simd")("gives the same bits on every machine", () => {
    for (const kind of kinds) {
      const x = inputs(kind);
      const hashes = [activation(x, { kind, runtime }), backward(x, x, { kind, runtime })].map(hash);
      expect({ kind, hashes }).toEqual({ kind, hashes: bitsOfSimd[kind] });
    }
  });

  it("has the limits at the ends, and lets NaN through", () => {
    const x = Float32Array.of(-Infinity, Infinity, NaN, 0);
    const limits: Record<ActivationKind, [number, number, number]> = {
      exp: [0, Infinity, 1],
      log: [NaN, Infinity, -Infinity],
      tanh: [-1, 1, 0],
      sigmoid: [0, 1, 0.5],
      erf: [-1, 1, 0],
      relu: [0, Infinity, 0],
      leakyRelu: [-Infinity, Infinity, 0],
      elu: [-1, Infinity, 0],
      geluErf: [0, Infinity, 0],
      geluTanh: [0, Infinity, 0],
      silu: [0, Infinity, 0],
      mish: [0, Infinity, 0],
      softplus: [0, Infinity, Math.fround(Math.LN2)],
      logSigmoid: [-Infinity, 0, Math.fround(-Math.LN2)],
      softsign: [-1, 1, 0],
      square: [Infinity, Infinity, 0],
      sqrt: [NaN, Infinity, 0],
      abs: [Infinity, Infinity, 0],
      sau: [0, Infinity, Math.fround(1 / Math.sqrt(2 * Math.PI))],
      smoothAbs: [Infinity, Infinity, 1],
      smoothSign: [-1, 1, 0],
      smoothStep: [0, 1, 0.5],
    };
    for (const kind of kinds) {
      const [low, high, zero] = limits[kind];
      expectClose(activation(x, { kind, runtime }), [low, high, NaN, zero], { relative: 0, absolute: 0 });
      if (positiveOnly.has(kind)) continue;
      const slopes = reference.activationBackward([1, 1], [-Infinity, Infinity], { kind });
      expectClose(backward(Float32Array.of(1, 1), x.slice(0, 2), { kind, runtime }), slopes);
    }
  });

  it("gives an element the same bits wherever it stands", () => {
    for (const kind of kinds) {
      const x = noise(40, 8, positiveOnly.has(kind) ? 0.5 : 9).map((x) =>
        positiveOnly.has(kind) ? x + 0.5 : x,
      );
      const whole = activation(x, { kind, runtime });
      const dWhole = backward(x, x, { kind, runtime });
      for (let length = 0; length <= 17; length++) {
        for (const start of [0, 1, 2, 3]) {
          const part = x.subarray(start, start + length);
          expect(activation(part, { kind, runtime })).toEqual(whole.subarray(start, start + length));
          expect(backward(part, part, { kind, runtime })).toEqual(dWhole.subarray(start, start + length));
        }
      }
    }
  });

  it("odd functions are odd and even ones even, to the bit", () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 1 }), (x) => {
        const minus = x.map((x) => -x);
        for (const kind of ["tanh", "erf", "softsign", "smoothSign"] as const) {
          expect(activation(minus, { kind, runtime })).toEqual(
            activation(x, { kind, runtime }).map((y) => -y),
          );
        }
        for (const kind of ["abs", "smoothAbs"] as const) {
          expect(activation(minus, { kind, runtime })).toEqual(activation(x, { kind, runtime }));
        }
      }),
    );
  });

  it("works in place on resident arrays, with the bits of the copying form", () => {
    for (const kind of kinds) {
      const x = noise(23, 9, 3);
      const dy = noise(23, 10);
      const resident = runtime.heap.from("f32", x);
      const [residentDy, residentDx] = [runtime.heap.from("f32", dy), runtime.heap.alloc("f32", 23)];
      activationBackwardInto(residentDx, residentDy, resident, { kind });
      expect(residentDx.toArray()).toEqual(backward(dy, x, { kind, runtime }));
      activationInto(resident, resident, { kind });
      expect(resident.toArray()).toEqual(activation(x, { kind, runtime }));
      for (const array of [resident, residentDy, residentDx]) runtime.heap.free(array);
    }
  });

  it("writes nothing beyond the last element", () => {
    for (let n = 0; n <= 9; n++) {
      const out = runtime.heap.from("f32", new Float32Array(16).fill(7));
      activationInto(out.subarray(2, 2 + n), noise(n, 11), { kind: "exp" });
      const view = out.toArray();
      expect([...view.subarray(0, 2), ...view.subarray(2 + n)].every((value) => value === 7)).toBe(true);
      runtime.heap.free(out);
    }
  });

  it("has the slope from the left at a kink", () => {
    const slopes = { relu: 0, leakyRelu: 0.3, elu: 0.3, abs: 0 };
    for (const [kind, slope] of Object.entries(slopes)) {
      const options = { kind: kind as ActivationKind, alpha: 0.3, runtime };
      const dx = backward(Float32Array.of(1, 1), Float32Array.of(0, -0), options);
      expectClose(dx, [slope, slope], { absolute: 1e-7 });
    }
  });

  it.each(["geluErf", "geluTanh", "silu", "mish"] as const)("%s keeps its lower tail", (kind) => {
    // Down to −104, where e^x ends.
    const x = Float32Array.from({ length: 97 }, (_, i) => -8 - i);
    const expected = reference.activation(x, { kind });
    const relative = kind === "geluTanh" ? 2e-5 : 4e-7;
    expectClose(activation(x, { kind, runtime }), expected, { relative, absolute: 100 * leastFloat });
  });

  it("keeps what is too small to bend", () => {
    const x = Float32Array.of(1e-45, 3e-45, 1e-40, 1.1754942e-38, 1e-30, 1e-12).map((x) => -x);
    for (const kind of ["elu", "tanh", "softsign"] as const)
      expect(activation(x, { kind, runtime })).toEqual(x);
  });

  it("has a named form of every kind", () => {
    const x = noise(9, 12, 2);
    for (const kind of kinds) {
      expect(named[kind](x, { runtime })).toEqual(activation(x, { kind, runtime }));
    }
    expect(core.elu(x, { alpha: 2, runtime })).toEqual(activation(x, { kind: "elu", alpha: 2, runtime }));
    expect(core.leakyRelu(x, { alpha: 0.2, runtime })).toEqual(
      activation(x, { kind: "leakyRelu", alpha: 0.2, runtime }),
    );
  });

  it("rejects what does not fit, and writes nothing", () => {
    const [x, out] = [noise(4, 13), new Float32Array(4).fill(5)];
    const wrong = new Float64Array(4) as unknown as Float32Array;
    expect(() => activationInto(out, x.subarray(1), { kind: "exp", runtime })).toThrow(core.ShapeError);
    expect(() => activationInto(out, wrong, { kind: "exp", runtime })).toThrow(core.DTypeError);
    expect(() => activationInto(wrong, x, { kind: "exp", runtime })).toThrow(core.DTypeError);
    expect(() => activationInto(out, x, { kind: "swish" as "silu", runtime })).toThrow(core.RangeError);
    for (const kind of ["smoothAbs", "smoothSign", "smoothStep"] as const) {
      for (const alpha of [0, -1, 1e-46, NaN, Infinity]) {
        expect(() => activationInto(out, x, { kind, alpha, runtime })).toThrow(core.RangeError);
        expect(() => activationBackwardInto(out, x, x, { kind, alpha, runtime })).toThrow(core.RangeError);
      }
    }
    const alpha = "0.1" as never;
    expect(() => activationInto(out, x, { kind: "elu", alpha, runtime })).toThrow(core.RangeError);
    expect(() => activationBackwardInto(out, x, x, { kind: "elu", alpha, runtime })).toThrow(core.RangeError);
    expect(() => activationBackwardInto(out, x.subarray(1), x, { kind: "exp", runtime })).toThrow(
      core.ShapeError,
    );
    expect(() => activationBackwardInto(out, x, x.subarray(1), { kind: "exp", runtime })).toThrow(
      core.ShapeError,
    );
    expect(() => activationBackwardInto(wrong, x, x, { kind: "exp", runtime })).toThrow(core.DTypeError);
    expect(out).toEqual(new Float32Array(4).fill(5));
  });
});

/** FNV-1a over the bits. */
function hash(values: Float32Array): number {
  let h = 0x811c9dc5;
  for (const bits of new Uint32Array(values.buffer)) h = Math.imul(h ^ bits, 0x01000193);
  return h >>> 0;
}

/** |actual − exact| in units of the last place of a float32 of the exact result's size; NaN counts as ∞. */
function ulps(actual: number, exact: number): number {
  if (Object.is(actual, exact) || actual === exact) return 0;
  const size = Math.abs(exact);
  if (size >= 2 ** 128 - 2 ** 103) return actual === Math.sign(exact) * Infinity ? 0 : Infinity;
  const exponent = Math.max(-126, Math.floor(Math.log2(size)));
  const error = Math.abs(actual - exact) / 2 ** (exponent - 23);
  return error >= 0 ? error : Infinity;
}
