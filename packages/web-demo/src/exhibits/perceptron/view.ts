import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import { showProgress } from "../../shell/progress.js";
import { isNeuron, isRegression, isTruthTable } from "./catalogue.js";
import { limits, type Settings } from "./config.js";
import { lessonOf } from "./lesson.js";
import type { Frame, Quality } from "./protocol.js";
import { accuracyOf } from "./quality.js";
import type { State } from "./state.js";
import type { perceptronStrings } from "./strings.js";
import { isHopeless, isSolved, verdictOf } from "./verdict.js";
import { biasReach, sumOf, wiringOf } from "./wiring.js";

/** What the view is made from. */
export interface Shown {
  readonly settings: Settings;
  readonly state: State;
  /** How many points are trained on, and how many are held out. */
  readonly points: { readonly train: number; readonly test: number };
}

type Words = typeof perceptronStrings;

/** Writes all that is text: status, figures, tables, labels. Pictures have their own files. */
export class View {
  readonly #parts: Parts;
  readonly #strings: Words;
  readonly #numbers: Numbers;

  constructor(parts: Parts, strings: Words, numbers: Numbers) {
    this.#parts = parts;
    this.#strings = strings;
    this.#numbers = numbers;
  }

  show(shown: Shown): void {
    this.#showTransport(shown);
    this.#showLesson(shown);
    this.#showSettings(shown);
    this.#showFigures(shown);
    const { phase, failure } = shown.state;
    const { error } = this.#strings;
    this.#hide("failure", phase !== "error");
    if (phase === "error") {
      this.#text("failureText", failure ? format(error.broke, { reason: failure }) : error.script);
    }
  }

