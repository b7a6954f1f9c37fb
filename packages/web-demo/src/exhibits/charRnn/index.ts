import type { Exhibit, Shell } from "../../shell/exhibit.js";
import { download } from "../../shell/download.js";
import { format } from "../../shell/i18n.js";
import { Numbers } from "../../shell/numbers.js";
import { readSettings } from "../../shell/urlState.js";
import "./charRnn.css";
import { type RunConfig, runConfigOf, sameRun, settingFields, voiceOf } from "./config.js";
import { Curve } from "./curve.js";
import { scriptBytes, showFacts } from "./facts.js";
import { HeatMap } from "./heatMap.js";
import { LossChart } from "./lossChart.js";
import { charRnnMarkup } from "./markup.js";
import { OwnText } from "./ownText.js";
import { Paper } from "./paper.js";
import { Parts } from "../../shell/parts.js";
import type { Reply, Request } from "./protocol.js";
import { SettingsForm } from "./settingsForm.js";
import { type Action, initialState, reduce, type State } from "./state.js";
import { render } from "./view.js";

/** A character-level recurrent network that learns to write while one watches. */
export const exhibit: Exhibit = {
  id: "charRnn",
  markup: charRnnMarkup,
  mount(root, shell) {
    new CharRnnExhibit(root, shell).show();
  },
};

class CharRnnExhibit {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #curve = new Curve();
  readonly #chart: LossChart;
  readonly #heat: HeatMap;
  readonly #paper: Paper;
  readonly #form: SettingsForm;
  readonly #ownText: OwnText;
  readonly #recordedNotebook: readonly Node[];
  #state: State = initialState;
  #worker: Worker | undefined;
  /** What the run under way was started with. */
  #running: { config: RunConfig; ownText: string | undefined } | undefined;
  #stopAskedAt: number | undefined;
  #stopMs: number | undefined;

