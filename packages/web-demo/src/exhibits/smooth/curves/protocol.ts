import type { SurrogateId } from "../catalogue.js";

/** What the surrogate takes beside its inputs. */
export interface CurveSettings {
  readonly temperature: number;
  readonly alpha: number;
  readonly slope: number;
  readonly k: number;
}

/** What the page wants drawn. */
export interface DrawRequest {
  readonly revision: number;
  readonly surrogate: SurrogateId;
  readonly settings: CurveSettings;
  /** One number, or a row of them. */
  readonly inputs: readonly number[];
  /** The input that moves along the curve, and the output that it draws. */
  readonly lane: number;
}

/** A line drawn at another temperature, or another output's. */
export type Faint = Float64Array;

/** What a drawing consists of: plain numbers. */
export interface Picture {
  readonly shape: "elementwise" | "rowToScalar" | "rowToRow";
  /** The chosen input, from one end to the other; the others are held. */
  readonly xs: Float64Array;
  readonly hard: Float64Array;
  readonly soft: Float64Array;
  /** Of the soft output by the chosen input. */
  readonly gradient: Float64Array;
  /** The least and the greatest that the soft output may be, by its bound. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** The same at other temperatures; of a row of outputs, the others. */
  readonly faint: readonly Faint[];
  /** From where to where the vertical axis goes: the same at every temperature. */
  readonly range: { readonly low: number; readonly high: number };
  /** The greatest error that was met on the curve, and what the bound says there. */
  readonly greatest: {
    readonly x: number;
    readonly hard: number;
    readonly soft: number;
    readonly error: number;
    readonly bound: number;
  };
  /** What comes out of the inputs as they are. */
  readonly now: {
    readonly hard: Float64Array;
    readonly soft: Float64Array;
    /** The soft output where the temperature is next to nothing: at a tie it is not the hard one. */
    readonly limit: Float64Array;
    /** Of a number by each input; empty for a row of outputs. */
    readonly gradient: Float64Array;
    /** The least and the greatest that the first soft output may be, by its bound. */
    readonly low: number;
    readonly high: number;
  };
  readonly decay: Decay;
}

/** The error against the temperature. */
export interface Decay {
  /** "greatest": of all inputs that were tried; "here": of those that are shown, where the greatest does not shrink. */
  readonly of: "greatest" | "here";
  readonly temperatures: Float64Array;
  readonly errors: Float64Array;
  readonly bounds: Float64Array;
  /** At the temperature that is set. */
  readonly error: number;
  readonly bound: number;
  /** How many inputs were tried. */
  readonly tried: number;
}

export type DrawReply =
  | { type: "picture"; revision: number; picture: Picture }
  | { type: "failed"; revision: number; reason: string };
