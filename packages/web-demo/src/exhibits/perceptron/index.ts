import type { Exhibit, Shell } from "../../shell/exhibit.js";
import { format } from "../../shell/i18n.js";
import { Numbers } from "../../shell/numbers.js";
import { Parts } from "../../shell/parts.js";
import { readSettings, writeSettings } from "../../shell/urlState.js";
import { isRegression, isTruthTable } from "./catalogue.js";
import { isSameRun, limits, type Settings, settingFields, consistent } from "./config.js";
import { makePoints, type Split } from "./dataSets.js";
import { Diagram } from "./diagram.js";
import { type LessonId, lessonSettings } from "./lesson.js";
import { LossChart } from "./lossChart.js";
import { perceptronMarkup } from "./markup.js";
import { type OwnPoint, packPoints, snap, unpackPoints } from "./ownPoints.js";
import "./perceptron.css";
import { Plane } from "./plane.js";
import type { Frame, Reply, Request } from "./protocol.js";
import { SettingsForm, withLayers, withWidth } from "./settingsForm.js";
import { shadeOf, unitShade } from "./shade.js";
import { type Action, initialState, reduce, type State } from "./state.js";
import { taskOf } from "./task.js";
import { drawThumbnails } from "./thumbnails.js";
import { verdictOf } from "./verdict.js";
import { View } from "./view.js";
import { nameOf, type UnitPlace, wiringOf } from "./wiring.js";

/** A neuron and networks of them, learning before one's eyes to tell points of the plane apart. */
export const exhibit: Exhibit = {
  id: "perceptron",
  markup: perceptronMarkup,
  mount(root, shell) {
    new PerceptronExhibit(root, shell).show();
  },
};

class PerceptronExhibit {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers = new Numbers(document.documentElement.lang);
  readonly #form: SettingsForm;
  readonly #view: View;
  readonly #plane: Plane;
  readonly #diagram: Diagram;
  readonly #chart: LossChart;
  #settings: Settings = readSettings(settingFields, new URLSearchParams());
  #points: Split;
  #state: State = initialState;
  #worker: Worker | undefined;
  /** The unit whose picture is shown large. */
  #picked: UnitPlace | undefined;