  constructor(root: HTMLElement, shell: Shell) {
    this.#shell = shell;
    this.#parts = new Parts(root);
    this.#numbers = new Numbers(document.documentElement.lang);
    const strings = shell.strings.charRnn;
    const calm = matchMedia("(prefers-reduced-motion: reduce)");
    const parts = this.#parts;

    this.#form = new SettingsForm(parts, () => this.#settingsChanged());
    this.#form.show(readSettings(settingFields, shell.address.read()));
    shell.address.onChange(() => {
      this.#form.show(readSettings(settingFields, shell.address.read()));
      this.#settingsChanged();
    });
    this.#ownText = new OwnText(parts, strings.own, this.#numbers, () => {
      this.#start();
      parts.root.scrollIntoView({ behavior: calm.matches ? "auto" : "smooth" });
    });
    this.#paper = new Paper(parts.get("paper"), parts.get("lines"), () => calm.matches);
    this.#heat = new HeatMap(parts, shell.palette, strings.heat, () => calm.matches);
    this.#chart = new LossChart(
      parts.get("chart"),
      this.#curve,
      this.#form.read().steps,
      shell,
      strings.chart,
      this.#numbers,
    );

    shell.left.addEventListener("abort", () => this.#worker?.terminate());
    this.#recordedNotebook = [...parts.get("notebook").childNodes];
    const onClick = (name: string, action: () => void): void => {
      const button = parts.get(name);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") action();
      });
    };
    onClick("primary", () => this.#primary());
    onClick("retry", () => {
      // The button goes away: the focus goes where the next thing to press is.
      parts.get("primary").focus({ preventScroll: true });
      this.#start();
    });
    onClick("step", () => this.#step());
    onClick("reset", () => this.#reset());
    onClick("write", () => this.#write());
    onClick("download", () => this.#send({ type: "export", run: this.#state.run }));
    onClick("copy", () => void this.#copyLink());
  }

  /** From here on the controls work. */
  show(): void {
    this.#render();
  }

  #primary(): void {
    const { phase, writing } = this.#state;
    if (phase === "running" || writing) this.#stop();
    else if (phase === "loading") this.#reset();
    else if (phase === "paused") this.#resume();
    else if (phase !== "pausing") this.#start();
  }

  #start(only?: "step"): void {
    const settings = this.#form.read();
    const ownText = this.#ownText.current;
    this.#running = { config: runConfigOf(settings), ownText };
    this.#clear();
    this.#dispatch({ type: "start" });
    this.#send({
      type: "start",
      run: this.#state.run,
      config: this.#running.config,
      voice: voiceOf(settings),
      source:
        ownText === undefined
          ? { kind: "shakespeare", url: new URL("tinyshakespeare.txt", document.baseURI).href }
          : { kind: "own", text: ownText },
      ...(only ? { only } : {}),
    });
  }

  #resume(only?: "step"): void {
    this.#stopMs = undefined;
    this.#dispatch({ type: "resume" });
    this.#send({ type: "resume", run: this.#state.run, ...(only ? { only } : {}) });
  }

  #step(): void {
    if (this.#state.phase === "idle") this.#start("step");
    else this.#resume("step");
  }

  #stop(): void {
    this.#stopAskedAt = performance.now();
    this.#send({ type: "stop", run: this.#state.run });
    this.#dispatch({ type: "stop" });
  }

  #reset(): void {
    this.#running = undefined;
    this.#dispatch({ type: "reset" });
    this.#clear();
    this.#paper.showRecording();
    this.#parts.get("notebook").replaceChildren(...this.#recordedNotebook);
    this.#render();
    if (this.#worker) this.#send({ type: "reset", run: this.#state.run });
  }

  #write(): void {
    this.#dispatch({ type: "write" });
    this.#send({ type: "voice", run: this.#state.run, voice: voiceOf(this.#form.read()), again: true });
  }

  #settingsChanged(): void {
    this.#shell.address.write(this.#form.parameters());
    if (this.#state.facts) {
      this.#send({ type: "voice", run: this.#state.run, voice: voiceOf(this.#form.read()), again: false });
    }
    if (!this.#running) this.#frameChart();
    this.#render();
  }

  /** Empties curve, paper, notebook and picture for a new run. */
  #clear(): void {
    this.#curve.clear();
    this.#paper.clear();
    this.#heat.clear();
    this.#parts.get("notebook").replaceChildren();
    this.#parts.get("takeMessage").textContent = this.#shell.strings.charRnn.take.none;
    this.#stopMs = undefined;
    this.#frameChart();
  }

  #frameChart(): void {
    const { steps } = this.#running?.config ?? this.#form.read();
    this.#chart.frame(steps, this.#comparable);
  }

  get #comparable(): boolean {
    return (this.#running ? this.#running.ownText : this.#ownText.current) === undefined;
  }

  #send(request: Request): void {
    this.#worker ??= this.#makeWorker();
    this.#worker.postMessage(request, []);
  }

  #makeWorker(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      // A worker that failed to load, or broke, is of no more use: the next start makes another.
      worker.terminate();
      this.#worker = undefined;
      this.#dispatch({ type: "crash", reason: event.message || undefined });
    });
    return worker;
  }

  #receive(reply: Reply): void {
    if (reply.run !== this.#state.run) return;
    switch (reply.type) {
      case "progress":
        this.#curve.push(reply.step, reply.bitsPerCharacter, reply.heldOut);
        this.#chart.update();
        break;
      case "prompt":
        this.#paper.begin(reply.text, reply.step);
        break;
      case "written":
        this.#paper.append(reply.text, reply.step);
        break;
      case "states":
        this.#heat.show(reply);
        break;
      case "milestone":
        this.#note(reply.step, reply.bitsPerCharacter, reply.text);
        break;
      case "weights":
        this.#save(reply.bytes, reply.step);
        break;
      case "finished":
        this.#curve.measure(reply.heldOut);
        this.#chart.update();
        break;
      case "stopped":
        this.#paper.rest();
        if (this.#stopAskedAt !== undefined) {
          this.#stopMs = performance.now() - this.#stopAskedAt;
          this.#stopAskedAt = undefined;
          this.#parts.root.dataset["stopMs"] = this.#stopMs.toFixed(1);
        }
        break;
      case "loading":
      case "ready":
      case "training":
      case "writing":
      case "evaluating":
      case "failed":
        break;
    }
    this.#dispatch(reply);
  }

  #dispatch(action: Action): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state === before) return;
    this.#render();
    this.#announce(before, this.#state);
    if (before.facts !== this.#state.facts || before.memoryBytes !== this.#state.memoryBytes) {
      showFacts(
        this.#parts.get("facts"),
        this.#state,
        scriptBytes(),
        this.#shell.strings.charRnn.facts,
        this.#numbers,
      );
    }
    if (before.progress === undefined && this.#state.progress)
      this.#parts.get("takeMessage").textContent = "";
  }

  #render(): void {
    const settings = this.#form.read();
    const running = this.#running;
    const around = {
      steps: running?.config.steps ?? settings.steps,
      pending: running !== undefined && !sameRun(running.config, runConfigOf(settings)),
      comparable: this.#comparable,
      stopMs: this.#stopMs,
    };
    render(this.#parts, this.#state, around, this.#shell.strings.charRnn, this.#numbers);
  }

  #announce(before: State, { phase, progress, heldOut, failure }: State): void {
    const { live, phase: phases } = this.#shell.strings.charRnn;
    if (phase !== before.phase) {
      const finished =
        phase === "finished" && heldOut !== undefined
          ? format(live.finished, { bits: this.#numbers.fixed(heldOut, 2) })
          : undefined;
      // A failure speaks for itself: its element is an alert.
      if (!failure && phase !== "pausing") this.#shell.announce(finished ?? phases[phase], true);
      return;
    }
    if (progress && progress !== before.progress) {
      const { step, steps, bitsPerCharacter } = progress;
      this.#shell.announce(
        format(live.progress, { step, steps, bits: this.#numbers.fixed(bitsPerCharacter, 2) }),
      );
    }
  }

  /** Adds a row to the notebook. */
  #note(step: number, bits: number, text: string): void {
    const row = document.createElement("tr");
    for (const value of [
      this.#numbers.whole(step),
      this.#numbers.fixed(bits, 2),
      text.replaceAll("\n", " "),
    ]) {
      const cell = document.createElement("td");
      cell.textContent = value;
      row.append(cell);
    }
    this.#parts.get("notebook").append(row);
  }

  #save(bytes: Uint8Array<ArrayBuffer>, step: number): void {
    const config = this.#running?.config;
    if (!config) return;
    const name = format(this.#shell.strings.charRnn.take.fileName, {
      cell: config.cell,
      hidden: config.hidden,
      step,
    });
    download(bytes, name);
    this.#parts.get("takeMessage").textContent = `${name}, ${this.#numbers.bytes(bytes.byteLength)}`;
  }

  async #copyLink(): Promise<void> {
    const { copied, copyFailed } = this.#shell.strings.charRnn.settings;
    this.#shell.address.write(this.#form.parameters());
    const message = this.#parts.get("takeMessage");
    try {
      await navigator.clipboard.writeText(location.href);
      message.textContent = copied;
    } catch {
      message.textContent = copyFailed;
    }
  }
}
