import type { Shell } from "../../../shell/exhibit.js";
import { format } from "../../../shell/i18n.js";
import type { Numbers } from "../../../shell/numbers.js";
import type { Parts } from "../../../shell/parts.js";
import { catalogue, type SurrogateId } from "../catalogue.js";
import { inputRange, inputsOf, mostOf, type Settings, temperatureRange } from "../config.js";
import { Lanes, type Moved } from "./lanes.js";
import { mathml } from "./mathml.js";
import { Plot, type PlotFrame } from "./plot.js";
import type { DrawReply, DrawRequest, Picture } from "./protocol.js";
import { linearScale, logScale } from "./scale.js";

/** Errors below this are not drawn: a float64 has no more places. */
const leastError = 1e-6;

/** Everything that is seen of a surrogate: the curve, the lanes, the error against the temperature, the facts. */
export class CurvesView {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #lanes: Lanes;
  readonly #curve: Plot;
  readonly #decay: Plot;
  readonly #send: (request: DrawRequest) => void;
  #settings: Settings | undefined;
  /** Those of the drawing that is under way. */
  #asked: Settings | undefined;
  #revision = 0;
  #isWaiting = false;
  #isStale = false;
  #facts: SurrogateId | undefined;

  constructor(
    parts: Parts,
    shell: Shell,
    numbers: Numbers,
    { send, onMove }: { send: (request: DrawRequest) => void; onMove: (moved: Moved) => void },
  ) {
    this.#parts = parts;
    this.#shell = shell;
    this.#numbers = numbers;
    this.#send = send;
    this.#lanes = new Lanes(parts, shell.strings.smooth.lanes, numbers, onMove);
    const { left } = shell;
    this.#curve = new Plot(parts.get("curve"), (width) => (width < 500 ? 300 : 400), left);
    this.#decay = new Plot(parts.get("decay"), () => 230, left);
  }

  /** Has drawn what the settings say. While one drawing is under way, only the newest of the next waits. */
  show(settings: Settings): void {
    this.#settings = settings;
    const { inputs, lane } = inputsOf(settings);
    this.#lanes.place(inputs, lane);
    for (const name of ["rowButtons", "hint"]) this.#parts.get(name).hidden = inputs.length === 1;
    this.#showFacts(settings.surrogate);
    this.#isStale = true;
    this.#ask();
  }

  /** A fresh worker knows of no question. */
  restart(): void {
    this.#isWaiting = false;
    this.#isStale = true;
    this.#ask();
  }

  take(reply: DrawReply): void {
    this.#isWaiting = false;
    if (reply.type === "picture" && reply.revision === this.#revision) this.#draw(reply.picture);
    this.#ask();
  }

  #ask(): void {
    if (this.#isWaiting || !this.#isStale || !this.#settings) return;
    this.#isStale = false;
    this.#isWaiting = true;
    this.#asked = this.#settings;
    const { surrogate, temperature, k, alpha, slope } = this.#settings;
    const settings = { temperature, k, alpha, slope };
    this.#send({ revision: ++this.#revision, surrogate, settings, ...inputsOf(this.#settings) });
  }

  #showFacts(surrogate: SurrogateId): void {
    if (surrogate === this.#facts) return;
    this.#facts = surrogate;
    const { soft, hard, error, shape } = catalogue[surrogate];
    const { surrogates, key } = this.#shell.strings.smooth;
    const { name, sentence } = surrogates[surrogate];
    this.#parts.get("sentence").textContent = sentence;
    this.#parts.get("softName").textContent = name;
    this.#parts.get("faintName").textContent =
      shape === "rowToRow" ? key.faintOutputs : key.faintTemperatures;
    for (const [part, formula] of [
      ["formula", soft],
      ["hardFormula", hard],
      ["boundFormula", error],
    ] as const) {
      this.#parts.get(part).innerHTML = formula.split("\n").map(mathml).join("");
    }
  }

  #draw(picture: Picture): void {
    const settings = this.#asked!;
    this.#parts.root.dataset["drawn"] = settings.surrogate;
    this.#curve.show(this.#curveFrame(picture, settings));
    this.#lanes.show(picture, catalogue[settings.surrogate].family === "max");
    this.#showErrors(picture, settings);
    this.#decay.show(this.#decayFrame(picture, settings));
  }

