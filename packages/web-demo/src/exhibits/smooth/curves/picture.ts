import type { Surrogate } from "@lanewise/models/smooth";
import type { SurrogateId } from "../catalogue.js";
import { inputRange, mostOf, temperatureRange } from "../config.js";
import { decayOf, type Tried } from "./decay.js";
import { evaluatorOf, type Evaluator } from "./evaluator.js";
import type { CurveSettings, DrawRequest, Picture } from "./protocol.js";

/** Points of a curve: odd numbers, so that 0 is among them. A row's outputs take longer than a number's. */
const samples = { elementwise: 401, rowToScalar: 241, rowToRow: 241 } as const;
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
  const row = Float64Array.from(inputs);
  const output = surrogate.shape === "rowToRow" ? lane : 0;
  const xs = placesOf(samples[surrogate.shape]);
  /** The rows of the curve: the chosen input moves, the others are held. */
  const rows = Array.from(xs, (x) => row.with(lane, x));
  const outputs = (made: (at: Float64Array) => Float64Array): Float64Array[] => rows.map(made);
  const pick = (rows: readonly Float64Array[], place: number): Float64Array =>
    Float64Array.from(rows, (values) => values[place]!);
  const softAt = (temperature: number): Float64Array[] =>
    outputs((at) => evaluator.soft(at, { ...settings, temperature }));

  const softRows = softAt(settings.temperature);
  const soft = pick(softRows, output);
  const hard = pick(
    outputs((at) => evaluator.hard(at, settings)),
    output,
  );
  const bounds = Float64Array.from(rows, (at) => evaluator.bound(at, settings));
  const most = mostOf(surrogate.id as SurrogateId);
  const faint =
    surrogate.shape === "rowToRow"
      ? [...row.keys()].filter((i) => i !== output).map((i) => pick(softRows, i))
      : others.filter((value) => value <= most).map((value) => pick(softAt(value), output));
  return {
    shape: surrogate.shape,
    xs,
    hard,
    soft,
    gradient: Float64Array.from(rows, (at) => evaluator.slope(at, settings, output, lane)),
    low: hard.map((value, i) => lowest(surrogate, value, bounds[i]!)),
    high: hard.map((value, i) => highest(surrogate, value, bounds[i]!)),
    faint,
    range: rangeOf(hard, pick(softAt(1), output)),
    greatest: greatestOf(xs, hard, soft, bounds),
    now: nowOf(surrogate, evaluator, row, settings),
    decay: decayOf(surrogate, evaluator, row, settings, tried),
  };
}

function placesOf(count: number): Float64Array {
  const { least, most } = inputRange;
  return Float64Array.from({ length: count }, (_, i) => least + ((most - least) * i) / (count - 1));
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