  #text(name: string, value: string): void {
    const element = this.#parts.get(name);
    if (element.textContent !== value) element.textContent = value;
  }

  #hide(name: string, hidden: boolean): void {
    const element = this.#parts.get(name);
    if (element.hidden !== hidden) element.hidden = hidden;
  }

  /** Buttons stay focusable, for who just pressed one. */
  #enable(name: string, enabled: boolean): void {
    const button = this.#parts.get(name, "button");
    button.disabled = false;
    button.setAttribute("aria-disabled", String(!enabled));
  }

  #showTransport({ settings, state, points }: Shown): void {
    const { phase, frame, wanted, end } = state;
    const { transport, phase: phases } = this.#strings;
    const root = this.#parts.root;
    root.dataset["phase"] = phase;
    root.toggleAttribute("data-solved", isSolved(state));
    const status =
      points.train === 0
        ? phases.empty
        : end === "converged"
          ? phases.converged
          : end === "diverged"
            ? phases.diverged
            : end === "limit" && isHopeless(settings)
              ? phases.never
              : phases[phase];
    this.#text("status", status);
    const epoch = (phase !== "loading" && frame?.epoch) || 0;
    const { epochs } = settings;
    this.#text(
      "count",
      format(transport.epoch, { epoch: this.#numbers.whole(epoch), epochs: this.#numbers.whole(epochs) }),
    );
    this.#parts.get("count").dataset["epoch"] = String(epoch);
    showProgress(
      this.#parts.get("progress"),
      Math.min(1, epoch / epochs),
      this.#parts.get("count").textContent,
    );
    const over = phase === "finished" && (end !== "limit" || epoch >= epochs);
    this.#text(
      "primary",
      wanted
        ? transport.pause
        : phase === "error"
          ? transport.retry
          : over
            ? transport.again
            : epoch > 0
              ? transport.goOn
              : transport.run,
    );
    this.#enable("primary", points.train > 0);
    this.#enable(
      "step",
      points.train > 0 && !wanted && phase !== "loading" && phase !== "error" && end !== "diverged",
    );
    this.#enable("reset", phase !== "loading" && phase !== "idle");
  }

  #showLesson({ settings, state, points }: Shown): void {
    const { lesson } = this.#strings;
    const step = lessonOf(settings);
    this.#text("lessonText", step ? lesson.text[step] : lesson.own);
    for (const button of this.#parts.root.querySelectorAll<HTMLElement>("[data-lesson]")) {
      if (button.dataset["lesson"] === step) button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
    }
    const verdict = verdictOf(settings, state, points.train, this.#strings, this.#numbers);
    const element = this.#parts.get("verdict");
    // While it runs the sentence changes many times a second: that is not for a screen reader.
    const speaks = state.phase === "running" ? "off" : "polite";
    if (element.getAttribute("aria-live") !== speaks) element.setAttribute("aria-live", speaks);
    this.#text("verdict", verdict);
  }

  #showSettings({ settings, state, points }: Shown): void {
    const { data, network, plane } = this.#strings;
    const { learner, layers, noise, held } = settings;
    const regression = isRegression(settings.data);
    this.#text("noiseValue", `${noise} %`);
    this.#text("heldValue", `${held} %`);
    const counted = format(data.points, points);
    this.#text("points", isTruthTable(settings.data) ? `${counted}. ${data.heldNone}` : counted);
    this.#text("about", regression && learner === "delta" ? network.classesOnly : network.about[learner]);
    this.#hide("layers", isNeuron(learner));
    this.#text("layerCount", String(layers.length));
    this.#enable("addLayer", layers.length < limits.mostLayers);
    this.#enable("removeLayer", layers.length > 0);
    for (const group of this.#parts.root.querySelectorAll<HTMLElement>("[data-width]")) {
      const layer = Number(group.dataset["width"]);
      const width = layers[layer];
      group.hidden = width === undefined;
      if (width === undefined) continue;
      group.querySelector("b")!.textContent = String(width);
      const [less, more] = group.querySelectorAll("button");
      less!.setAttribute("aria-label", format(network.removeUnit, { layer: layer + 1 }));
      more!.setAttribute("aria-label", format(network.addUnit, { layer: layer + 1 }));
      less!.setAttribute("aria-disabled", String(width <= 1));
      more!.setAttribute("aria-disabled", String(width >= limits.mostUnits));
    }
    this.#hide("biasBox", !isNeuron(learner));
    this.#enable("clear", settings.points !== "");
    this.#text("keyFirst", regression ? plane.keyLow : plane.keyFirst);
    this.#text("keySecond", regression ? plane.keyHigh : plane.keySecond);
    if (isNeuron(learner) && state.frame?.layers.length === 1)
      this.#showBias(settings, state.frame, regression);
  }

  #showBias(settings: Settings, frame: Frame, regression: boolean): void {
    const bias = frame.layers[0]!.biases[0]!;
    const slider = this.#parts.get("bias", "input");
    const text = `${bias < 0 ? "−" : ""}${this.#numbers.fixed(Math.abs(bias), 2)}`;
    this.#text("biasValue", text);
    // The visitor's hand is on it.
    if (!slider.matches(":active")) {
      const reach = biasReach(frame.layers[0]!);
      // Where keys move it, the ends stay where they are.
      if (!slider.matches(":focus") || Math.abs(bias) > Number(slider.max)) {
        slider.min = String(-reach);
        slider.max = String(reach);
        slider.step = String(reach / 100);
      }
      slider.value = String(bias);
    }
    slider.setAttribute("aria-valuetext", text);
    const { network } = this.#strings;
    const wiring = wiringOf(settings);
    if (frame.layers[0]!.inputs !== wiring.features.length) return;
    const sum = sumOf(wiring, frame.layers, { layer: 0, unit: 0 }, network, this.#numbers);
    this.#text("rule", regression ? `${network.output} = ${sum}` : format(network.rule, { sum }));
  }

  #showFigures({ settings, state }: Shown): void {
    const frame = state.phase === "loading" ? undefined : state.frame;
    const { result } = this.#strings;
    const { learner } = settings;
    const regression = isRegression(settings.data);
    this.#text("lossLabel", regression ? result.loss.regression : result.loss[learner]);
    this.#pair("loss", frame, ({ loss }) => (Number.isFinite(loss) ? this.#numbers.fixed(loss, 3) : "∞"));
    this.#text("rightLabel", regression ? result.rSquared : result.accuracy);
    this.#pair("right", frame, ({ confusion, rSquared }) => {
      if (!confusion) return rSquared === undefined ? "–" : this.#numbers.fixed(rSquared, 3);
      const share = accuracyOf(confusion);
      return Number.isNaN(share) ? "–" : `${this.#numbers.fixed(100 * share, 1)} %`;
    });
    for (const set of ["train", "test"] as const) this.#confusion(set, frame?.[set]);
    this.#showMistakes(learner === "perceptron", frame, state.end);
    const note = this.#parts.root.querySelectorAll<HTMLElement>(
      "[data-figure=loss] small, [data-figure=right] small",
    );
    for (const element of note) element.hidden = frame?.test === undefined;
  }

  #pair(name: string, frame: Frame | undefined, say: (quality: Quality) => string): void {
    this.#text(name, frame ? say(frame.train) : "–");
    this.#text(`${name}Test`, frame?.test ? say(frame.test) : "");
  }

  #showMistakes(applies: boolean, frame: Frame | undefined, end: State["end"]): void {
    const { result } = this.#strings;
    for (const figure of this.#parts.root.querySelectorAll<HTMLElement>(
      "[data-figure=mistakes], [data-figure=bound]",
    )) {
      figure.hidden = !applies;
    }
    if (!applies) return;
    const { total = 0, epoch, bound } = frame?.mistakes ?? {};
    const pending = end === "converged" ? result.boundMoved : result.boundPending;
    const whole = (value: number): string => this.#numbers.whole(value);
    this.#text("mistakes", whole(total));
    this.#text("mistakesNote", epoch === undefined ? "" : `${whole(epoch)} ${result.mistakesEpoch}`);
    // Rounded down: mistakes are whole. A hair more than whole is whole.
    this.#text("bound", bound ? whole(Math.floor(bound.most + 1e-9)) : "–");
    this.#text(
      "boundNote",
      bound
        ? format(result.boundHint, {
            radius: this.#numbers.fixed(bound.radius, 2),
            margin: this.#numbers.fixed(bound.margin, 3),
          })
        : pending,
    );
  }

  #confusion(set: "train" | "test", quality: Quality | undefined): void {
    const { result } = this.#strings;
    this.#hide(`${set}Confusion`, !quality?.confusion);
    if (!quality?.confusion) return;
    this.#text(`${set}Caption`, format(result.confusion, { set: result[set] }));
    quality.confusion.forEach((row, given) =>
      row.forEach((count, answered) => this.#text(`${set}${given}${answered}`, this.#numbers.whole(count))),
    );
  }
}