  #curveFrame(picture: Picture, settings: Settings): PlotFrame {
    const { shape, xs, hard, soft, gradient, low, high, faint, range, greatest, now } = picture;
    const { plot } = this.#shell.strings.smooth;
    const { inputs, lane } = inputsOf(settings);
    const withGradient = settings.gradient === "shown";
    const room = withGradient ? gradientRoom(gradient, range) : range;
    const x = inputs[lane]!;
    const output = shape === "rowToRow" ? lane : 0;
    return {
      x: linearScale(inputRange.least, inputRange.most, 8),
      y: linearScale(room.low, room.high, 5),
      formatX: (value) => String(value),
      formatY: (value) => String(value),
      xLabel: shape === "elementwise" ? plot.x : format(plot.lane, { lane: lane + 1 }),
      band: { xs, low, high },
      lines: [
        ...faint.map((ys) => ({ kind: "ghost" as const, xs, ys })),
        { kind: "hard", xs, ys: hard },
        ...(withGradient ? [{ kind: "gradient" as const, xs, ys: gradient }] : []),
        { kind: "soft", xs, ys: soft },
      ],
      stem: {
        x: greatest.x,
        from: greatest.hard,
        to: greatest.soft,
        label: format(plot.error, { error: this.#figure(greatest.error) }),
      },
      now: x,
      dots: [
        { kind: "hard", x, y: now.hard[output]! },
        { kind: "soft", x, y: now.soft[output]! },
      ],
    };
  }

  #showErrors({ greatest, decay }: Picture, { surrogate, temperature }: Settings): void {
    const strings = this.#shell.strings.smooth;
    const error = this.#figure(greatest.error);
    const bound = this.#figure(greatest.bound);
    this.#parts.get("error").textContent = error;
    this.#parts.get("bound").textContent = bound;
    const { name } = strings.surrogates[surrogate];
    const at = this.#numbers.fixed(greatest.x, 2);
    this.#parts
      .get("curve")
      .setAttribute("aria-label", format(strings.plot.label, { name, error, bound, x: at }));
    const { decay: words } = strings;
    const figures = {
      temperature,
      error: this.#figure(decay.error),
      bound: this.#figure(decay.bound),
    };
    this.#parts.get("decay").setAttribute("aria-label", format(words.label, figures));
    const what =
      decay.of === "here" ? words.here : format(words.greatest, { tried: this.#numbers.whole(decay.tried) });
    const note = `${what} ${format(words.now, figures)}`;
    this.#parts.get("decayNote").textContent = note;
  }

  #decayFrame({ decay }: Picture, { surrogate, temperature }: Settings): PlotFrame {
    const { temperatures, errors, bounds } = decay;
    const { least } = temperatureRange;
    const most = mostOf(surrogate);
    const seen = [...errors, ...bounds].filter((value) => value >= leastError && Number.isFinite(value));
    const low = 10 ** Math.floor(Math.log10(Math.min(0.1, ...seen)));
    const high = 10 ** Math.ceil(Math.log10(Math.max(low * 100, ...seen)));
    const visible = (values: Float64Array): number[] =>
      [...values].map((value) => (value >= leastError ? value : NaN));
    const dots = (
      [
        ["bound", decay.bound],
        ["measured", decay.error],
      ] as const
    ).flatMap(([kind, y]) => (y >= low && y <= high ? [{ kind, x: temperature, y }] : []));
    return {
      x: logScale(least, most),
      y: logScale(low, high),
      formatX: (value) => String(value),
      formatY: power,
      xLabel: this.#shell.strings.smooth.decay.x,
      lines: [
        { kind: "bound", xs: temperatures, ys: visible(bounds) },
        { kind: "measured", xs: temperatures, ys: visible(errors) },
      ],
      now: temperature,
      dots,
    };
  }

  /** Three places that count. */
  #figure(value: number): string {
    if (!Number.isFinite(value)) return "∞";
    if (value === 0) return "0";
    if (value < 1e-4) return scientific(value);
    const digits = Math.min(6, Math.max(0, 2 - Math.floor(Math.log10(value))));
    return this.#numbers.fixed(value, digits);
  }
}

/** Room for the gradient as well, but not for all of it where it is steep. */
function gradientRoom(
  gradient: Float64Array,
  { low, high }: Picture["range"],
): { low: number; high: number } {
  const reach = 1.3;
  return {
    low: Math.min(low, Math.max(-reach, Math.min(...gradient) - 0.1)),
    high: Math.max(high, Math.min(reach, Math.max(...gradient) + 0.1)),
  };
}

const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** `10⁻³`, for the axis of a logarithmic scale. */
export function power(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (exponent === 0) return "1";
  if (exponent === 1) return "10";
  const digits = [...String(Math.abs(exponent))].map((digit) => superscripts[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

function scientific(value: number): string {
  const exponent = Math.floor(Math.log10(value));
  return `${(value / 10 ** exponent).toFixed(1)}·${power(10 ** exponent)}`;
}
