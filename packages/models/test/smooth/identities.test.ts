import { describe, expect, it } from "vitest";
import { activation, normalCdf, sigmoid, softplus } from "@lanewise/core-wasm/reference";
import type { ActivationKind } from "@lanewise/core-wasm";
import { settingsOf, type Surrogate, surrogates } from "../../src/smooth/index.js";
import { onTape } from "../onTape.js";
import { describeVariants } from "../variants.js";

function named(id: string): Surrogate {
  const found = surrogates.find((surrogate) => surrogate.id === id);
  if (!found) throw new Error(`no surrogate ${id}`);
  return found;
}

/** An elementwise surrogate as a function. */
function f(id: string, temperature = 1): (x: number) => number {
  const surrogate = named(id);
  if (surrogate.shape !== "elementwise") throw new Error(`${id} takes rows`);
  const settings = settingsOf(surrogate, { temperature });
  return (x) => surrogate.value(x, settings);
}

function row(id: string, x: readonly number[], temperature: number): number {
  const surrogate = named(id);
  if (surrogate.shape !== "rowToScalar") throw new Error(`${id} gives no number`);
  return surrogate.value(x, settingsOf(surrogate, { temperature }));
}

/** ∫ g over [a, b] by Simpson's rule. */
function integral(g: (x: number) => number, a: number, b: number, steps: number): number {
  const h = (b - a) / steps;
  let sum = g(a) + g(b);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * g(a + i * h);
  return (sum * h) / 3;
}

/** The greatest g on [a, b], and where: a grid, then golden sections. */
function greatest(g: (x: number) => number, a: number, b: number): { at: number; value: number } {
  const steps = 4000;
  let best = a;
  for (let i = 0; i <= steps; i++) {
    const x = a + ((b - a) * i) / steps;
    if (g(x) > g(best)) best = x;
  }
  let [low, high] = [best - (b - a) / steps, best + (b - a) / steps];
  for (let i = 0; i < 80; i++) {
    const [left, right] = [high - 0.618 * (high - low), low + 0.618 * (high - low)];
    if (g(left) < g(right)) low = left;
    else high = right;
  }
  const at = (low + high) / 2;
  return { at, value: g(at) };
}

const relu = (x: number): number => Math.max(x, 0);

/** The mean of g(x + N) over noise N of that density. From x's kink on each side, so that Simpson's rule meets no corner. */
function meanUnder(density: (t: number) => number, g: (x: number) => number, x: number): number {
  const over = (t: number): number => g(x + t) * density(t);
  return integral(over, -60, -x, 60_000) + integral(over, -x, 60, 60_000);
}

const normal = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
const logistic = (t: number): number => sigmoid(t) * sigmoid(-t);

