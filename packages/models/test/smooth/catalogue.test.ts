import { describe, expect, it } from "vitest";
import { settingsOf, type Surrogate, type SurrogateSettings, surrogates } from "../../src/smooth/index.js";
import { assertGradients } from "../../src/tensor/index.js";
import { onTape } from "../onTape.js";
import { describeVariants } from "../variants.js";
import { numbers, randomRow } from "./vectors.js";

/** Another one every run would do as well; this one is printed with each failure. */
const seed = 20260101;

/** Random vectors of each surrogate: in all, well over 10⁵. */
const vectors = 4000;

const cases = surrogates.map((surrogate) => ({ id: surrogate.id, surrogate }));

function randomSettings(surrogate: Surrogate, draw: () => number, n: number): SurrogateSettings {
  const given: Partial<Record<string, number>> = {};
  for (const { name, least, most, whole } of surrogate.parameters) {
    if (whole) given[name] = 1 + Math.floor(draw() * n);
    else if (name === "temperature") given[name] = least * (most / least) ** draw();
    else given[name] = least + (most - least) * draw();
  }
  return settingsOf(surrogate, given);
}

/** All elements of the result, the soft one and the hard one. */
function results(
  surrogate: Surrogate,
  x: Float64Array,
  settings: SurrogateSettings,
): { soft: ArrayLike<number>; hard: ArrayLike<number>; bound: number } {
  if (surrogate.shape === "elementwise") {
    const [first] = x as unknown as [number];
    return {
      soft: [surrogate.value(first, settings)],
      hard: [surrogate.hardValue(first, settings)],
      bound: surrogate.bound(first, settings),
    };
  }
  const bound = surrogate.bound(x, settings);
  if (surrogate.shape === "rowToRow") {
    return { soft: surrogate.value(x, settings), hard: surrogate.hardValue(x, settings), bound };
  }
  return { soft: [surrogate.value(x, settings)], hard: [surrogate.hardValue(x, settings)], bound };
}

function worstOf(surrogate: Surrogate, n: number, settings: SurrogateSettings): number {
  if (surrogate.shape === "elementwise") return surrogate.worst(settings);
  return surrogate.worst?.(n, settings) ?? Infinity;
}

describe("the catalogue", () => {
  it("has different ids, fit for a URL, and defaults within their ranges", () => {
    expect(new Set(surrogates.map(({ id }) => id)).size).toBe(surrogates.length);
    for (const surrogate of surrogates) {
      expect(surrogate.id).toMatch(/^[a-zA-Z]+$/);
      expect(surrogate.parameters[0]!.name).toBe("temperature");
      expect(settingsOf(surrogate).temperature).toBe(surrogate.parameters[0]!.default);
      for (const text of [
        surrogate.formula,
        surrogate.hard,
        surrogate.error,
        surrogate.limit,
        surrogate.source,
      ]) {
        expect(text.length).toBeGreaterThan(2);
      }
    }
  });

  it("refuses settings out of range", () => {
    const [softplus] = surrogates;
    for (const temperature of [0, -1, NaN, 1e9, "1" as never]) {
      expect(() => settingsOf(softplus!, { temperature })).toThrow(/temperature/);
    }
    const topK = surrogates.find(({ id }) => id === "softTopK")!;
    expect(() => settingsOf(topK, { k: 1.5 })).toThrow(/k/);
  });
});

