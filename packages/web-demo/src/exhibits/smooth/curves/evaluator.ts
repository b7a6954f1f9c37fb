import type { Surrogate } from "@lanewise/models/smooth";
import type { CurveSettings } from "./protocol.js";

/** Any surrogate as a function of a row that gives a row: one number is a row of one. */
export interface Evaluator {
  soft(row: Float64Array, settings: CurveSettings): Float64Array;
  hard(row: Float64Array, settings: CurveSettings): Float64Array;
  /** |soft − hard| of every output is at most this. */
  bound(row: Float64Array, settings: CurveSettings): number;
  /** Of one output by one input. */
  slope(row: Float64Array, settings: CurveSettings, output: number, input: number): number;
  /** Of a single output by every input; empty where there are several outputs. */
  gradient(row: Float64Array, settings: CurveSettings): Float64Array;
  /** The greatest bound of rows of so many numbers, where there is one. */
  worst(n: number, settings: CurveSettings): number | undefined;
}

export function evaluatorOf(surrogate: Surrogate): Evaluator {
  switch (surrogate.shape) {
    case "elementwise":
      return {
        soft: (row, settings) => Float64Array.of(surrogate.value(row[0]!, settings)),
        hard: (row, settings) => Float64Array.of(surrogate.hardValue(row[0]!, settings)),
        bound: (row, settings) => surrogate.bound(row[0]!, settings),
        slope: (row, settings) => surrogate.gradient(row[0]!, settings),
        gradient: (row, settings) => Float64Array.of(surrogate.gradient(row[0]!, settings)),
        worst: (_n, settings) => surrogate.worst(settings),
      };
    case "rowToScalar":
      return {
        soft: (row, settings) => Float64Array.of(surrogate.value(row, settings)),
        hard: (row, settings) => Float64Array.of(surrogate.hardValue(row, settings)),
        bound: (row, settings) => surrogate.bound(row, settings),
        slope: (row, settings, _output, input) => surrogate.gradient(row, settings)[input]!,
        gradient: (row, settings) => surrogate.gradient(row, settings),
        worst: (n, settings) => surrogate.worst?.(n, settings),
      };
    case "rowToRow":
      return {
        soft: (row, settings) => surrogate.value(row, settings),
        hard: (row, settings) => surrogate.hardValue(row, settings),
        bound: (row, settings) => surrogate.bound(row, settings),
        slope: (row, settings, output, input) => {
          const one = new Float64Array(row.length);
          one[output] = 1;
          return surrogate.gradient(row, one, settings)[input]!;
        },
        gradient: () => new Float64Array(0),
        worst: (n, settings) => surrogate.worst?.(n, settings),
      };
  }
}