describe("identities", () => {
  it("ReLU averaged over normal noise is SAU: x Φ(x) + φ(x), 1.345528 at 1.3", () => {
    for (const x of [-2, -0.5, 0, 1.3, 3]) {
      expect(f("sau")(x)).toBeCloseTo(meanUnder(normal, relu, x), 8);
      expect(f("sau")(x)).toBeCloseTo(x * normalCdf(x) + normal(x), 12);
    }
    expect(Math.abs(f("sau")(1.3) - 1.345528)).toBeLessThan(1e-6);
  });

  it("ReLU averaged over logistic noise is softplus: 1.541008 at 1.3", () => {
    for (const x of [-2, 0, 1.3, 3]) expect(f("softplus")(x)).toBeCloseTo(meanUnder(logistic, relu, x), 8);
    expect(Math.abs(f("softplus")(1.3) - 1.541008)).toBeLessThan(1e-6);
  });

  it("the temperature is the noise's size", () => {
    const wide = (t: number): number => normal(t / 0.5) / 0.5;
    expect(f("sau", 0.5)(0.7)).toBeCloseTo(meanUnder(wide, relu, 0.7), 8);
    expect(f("stepNormal", 0.5)(0.7)).toBeCloseTo(
      meanUnder(wide, (x) => (1 + Math.sign(x)) / 2, 0.7),
      5,
    );
  });

  it("softplus is above ReLU by ln 2 at most, at 0", () => {
    const { at, value } = greatest((x) => softplus(x) - relu(x), -10, 10);
    expect(Math.abs(value - Math.LN2)).toBeLessThan(1e-9);
    expect(Math.abs(at)).toBeLessThan(1e-6);
  });

  it("GELU by tanh is 4.7324e-4 off, x σ(1.702 x) 2.033e-2", () => {
    const exact = f("geluErf");
    const byTanh = greatest((x) => Math.abs(f("geluTanh")(x) - exact(x)), -6, 6);
    expect(Math.abs(byTanh.value - 4.7324e-4)).toBeLessThan(1e-8);
    const bySigmoid = greatest((x) => Math.abs(x * sigmoid(1.702 * x) - exact(x)), -6, 6);
    expect(Math.abs(bySigmoid.value - 2.033e-2)).toBeLessThan(1e-5);
  });

  it("GELU has its minimum −0.169971 at −0.75179, SiLU −0.278465", () => {
    const gelu = greatest((x) => -f("geluErf")(x), -5, 0);
    expect(Math.abs(-gelu.value + 0.169971)).toBeLessThan(1e-6);
    expect(Math.abs(gelu.at + 0.75179)).toBeLessThan(2e-6);
    expect(Math.abs(greatest((x) => -f("silu")(x), -5, 0).value - 0.278465)).toBeLessThan(1e-6);
  });

  it("the errors that the catalogue gives as numbers are the greatest there are", () => {
    for (const surrogate of surrogates) {
      if (surrogate.shape !== "elementwise" || !["relu", "abs"].includes(surrogate.family)) continue;
      const settings = settingsOf(surrogate);
      const error = (x: number): number =>
        Math.abs(surrogate.value(x, settings) - surrogate.hardValue(x, settings));
      const { value } = greatest(error, -8, 8);
      expect(value / surrogate.worst(settings), surrogate.id).toBeGreaterThan(1 - 1e-6);
      expect(value / surrogate.worst(settings), surrogate.id).toBeLessThan(1 + 1e-12);
    }
  });

  it("derivatives are one another: softplus and the step, SAU and Φ, |x| and its sign", () => {
    const pairs = [
      ["softplus", "smoothStep"],
      ["sau", "stepNormal"],
      ["squareplus", "stepAlgebraic"],
      ["smoothAbs", "smoothSign"],
    ] as const;
    for (const [id, derivative] of pairs) {
      const surrogate = named(id);
      if (surrogate.shape !== "elementwise") throw new Error(id);
      for (const x of [-1.5, 0, 0.2, 4]) {
        const slope = surrogate.gradient(x, settingsOf(surrogate, { temperature: 0.7 }));
        expect(slope, id).toBeCloseTo(f(derivative, 0.7)(x), 12);
      }
    }
  });

  it("logsumexp is the maximum at least, mellowmax at most; they differ by τ ln n", () => {
    const x = [1, 0.5, -2, 0.9];
    const [above, below] = [row("logSumExp", x, 0.3), row("mellowmax", x, 0.3)];
    expect(above).toBeGreaterThan(1);
    expect(below).toBeLessThan(1);
    expect(above - below).toBeCloseTo(0.3 * Math.log(4), 12);
  });

  it("Boltzmann's mean falls where an element rises that is more than τ below it", () => {
    expect(row("boltzmann", [0, 5], 1)).toBeGreaterThan(row("boltzmann", [1, 5], 1));
    // Its bound, τ W((n − 1)/e), is met where the others are τ (1 + W) below.
    const surrogate = named("boltzmann");
    if (surrogate.shape !== "rowToScalar") throw new Error("boltzmann gives no number");
    const w = surrogate.worst!(4, settingsOf(surrogate));
    expect(w * Math.exp(w)).toBeCloseTo(3 / Math.E, 12);
    expect(row("boltzmann", [0, -1 - w, -1 - w, -1 - w], 1)).toBeCloseTo(-w, 12);
  });

  it("SiLU is Boltzmann's mean of x and 0, x tanh(x) that of x and −x", () => {
    for (const x of [-2, 0.3, 1.7]) {
      expect(f("silu")(x)).toBeCloseTo(row("boltzmann", [x, 0], 1), 12);
      expect(f("absTanh")(x)).toBeCloseTo(row("boltzmann", [x, -x], 1), 12);
    }
  });

  it("soft argmax is the place where the greatest is alone, and between two that are as great", () => {
    expect(row("softArgmax", [0, 3, 1, -1], 0.05)).toBeCloseTo(1, 6);
    expect(row("softArgmax", [5, 0, 0, 0, 5], 0.05)).toBeCloseTo(2, 6);
  });

  it("softplus goes by max(x, 0) + log1p(e^−|x|): neither overflow nor a threshold", () => {
    expect(softplus(1e4)).toBe(1e4);
    expect(softplus(25) - 25).toBeGreaterThan(1e-12);
    expect(softplus(-50)).toBeCloseTo(Math.exp(-50), 30);
  });
});

describeVariants("identities in float32", (runtime) => {
  it("holds on the tape to the rounding of float32", () => {
    const values = { sau: 1.345528, softplus: 1.541008 };
    for (const [id, value] of Object.entries(values)) {
      const surrogate = named(id);
      const y = onTape(runtime, (tape) =>
        surrogate.apply(tape, tape.input([1.3], [1]), settingsOf(surrogate)).item(),
      );
      expect(Math.abs(y - value)).toBeLessThan(1e-6);
    }
    const kinds: ActivationKind[] = ["geluErf", "geluTanh"];
    const grid = Float32Array.from({ length: 20_001 }, (_, i) => i / 2000 - 5);
    const [erf, tanh] = kinds.map((kind) => activation(grid, { kind }));
    const most = grid.reduce((most, _, i) => Math.max(most, Math.abs(erf![i]! - tanh![i]!)), 0);
    expect(Math.abs(most - 4.7324e-4)).toBeLessThan(1e-6);
  });
});