describe.each(cases)("$id", ({ surrogate }) => {
  it(`keeps its bound and its side on ${vectors} vectors up to ±1e4 (seed ${seed})`, () => {
    const draw = numbers(seed);
    let checked = 0;
    for (let i = 0; i < vectors; i++, checked++) {
      const x = randomRow(draw, 12);
      const settings = randomSettings(surrogate, draw, x.length);
      const { soft, hard, bound } = results(surrogate, x, settings);
      for (let j = 0; j < soft.length; j++) {
        const difference = soft[j]! - hard[j]!;
        // Float64's own rounding, of numbers as large as the hard value.
        const rounding = 1e-13 * (1 + Math.abs(hard[j]!));
        const where = `vector ${i}: ${JSON.stringify({ x: [...x], settings, soft: soft[j], hard: hard[j], bound })}`;
        if (!(Math.abs(difference) <= bound + rounding)) expect.fail(`beyond the bound, ${where}`);
        if (surrogate.side === "above" && !(difference >= -rounding)) expect.fail(`below, ${where}`);
        if (surrogate.side === "below" && !(difference <= rounding)) expect.fail(`above, ${where}`);
      }
      const worst = worstOf(surrogate, x.length, settings);
      if (!(bound <= worst * (1 + 1e-12))) expect.fail(`a bound above the worst ${worst}, vector ${i}`);
    }
    expect(checked).toBe(vectors);
  });

  it("has a bound worth its name: some vector comes near it", () => {
    const draw = numbers(seed + 1);
    let closest = 0;
    for (let i = 0; i < vectors; i++) {
      const x = randomRow(draw, 4);
      const settings = randomSettings(surrogate, draw, x.length);
      const { soft, hard, bound } = results(surrogate, x, settings);
      if (bound < 1e-6) continue;
      for (let j = 0; j < soft.length; j++)
        closest = Math.max(closest, Math.abs(soft[j]! - hard[j]!) / bound);
    }
    expect(closest).toBeGreaterThan(0.6);
  });

  it("reaches the hard function as τ → 0, where that is continuous", () => {
    const draw = numbers(seed + 2);
    const { least } = surrogate.parameters[0]!;
    for (let i = 0; i < 200; i++) {
      // Whole numbers, all different and none 0: no ties, and gaps of 1 at least. At most 40: float64 has them apart at the least τ.
      const order = Array.from({ length: 8 }, (_, j) => 5 * j - 18).sort(() => draw() - 0.5);
      const x = Float64Array.from(order.slice(0, 1 + Math.floor(draw() * 8)));
      const settings = { ...randomSettings(surrogate, draw, x.length), temperature: least };
      const { soft, hard } = results(surrogate, x, settings);
      for (let j = 0; j < soft.length; j++) {
        expect(Math.abs(soft[j]! - hard[j]!), `at τ = ${least}`).toBeLessThanOrEqual(0.1);
        // A thousandth of τ, where floats go that far: a thousandth of the error.
        const nearer = results(surrogate, x, { ...settings, temperature: least / 1000 }).soft[j]!;
        expect(Math.abs(nearer - hard[j]!)).toBeLessThanOrEqual(1e-4);
      }
    }
  });

  it("has the gradient that differences give", () => {
    const draw = numbers(seed + 3);
    for (let i = 0; i < 60; i++) {
      const x = Float64Array.from({ length: 1 + Math.floor(draw() * 6) }, () => 6 * draw() - 3);
      const settings = { ...randomSettings(surrogate, draw, x.length), temperature: 0.3 + 0.6 * draw() };
      if (surrogate.shape === "elementwise") {
        const h = 1e-6;
        const at = (x: number): number => surrogate.value(x, settings);
        const slope = (at(x[0]! + h) - at(x[0]! - h)) / (2 * h);
        expect(Math.abs(surrogate.gradient(x[0]!, settings) - slope)).toBeLessThan(1e-7);
        continue;
      }
      const dy = Float64Array.from(x, () => 2 * draw() - 1);
      const loss = (x: Float64Array): number =>
        surrogate.shape === "rowToScalar"
          ? surrogate.value(x, settings)
          : surrogate.value(x, settings).reduce((sum, y, j) => sum + y * dy[j]!, 0);
      const gradient =
        surrogate.shape === "rowToScalar"
          ? surrogate.gradient(x, settings)
          : surrogate.gradient(x, dy, settings);
      for (let j = 0; j < x.length; j++) {
        const h = 1e-7;
        const slope = (loss(x.with(j, x[j]! + h)) - loss(x.with(j, x[j]! - h))) / (2 * h);
        expect(Math.abs(gradient[j]! - slope), JSON.stringify({ x: [...x], settings, j })).toBeLessThan(2e-6);
      }
    }
  });

  it(`is ${surrogate.monotone ? "" : "not "}monotone`, () => {
    const draw = numbers(seed + 4);
    let falls = 0;
    for (let i = 0; i < 2000; i++) {
      const x = Float64Array.from({ length: 1 + Math.floor(draw() * 5) }, () => 8 * draw() - 4);
      const settings = { ...randomSettings(surrogate, draw, x.length), temperature: 0.2 + 0.8 * draw() };
      const at = Math.floor(draw() * x.length);
      const size = surrogate.family === "abs" || surrogate.id === "pNorm";
      const step = draw() * (size && x[at]! < 0 ? -1 : 1);
      const moved = x.with(at, x[at]! + step);
      // Of what is one number a row, that; of ordered rows, each; of shares and ranks, the element that moved.
      const own = surrogate.family === "argmax" || surrogate.family === "topK" || surrogate.id === "softRank";
      const before = results(
        surrogate,
        surrogate.shape === "elementwise" ? x.slice(at, at + 1) : x,
        settings,
      ).soft;
      const after = results(
        surrogate,
        surrogate.shape === "elementwise" ? moved.slice(at, at + 1) : moved,
        settings,
      ).soft;
      for (let j = 0; j < before.length; j++) {
        if (own && before.length > 1 && j !== at) continue;
        if (after[j]! < before[j]! - 1e-12) falls++;
      }
    }
    if (surrogate.monotone) expect(falls).toBe(0);
    else expect(falls).toBeGreaterThan(0);
  });
});

