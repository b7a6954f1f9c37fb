import type { Surrogate } from "@lanewise/models/smooth";
import type { SurrogateId } from "../catalogue.js";
import { inputRange, mostOf, temperatureRange } from "../config.js";
import type { Evaluator } from "./evaluator.js";
import type { CurveSettings, Decay } from "./protocol.js";

/** How many temperatures the error is drawn at. */
const steps = 25;
/** Rows drawn at random, beside those with ties. */
const randomRows = 300;
/** Numbers that are tried of a function of one. */
const numbers = 401;

type Errors = Pick<Decay, "temperatures" | "errors" | "bounds">;

/** The greatest errors that were found, by surrogate and settings: they do not depend on what is shown. */
export class Tried {
  readonly #rows = new Map<number, readonly Float64Array[]>();
  readonly #errors = new Map<string, Errors>();

  /** Rows of n numbers: all equal, the first few tied far above the others, evenly spaced, and many that were drawn. */
  rows(n: number): readonly Float64Array[] {
    let rows = this.#rows.get(n);
    if (!rows) {
      rows = n === 1 ? allNumbers() : rowsOf(n);
      this.#rows.set(n, rows);
    }
    return rows;
  }

  errors(key: string, make: () => Errors): Errors {
    let errors = this.#errors.get(key);
    if (!errors) {
      errors = make();
      this.#errors.set(key, errors);
    }
    return errors;
  }
}

/** The error at temperatures from the greatest to the least. */
export function decayOf(
  surrogate: Surrogate,
  evaluator: Evaluator,
  row: Float64Array,
  settings: CurveSettings,
  tried: Tried,
): Decay {
  const n = row.length;
  const rows = tried.rows(n);
  const at = (temperature: number): CurveSettings => ({ ...settings, temperature });
  const worst = (temperature: number): number => evaluator.worst(n, at(temperature)) ?? Infinity;
  const { least } = temperatureRange;
  const most = mostOf(surrogate.id as SurrogateId);
  // Next to a jump the greatest error is that of the jump, at every temperature: there, one place is watched.
  const shrinks = worst(least) < 0.5 * worst(most);
  const { temperature } = settings;
  if (!shrinks) {
    const error = (at: CurveSettings): number => errorOf(evaluator, row, at);
    const temperatures = temperatureSteps(most);
    return {
      of: "here",
      temperatures,
      errors: temperatures.map((value) => error(at(value))),
      bounds: temperatures.map((value) => evaluator.bound(row, at(value))),
      error: error(settings),
      bound: evaluator.bound(row, settings),
      tried: 1,
    };
  }
  const greatest = (value: number): number => {
    const settings = at(value);
    // What matters near a corner is of the size of the temperature: every row is tried at that size as well.
    const near = rows.map((tries) => tries.map((number) => number * value));
    return [...rows, ...near].reduce((most, tries) => Math.max(most, errorOf(evaluator, tries, settings)), 0);
  };
  const { alpha, slope, k } = settings;
  const errors = tried.errors([surrogate.id, n, alpha, slope, k].join(), () => {
    const temperatures = temperatureSteps(most);
    return { temperatures, errors: temperatures.map(greatest), bounds: temperatures.map(worst) };
  });
  return {
    of: "greatest",
    ...errors,
    error: greatest(temperature),
    bound: worst(temperature),
    tried: 2 * rows.length,
  };
}

function errorOf(evaluator: Evaluator, row: Float64Array, settings: CurveSettings): number {
  const hard = evaluator.hard(row, settings);
  return evaluator
    .soft(row, settings)
    .reduce((most, value, i) => Math.max(most, Math.abs(value - hard[i]!)), 0);
}

function temperatureSteps(most: number): Float64Array {
  const { least } = temperatureRange;
  return Float64Array.from({ length: steps }, (_, i) => most * (least / most) ** (i / (steps - 1)));
}

function allNumbers(): readonly Float64Array[] {
  const { least, most } = inputRange;
  return Array.from({ length: numbers }, (_, i) =>
    Float64Array.of(least + ((most - least) * i) / (numbers - 1)),
  );
}

function rowsOf(n: number): readonly Float64Array[] {
  const { least, most } = inputRange;
  const ties = Array.from({ length: n }, (_, tied) =>
    Float64Array.from({ length: n }, (_unused, i) => (i <= tied ? most : least)),
  );
  const even = Float64Array.from({ length: n }, (_, i) => least + ((most - least) * i) / (n - 1));
  const zeros = new Float64Array(n);
  // Multiples of an irrational number, a different one for each place, fill the cube evenly: no generator is needed.
  const drawn = Array.from({ length: randomRows }, (_, row) =>
    Float64Array.from(
      { length: n },
      (_unused, i) => least + (most - least) * (((row + 1) * Math.sqrt(primes[i % primes.length]!)) % 1),
    ),
  );
  return [zeros, ...ties, even, ...drawn];
}

const primes = [2, 3, 5, 7, 11, 13, 17, 19];
