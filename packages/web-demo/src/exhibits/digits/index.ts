import type { Exhibit, Shell } from "../../shell/exhibit.js";
import { download } from "../../shell/download.js";
import { format } from "../../shell/i18n.js";
import { Numbers } from "../../shell/numbers.js";
import { Parts } from "../../shell/parts.js";
import { showProgress } from "../../shell/progress.js";
import { readSettings } from "../../shell/urlState.js";
import { type Settings, settingFields } from "./config.js";
import "./digits.css";
import { Drawing } from "./drawing.js";
import { ErrorChart } from "./errorChart.js";
import { digitsMarkup } from "./markup.js";
import type { Progress, Reply, Request } from "./protocol.js";
import { SettingsForm } from "./settingsForm.js";
import { UnitsView } from "./unitsView.js";
import { VerdictView } from "./verdictView.js";

/** A network learns MNIST's digits in the page, and reads what the visitor draws. */
export const exhibit: Exhibit = {
  id: "digits",
  markup: digitsMarkup,
  mount(root, shell) {
    new DigitsExhibit(root, shell).show();
  },
};

type Phase = "idle" | "loading" | "running" | "pausing" | "paused" | "finished" | "error";

class DigitsExhibit {
  readonly #root: HTMLElement;
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #form: SettingsForm;
  readonly #drawing: Drawing;
  readonly #verdict: VerdictView;
  readonly #units: UnitsView;
  readonly #chart: ErrorChart;
  #worker: Worker | undefined;
  #phase: Phase = "idle";
  #run = 0;
  #progress: Progress | undefined;
  #accuracy: number | undefined;