describeVariants("the catalogue on the tape", (runtime) => {
  it.each(cases)("$id: value and gradient are those in float64", ({ surrogate }) => {
    const draw = numbers(seed + 5);
    for (let i = 0; i < 6; i++) {
      const n = 2 + Math.floor(draw() * 5);
      const x = { values: Float32Array.from({ length: 2 * n }, () => 4 * draw() - 2), shape: [2, n] };
      const settings = { ...randomSettings(surrogate, draw, n), temperature: 0.3 + 0.6 * draw() };
      assertGradients(
        (tape, { x }) => surrogate.apply(tape, x, settings),
        { x },
        {
          reference({ x }) {
            if (surrogate.shape === "elementwise") return x.map((x) => surrogate.value(x, settings));
            return [x.subarray(0, n), x.subarray(n)].flatMap((row) => [
              ...Array.from(results(surrogate, row, settings).soft),
            ]);
          },
          epsilon: 1e-6,
          runtime,
        },
      );
    }
  });

  it.each(cases)("$id: keeps its bound, to the rounding of float32, up to ±1e4", ({ surrogate }) => {
    const draw = numbers(seed + 6);
    for (let i = 0; i < 300; i++) {
      const x = randomRow(draw, 12);
      const settings = randomSettings(surrogate, draw, x.length);
      const soft = onTape(runtime, (tape) =>
        surrogate.apply(tape, tape.input(x, [1, x.length]), settings).toArray(),
      );
      const rows =
        surrogate.shape === "elementwise"
          ? Array.from(x, (value) => results(surrogate, Float64Array.of(value), settings))
          : [results(surrogate, x, settings)];
      const hard = rows.flatMap(({ hard }) => [...(hard as ArrayLike<number> & Iterable<number>)]);
      const size = x.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
      for (let j = 0; j < hard.length; j++) {
        const { bound } = rows.length > 1 ? rows[j]! : rows[0]!;
        // What is computed from x is rounded to the size of x, what counts (shares, places, ranks) to its own.
        const scale = ["argmax", "topK", "sign", "step"].includes(surrogate.family)
          ? 1 + Math.abs(hard[j]!)
          : size;
        if (!(Math.abs(soft[j]! - hard[j]!) <= bound * (1 + 1e-6) + 5e-7 * scale)) {
          expect.fail(JSON.stringify({ x: [...x], settings, soft: soft[j], hard: hard[j], bound }));
        }
      }
    }
  });
});
