import type { Surrogate } from "@lanewise/models/smooth";
import type { SurrogateId } from "../catalogue.js";
import { inputRange, mostOf, temperatureRange } from "../config.js";
import { decayOf, type Tried } from "./decay.js";
import { evaluatorOf, type Evaluator } from "./evaluator.js";
import type { CurveSettings, Decay, DrawRequest, Picture } from "./protocol.js";

/** Points of a curve: an odd number, so that 0 is one of them. */
const samples = 401;
/** Temperatures whose curves stand faintly behind. */
const others = [2, 1, 0.5, 0.25, 0.125];

/** All numbers of a drawing. `tried` are the rows that the greatest error is looked for among, and what was found there before. */
export function pictureOf(
  surrogate: Surrogate,
  request: Omit<DrawRequest, "revision">,
  tried: Tried,
): Picture {
  const { settings, inputs, lane } = request;
  const evaluator = evaluatorOf(surrogate);
  const xs = Float64Array.from({ length: samples }, (_, i) => placeOf(i));
  const row = Float64Array.from(inputs);
  const output = surrogate.shape === "rowToRow" ? lane : 0;
  /** Calls back with the row as it is for each place of the curve. */
  const along = (read: (row: Float64Array) => number): Float64Array => {
    const moved = row.slice();
    return xs.map((x) => {
      moved[lane] = x;
      return read(moved);
    });
  };
  const hard = along((at) => evaluator.hard(at, settings)[output]!);
  const soft = along((at) => evaluator.soft(at, settings)[output]!);
  const gradient = along((at) => evaluator.slope(at, settings, output, lane));
  const bounds = along((at) => evaluator.bound(at, settings));
  const warm = { ...settings, temperature: 1 };
  const warmSoft = along((at) => evaluator.soft(at, warm)[output]!);
  const low = hard.map((value, i) => lowest(surrogate, value, bounds[i]!));
  const high = hard.map((value, i) => highest(surrogate, value, bounds[i]!));
  const decay: Decay = decayOf(surrogate, evaluator, row, settings, tried);
  return {
    shape: surrogate.shape,
    xs,
    hard,
    soft,
    gradient,
    low,
    high,
    faint: faintOf(surrogate, evaluator, along, settings, row.length, output),
    range: rangeOf(hard, warmSoft),
    greatest: greatestOf(xs, hard, soft, bounds),
    now: nowOf(surrogate, evaluator, row, settings),
    decay,
  };
}

function placeOf(index: number): number {
  const { least, most } = inputRange;
  return least + ((most - least) * index) / (samples - 1);
}

type Along = (read: (row: Float64Array) => number) => Float64Array;

function faintOf(
  surrogate: Surrogate,
  evaluator: Evaluator,
  along: Along,
  settings: CurveSettings,
  n: number,
  output: number,
): Float64Array[] {
  if (surrogate.shape === "rowToRow") {
    const rest = Array.from({ length: n }, (_, i) => i).filter((i) => i !== output);
    return rest.map((i) => along((at) => evaluator.soft(at, settings)[i]!));
  }
  const most = mostOf(surrogate.id as SurrogateId);
  return others
    .filter((temperature) => temperature <= most)
    .map((temperature) => along((at) => evaluator.soft(at, { ...settings, temperature })[output]!));
}

/** What a hard function takes, and as much around it as the soft one needs at temperature 1, within reason. */
function rangeOf(hard: Float64Array, warm: Float64Array): { low: number; high: number } {
  const [least, most] = [Math.min(...hard), Math.max(...hard)];
  const room = Math.max(most - least, 1);
  const low = Math.max(Math.min(least, ...warm), least - 0.35 * room);
  const high = Math.min(Math.max(most, ...warm), most + 0.35 * room);
  const air = 0.07 * (high - low || 1);
  return { low: low - air, high: high + air };
}

function greatestOf(
  xs: Float64Array,
  hard: Float64Array,
  soft: Float64Array,
  bounds: Float64Array,
): Picture["greatest"] {
  let at = 0;
  const errors = hard.map((value, i) => Math.abs(soft[i]! - value));
  errors.forEach((error, i) => {
    if (error > errors[at]!) at = i;
  });
  return { x: xs[at]!, hard: hard[at]!, soft: soft[at]!, error: errors[at]!, bound: bounds[at]! };
}

function lowest({ side }: Surrogate, hard: number, bound: number): number {
  return side === "above" ? hard : hard - bound;
}

function highest({ side }: Surrogate, hard: number, bound: number): number {
  return side === "below" ? hard : hard + bound;
}

function nowOf(
  surrogate: Surrogate,
  evaluator: Evaluator,
  row: Float64Array,
  settings: CurveSettings,
): Picture["now"] {
  const soft = evaluator.soft(row, settings);
  const hard = evaluator.hard(row, settings);
  const cold = { ...settings, temperature: temperatureRange.limit };
  const bound = evaluator.bound(row, settings);
  return {
    hard,
    soft,
    limit: evaluator.soft(row, cold),
    gradient: evaluator.gradient(row, settings),
    low: lowest(surrogate, hard[0]!, bound),
    high: highest(surrogate, hard[0]!, bound),
  };
}