  constructor(root: HTMLElement, shell: Shell) {
    const strings = shell.strings.digits;
    this.#root = root;
    this.#shell = shell;
    this.#parts = new Parts(root);
    this.#numbers = new Numbers(document.documentElement.lang);
    this.#form = new SettingsForm(this.#parts, () => shell.address.write(this.#form.parameters()));
    this.#drawing = new Drawing(this.#parts, strings.draw, this.#numbers, shell.palette, (image) => {
      if (this.#worker) this.#ask({ type: "read", image });
    });
    this.#verdict = new VerdictView(this.#parts, strings, this.#numbers, shell.palette);
    this.#units = new UnitsView(this.#parts, strings.units, shell.palette);
    this.#chart = new ErrorChart(this.#parts, strings.chart, this.#numbers, shell);
    const follow = (): void => this.#form.show(this.#addressed());
    follow();
    shell.address.onChange(follow);
    shell.left.addEventListener("abort", () => this.#endWorker());
    this.#onClick("primary", () => this.#primary());
    this.#onClick("reset", () => this.#reset());
    this.#onClick("retry", () => {
      // The button goes away: the focus goes where the next thing to press is.
      this.#parts.get("primary").focus({ preventScroll: true });
      this.#start();
    });
    this.#onClick("clear", () => this.#drawing.clear());
    this.#onClick("example", () => this.#ask({ type: "example" }));
    this.#onClick("save", () => this.#ask({ type: "save", run: this.#run }));
  }

  /** From here on the controls work. */
  show(): void {
    for (const name of ["primary", "clear", "example", "newSeed"])
      this.#parts.get(name, "button").disabled = false;
    this.#render();
  }

  #addressed(): Settings {
    return readSettings(settingFields, this.#shell.address.read());
  }

  #onClick(name: string, action: () => void): void {
    this.#parts.get(name).addEventListener("click", action);
  }

  #primary(): void {
    switch (this.#phase) {
      case "loading":
        this.#reset();
        return;
      case "running":
        this.#ask({ type: "pause", run: this.#run });
        this.#set("pausing");
        return;
      case "pausing":
        return;
      case "paused":
        this.#ask({ type: "resume", run: this.#run });
        return;
      case "idle":
      case "finished":
      case "error":
        this.#start();
    }
  }

  #start(): void {
    const settings = this.#form.read();
    this.#form.show(settings);
    this.#clear();
    this.#chart.begin(settings.epochs);
    this.#ask({ type: "start", run: ++this.#run, settings });
    this.#set("loading");
    this.#drawing.readAgain();
  }

  #reset(): void {
    this.#endWorker();
    this.#clear();
    this.#set("idle");
  }

  #clear(): void {
    this.#progress = undefined;
    this.#accuracy = undefined;
    this.#verdict.clear();
    this.#units.clear();
    this.#drawing.forgetAnswer();
    this.#chart.begin(this.#form.read().epochs);
    for (const name of ["loss", "parameters"]) this.#parts.get(name).textContent = "–";
    this.#parts.get("accuracyLabel").textContent = this.#shell.strings.digits.figures.accuracyNone;
  }

  #ask(request: Request): void {
    this.#worker ??= this.#makeWorker();
    this.#worker.postMessage(request, []);
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #makeWorker(): Worker {
    const worker = new Worker(new URL("./digitsWorker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (this.#worker === worker) this.#take(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#worker === worker) this.#fail(event.message);
    });
    return worker;
  }

  #take(reply: Reply): void {
    if ("run" in reply && reply.run !== this.#run) return;
    const { figures } = this.#shell.strings.digits;
    switch (reply.type) {
      case "loading":
        return;
      case "ready":
        this.#parts.get("parameters").textContent = this.#numbers.whole(reply.parameters);
        this.#parts.get("accuracyLabel").textContent = format(figures.accuracy, {
          heldOut: this.#numbers.whole(reply.heldOut),
        });
        this.#set("running");
        return;
      case "progress":
        this.#progress = reply.progress;
        this.#parts.get("loss").textContent = this.#numbers.fixed(reply.progress.loss, 3);
        this.#render();
        return;
      case "picture":
        this.#units.show(reply.weights, reply.units);
        return;
      case "verdict":
        this.#accuracy = reply.verdict.accuracy;
        this.#verdict.show(reply.verdict);
        this.#chart.add(reply.epoch, reply.verdict.accuracy);
        return;
      case "paused":
        this.#set("paused");
        return;
      case "resumed":
        this.#set("running");
        return;
      case "finished":
        this.#set("finished");
        return;
      case "failed":
        this.#fail(reply.reason);
        return;
      case "answer":
        this.#drawing.showAnswer(reply.probabilities);
        return;
      case "example":
        this.#drawing.showExample(reply.pixels, reply.label);
        return;
      case "file":
        download(reply.bytes, "digits.safetensors");
        return;
    }
  }

  #fail(reason: string): void {
    this.#endWorker();
    this.#drawing.forgetAnswer();
    this.#parts.get("failureText").textContent = reason;
    this.#set("error");
  }

  #set(phase: Phase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#render();
    const { digits } = this.#shell.strings;
    const percent = this.#numbers.fixed(100 * (this.#accuracy ?? 0), 1);
    // A failure speaks for itself: its element is an alert.
    if (phase === "finished") this.#shell.announce(format(digits.finished, { percent }), true);
    else if (phase !== "error") this.#shell.announce(digits.phase[phase], true);
  }

  #render(): void {
    const { phase: phases, transport, count } = this.#shell.strings.digits;
    const phase = this.#phase;
    this.#root.dataset["phase"] = phase;
    this.#parts.get("status").textContent = phases[phase];
    this.#parts.get("failure").hidden = phase !== "error";
    this.#parts.get("primary").textContent = {
      idle: transport.start,
      loading: transport.cancel,
      running: transport.pause,
      pausing: transport.pausing,
      paused: transport.resume,
      finished: transport.again,
      error: transport.again,
    }[phase];
    this.#parts.get("reset", "button").disabled = phase === "idle";
    const trained = phase === "paused" || phase === "finished";
    this.#parts.get("save", "button").disabled = !trained;
    const { epoch = 0, epochs = 1, imagesPerSecond = 0 } = this.#progress ?? {};
    const text = this.#progress
      ? format(count, {
          epoch: this.#numbers.whole(Math.max(1, Math.ceil(epoch))),
          epochs,
          speed: this.#numbers.whole(imagesPerSecond),
        })
      : "";
    this.#parts.get("count").textContent = text;
    const fraction = phase === "loading" ? undefined : epoch / epochs;
    showProgress(this.#parts.get("progress"), fraction, text || phases[phase]);
  }
}
