import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import { isNeuron, isRegression } from "./catalogue.js";
import type { Settings } from "./config.js";
import type { Frame } from "./protocol.js";
import type { State } from "./state.js";
import type { perceptronStrings } from "./strings.js";

/** Whether the points are those of XOR and no others. */
function isPlainXor({ data, points, noise }: Settings): boolean {
  return data === "xor" && points === "" && noise === 0;
}

/**
 * Whether nothing that learns by these settings can tell XOR apart. Each input but x·y is of x alone or of y alone, and so is a
 * weighted sum f(x) + g(y): over the two squares it comes to as much as over the two circles.
 */
export function isHopeless(settings: Settings): boolean {
  const { learner, layers, activation, features } = settings;
  const isLinear = learner !== "network" || layers.length === 0 || activation === "linear";
  return isPlainXor(settings) && isLinear && !features.includes("xy");
}

/** How many points are answered rightly, of how many. */
export function rightOf({ train }: Frame): { right: number; all: number } {
  const [[a, b], [c, d]] = train.confusion ?? [
    [0, 0],
    [0, 0],
  ];
  return { right: a + d, all: a + b + c + d };
}

/** Whether all classes are told apart. */
export function isSolved({ frame, phase }: Pick<State, "frame" | "phase">): boolean {
  if (!frame?.train.confusion || frame.step === 0 || phase === "loading") return false;
  const { right, all } = rightOf(frame);
  return all > 0 && right === all;
}

/** What it came to, in a sentence or two. */
export function verdictOf(
  settings: Settings,
  state: State,
  points: number,
  { verdict }: typeof perceptronStrings,
  numbers: Numbers,
): string {
  const say = (template: string, values: Readonly<Record<string, number>>): string =>
    format(
      template,
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, numbers.whole(value)])),
    );
  const { phase, frame, end } = state;
  if (points === 0) return verdict.empty;
  if (!frame || phase === "loading" || (phase === "idle" && frame.step === 0)) return verdict.idle;
  if (end === "diverged") return verdict.diverged;
  if (isRegression(settings.data)) {
    const share = Math.max(0, Math.round(100 * (frame.train.rSquared ?? 0)));
    return say(end ? verdict.limitValues : verdict.runningValues, { share, epochs: frame.epoch });
  }
  const values = { ...rightOf(frame), epochs: frame.epoch, mistakes: frame.mistakes?.total ?? 0 };
  if (end === "converged") {
    const { bound } = frame.mistakes ?? {};
    return bound
      ? say(verdict.converged, { ...values, most: Math.floor(bound.most + 1e-9) })
      : verdict.convergedMoved;
  }
  if (isSolved(state)) {
    const told = settings.features.includes("xy");
    if (!isPlainXor(settings) || (told && !isNeuron(settings.learner))) {
      return say(verdict.solved, values);
    }
    return say(told ? verdict.solvedFeature : verdict.solvedXor, values);
  }
  if (end !== "limit") return say(verdict.running, values);
  if (isHopeless(settings)) {
    return say(settings.learner === "perceptron" ? verdict.never : verdict.neverOther, values);
  }
  return say(settings.learner === "perceptron" ? verdict.noLine : verdict.limit, values);
}