  constructor(root: HTMLElement, shell: Shell) {
    const strings = shell.strings.perceptron;
    const numbers = this.#numbers;
    this.#shell = shell;
    this.#parts = new Parts(root);
    this.#form = new SettingsForm(root, () => this.#choose(this.#form.read()));
    this.#view = new View(this.#parts, strings, numbers);
    this.#plane = new Plane(this.#parts, shell.palette, shell.left, {
      add: (x, y, other) => this.#addPoint(x, y, other),
      remove: (x, y) => this.#removePoint(x, y),
    });
    this.#diagram = new Diagram(this.#parts, shell.palette, strings, numbers, shell.left, (place) => {
      this.#picked = place;
      this.#draw();
    });
    this.#chart = new LossChart(this.#parts.get("chart"), shell, strings.result, numbers);
    this.#points = makePoints(this.#settings);
    drawThumbnails(root, shell.palette);
    shell.palette.onChange(() => drawThumbnails(root, shell.palette));
    shell.address.onChange(() => this.#choose(readSettings(settingFields, shell.address.read())));
    shell.left.addEventListener("abort", () => this.#endWorker());
    this.#listen(root);
  }

  /** From here on the controls work. */
  show(): void {
    const settings = readSettings(settingFields, this.#shell.address.read());
    this.#settings = consistent(settings);
    this.#begin();
    this.#render();
  }

  #listen(root: HTMLElement): void {
    const onClick = (button: HTMLElement, action: () => void): void =>
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") action();
      });
    const part = (name: string, action: () => void): void => onClick(this.#parts.get(name), action);
    part("primary", () => this.#primary());
    part("step", () => this.#send({ type: "step", run: this.#state.run }));
    part("reset", () => this.#begin(false));
    part("retry", () => {
      // The button goes away: the focus goes where the next thing to press is.
      this.#parts.get("primary").focus({ preventScroll: true });
      this.#begin(true);
    });
    part("clear", () => this.#choose({ ...this.#settings, points: "" }));
    const setLayers = (layers: readonly number[]): void => this.#choose({ ...this.#settings, layers });
    part("addLayer", () => setLayers(withLayers(this.#settings.layers, this.#settings.layers.length + 1)));
    part("removeLayer", () => setLayers(withLayers(this.#settings.layers, this.#settings.layers.length - 1)));
    for (const [name, by] of [
      ["less", -1],
      ["more", 1],
    ] as const) {
      for (const button of root.querySelectorAll<HTMLElement>(`[data-${name}]`)) {
        const layer = Number(button.dataset[name]);
        onClick(button, () => {
          const { layers } = this.#settings;
          setLayers(withWidth(layers, layer, layers[layer]! + by));
        });
      }
    }
    for (const button of root.querySelectorAll<HTMLElement>("[data-lesson]")) {
      onClick(button, () => {
        this.#choose(lessonSettings(button.dataset["lesson"] as LessonId), true);
      });
    }
    const bias = this.#parts.get("bias", "input");
    bias.addEventListener("input", () => {
      this.#send({ type: "bias", run: this.#state.run, value: Number(bias.value) });
    });
  }

  /** Takes over settings, and what follows from them. */
  #choose(chosen: Settings, go?: boolean): void {
    const before = this.#settings;
    const settings = consistent(chosen);
    this.#settings = settings;
    this.#shell.address.write(writeSettings(settingFields, settings));
    if (go !== undefined || !isSameRun(before, settings)) this.#begin(go);
    else if (this.#state.phase === "running") this.#go();
    this.#render();
  }

  /** Another task for the worker. What ran goes on with it, unless that is said otherwise. */
  #begin(go?: boolean): void {
    const settings = this.#settings;
    this.#points = makePoints(settings);
    this.#form.show(settings);
    const regression = isRegression(settings.data);
    this.#plane.showPoints(this.#points, regression);
    this.#diagram.arrange(wiringOf(settings));
    const empty = this.#points.train.targets.length === 0;
    this.#dispatch({ type: "begin", ...(empty ? { go: false } : go !== undefined && { go }) });
    this.#send({ type: "begin", run: this.#state.run, task: taskOf(settings, this.#points) });
  }

  #primary(): void {
    const { phase, wanted, frame, end } = this.#state;
    if (wanted) {
      this.#send({ type: "pause", run: this.#state.run });
      this.#dispatch({ type: "pause" });
      return;
    }
    const over = phase === "finished" && (end !== "limit" || frame!.epoch >= this.#settings.epochs);
    if (over || phase === "error") this.#begin(true);
    else if (phase === "loading") this.#dispatch({ type: "run" });
    else {
      this.#dispatch({ type: "run" });
      this.#go();
    }
  }

  #go(): void {
    const { epochs, pace } = this.#settings;
    this.#send({ type: "run", run: this.#state.run, epochs, pace });
  }

  #send(request: Request): void {
    this.#worker ??= this.#makeWorker();
    this.#worker.postMessage(request, []);
  }

  #makeWorker(): Worker {
    const worker = new Worker(new URL("./perceptronWorker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (this.#worker === worker) this.#dispatch(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      this.#endWorker();
      this.#dispatch({ type: "crash", reason: event.message || undefined });
    });
    return worker;
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #dispatch(action: Action): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state === before) return;
    if (action.type === "ready" && this.#state.phase === "running") this.#go();
    this.#render();
    if (this.#state.phase === "finished" && before.phase !== "finished") {
      const { live } = this.#shell.strings.perceptron;
      const status = this.#parts.get("status").textContent ?? "";
      this.#shell.announce(format(live.done, { status, verdict: this.#verdict() }), true);
    }
  }

  #verdict(): string {
    const { strings } = this.#shell;
    const points = this.#points.train.targets.length;
    return verdictOf(this.#settings, this.#state, points, strings.perceptron, this.#numbers);
  }

  #render(): void {
    const [settings, state] = [this.#settings, this.#state];
    const { train, test } = this.#points;
    this.#form.mark(settings, isTruthTable(settings.data), isRegression(settings.data));
    this.#view.show({ settings, state, points: { train: train.targets.length, test: test.targets.length } });
    this.#chart.show(state.curve);
    this.#plane.label(format(this.#shell.strings.perceptron.plane.label, { summary: this.#verdict() }));
    if (state.phase === "loading" || !state.frame) return;
    const { learner, view, data } = settings;
    this.#diagram.show(state.frame, shadeOf(learner, isRegression(data), view));
    this.#draw();
  }

  /** The plane, as the output or the unit that is pointed at has it. */
  #draw(): void {
    const { frame, phase } = this.#state;
    if (!frame || phase === "loading") return;
    const { learner, view, data, activation } = this.#settings;
    const regression = isRegression(data);
    const wiring = wiringOf(this.#settings);
    const unit = this.#picked && this.#picked.layer < wiring.widths.length ? this.#picked : undefined;
    const picture = unit && pictureOf(frame, unit);
    const shows = this.#parts.get("shows");
    shows.hidden = !picture;
    if (unit) {
      const { plane, network } = this.#shell.strings.perceptron;
      shows.textContent = format(plane.shows, { unit: nameOf(wiring, unit, network) });
    }
    const backdrop = picture
      ? { values: picture, shade: unitShade(picture, activation === "sigmoid"), boundary: false }
      : { values: frame.plane, shade: shadeOf(learner, regression, view), boundary: !regression };
    this.#plane.showBackdrop(backdrop, frame.wrong, frame.at);
  }

  #addPoint(x: number, y: number, otherClass: boolean): void {
    const { plane } = this.#shell.strings.perceptron;
    const own = unpackPoints(this.#settings.points);
    if (own.length >= limits.own) {
      this.#parts.get("planeMessage").textContent = plane.full;
      return;
    }
    const brush = this.#parts.root.querySelector<HTMLInputElement>("[name=brush]:checked")?.value;
    const target: OwnPoint["target"] = (brush === "second") !== otherClass ? 1 : -1;
    const point = { x: snap(x), y: snap(y), target };
    this.#choose({ ...this.#settings, points: packPoints([...own, point]) });
    this.#parts.get("planeMessage").textContent = format(plane.added, {
      kind: target < 0 ? plane.first : plane.second,
      x: x.toFixed(1),
      y: y.toFixed(1),
    });
  }

  /** Takes away the visitor's own point that is nearest. */
  #removePoint(x: number, y: number): void {
    const own = unpackPoints(this.#settings.points);
    const distance = (point: OwnPoint): number => (point.x - x) ** 2 + (point.y - y) ** 2;
    const [nearest] = own.toSorted((a, b) => distance(a) - distance(b));
    if (!nearest) return;
    this.#choose({ ...this.#settings, points: packPoints(own.filter((point) => point !== nearest)) });
    this.#parts.get("planeMessage").textContent = this.#shell.strings.perceptron.plane.removed;
  }
}

/** What a hidden unit answers over the plane. */
function pictureOf({ units }: Frame, { layer, unit }: UnitPlace): Float32Array | undefined {
  const places = limits.thumbnail ** 2;
  const picture = units[layer]?.subarray(unit * places, (unit + 1) * places);
  return picture?.length === places ? picture : undefined;
}
