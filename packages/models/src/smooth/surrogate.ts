import type { Tape, Tensor } from "../tensor/index.js";

/** What kind of hard function a surrogate stands in for. */
export type SurrogateFamily = "relu" | "abs" | "sign" | "step" | "max" | "argmax" | "topK" | "order";

/** Where a surrogate lies, measured from its hard function; "twoSided" where it is now above and now below. */
export type SurrogateSide = "above" | "below" | "twoSided";

/** A number that a surrogate takes. */
export interface SurrogateParameter {
  /** `temperature` comes first, and every surrogate has it; others are `alpha`, `slope` and `k`. */
  readonly name: SettingName;
  readonly default: number;
  /** The range in which the bound is promised and tested, both ends included. `k` goes to n at most. */
  readonly least: number;
  readonly most: number;
  /** Whether only whole numbers count. */
  readonly whole?: boolean;
}

export type SettingName = "temperature" | "alpha" | "slope" | "k";

/** A value for each parameter: `settingsOf` fills in the defaults. */
export interface SurrogateSettings {
  /** τ > 0: the smaller, the nearer to the hard function. */
  readonly temperature: number;
  /** entmax's α. */
  readonly alpha: number;
  /** SAU's slope below 0. */
  readonly slope: number;
  /** How many top-k takes. */
  readonly k: number;
}

/** What is common to all. Formulas are text, in τ (temperature), n (the row's length), x and the other parameters. */
interface SurrogateBase {
  /** Short, stable, fit for a URL: "logSumExp". */
  readonly id: string;
  readonly family: SurrogateFamily;
  /** "τ ln Σ e^(x/τ)" */
  readonly formula: string;
  /** The hard function: "max x". */
  readonly hard: string;
  readonly parameters: readonly SurrogateParameter[];
  /** The bound as text: "0 ≤ soft − hard ≤ τ ln n". */
  readonly error: string;
  /** What τ → 0 leads to, and how. */
  readonly limit: string;
  readonly side: SurrogateSide;
  /**
   * Whether it is non-decreasing where its hard function is: in x; in |x| for what stands in for |x|; in each x_i (all other held)
   * for a maximum, a sorted value; of p_i in its own x_i for argmax, top-k and ranks.
   */
  readonly monotone: boolean;
  /** Where it comes from. */
  readonly source: string;
  /** The same as an operation of the tape, over all elements or over rows of the last dimension, in float32. */
  readonly apply: (tape: Tape, x: Tensor, settings: SurrogateSettings) => Tensor;
}

/** A function of one number. */
export interface ElementwiseSurrogate extends SurrogateBase {
  readonly shape: "elementwise";
  readonly value: (x: number, settings: SurrogateSettings) => number;
  /** The derivative. */
  readonly gradient: (x: number, settings: SurrogateSettings) => number;
  readonly hardValue: (x: number, settings: SurrogateSettings) => number;
  /** |soft − hard| is at most this at x. */
  readonly bound: (x: number, settings: SurrogateSettings) => number;
  /** The greatest bound of all x. */
  readonly worst: (settings: SurrogateSettings) => number;
}

/** A function of a row that gives a number. */
export interface RowToScalarSurrogate extends SurrogateBase {
  readonly shape: "rowToScalar";
  readonly value: (x: ArrayLike<number>, settings: SurrogateSettings) => number;
  /** ∂y / ∂x_i for each i. */
  readonly gradient: (x: ArrayLike<number>, settings: SurrogateSettings) => Float64Array;
  readonly hardValue: (x: ArrayLike<number>, settings: SurrogateSettings) => number;
  /** |soft − hard| is at most this at x. */
  readonly bound: (x: ArrayLike<number>, settings: SurrogateSettings) => number;
  /** The greatest bound of all rows of n; undefined where rows of n have none in common (p-norm, whose bound grows with x). */
  readonly worst: ((n: number, settings: SurrogateSettings) => number) | undefined;
}

/** A function of a row that gives a row as long. */
export interface RowToRowSurrogate extends SurrogateBase {
  readonly shape: "rowToRow";
  readonly value: (x: ArrayLike<number>, settings: SurrogateSettings) => Float64Array;
  /** Σ_j dy_j ∂y_j / ∂x_i for each i: the transposed Jacobian times dy. */
  readonly gradient: (
    x: ArrayLike<number>,
    dy: ArrayLike<number>,
    settings: SurrogateSettings,
  ) => Float64Array;
  readonly hardValue: (x: ArrayLike<number>, settings: SurrogateSettings) => Float64Array;
  /** |soft_i − hard_i| is at most this for every i. */
  readonly bound: (x: ArrayLike<number>, settings: SurrogateSettings) => number;
  /** The greatest bound of all rows of n; undefined where rows of n have none in common. */
  readonly worst: ((n: number, settings: SurrogateSettings) => number) | undefined;
}

/** A smooth function that stands in for a hard one, with everything that is known of it. All numbers in float64. */
export type Surrogate = ElementwiseSurrogate | RowToScalarSurrogate | RowToRowSurrogate;
