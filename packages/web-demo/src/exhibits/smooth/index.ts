import type { Exhibit, Shell } from "../../shell/exhibit.js";
import { format } from "../../shell/i18n.js";
import { Numbers } from "../../shell/numbers.js";
import { Parts } from "../../shell/parts.js";
import { readSettings } from "../../shell/urlState.js";
import {
  inputRange,
  lanes,
  mostOf,
  seedsCompared,
  type Settings,
  settingFields,
  stepOf,
  temperatureAt,
  temperatureRange,
} from "./config.js";
import { Fall } from "./curves/falling.js";
import type { DrawReply, DrawRequest } from "./curves/protocol.js";
import { CurvesView } from "./curves/view.js";
import { smoothMarkup } from "./markup.js";
import { type SettingGroup, SettingsForm } from "./settingsForm.js";
import "./smooth.css";
import type { TrainerReply, TrainerRequest, TrainerSettings } from "./trainer/protocol.js";
import { Seeds } from "./trainer/seeds.js";
import { initialState, reduce, type TrainerAction, type TrainerState, warmedUp } from "./trainer/state.js";
import { TrainerView } from "./trainer/view.js";

/** Hard functions beside their smooth stand-ins, and a classifier trained on its own score. */
export const exhibit: Exhibit = {
  id: "smooth",
  markup: smoothMarkup,
  mount(root, shell) {
    new SmoothExhibit(root, shell).show();
  },
};

/** How long nothing must change before the address follows, in milliseconds: browsers refuse many changes a second. */
const addressDelay = 250;

/** What each worker is for: curves and the training, which takes breath after every epoch; and ten trainings in a row, which do not wait for it. */
type Errand = "page" | "seeds";

class SmoothExhibit {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #form: SettingsForm;
  readonly #curves: CurvesView;
  readonly #trainer: TrainerView;
  readonly #seeds: Seeds;
  readonly #fall: Fall;
  readonly #workers = new Map<Errand, Worker>();
  #state: TrainerState = initialState;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(root: HTMLElement, shell: Shell) {
    const { smooth } = shell.strings;
    this.#shell = shell;
    this.#parts = new Parts(root);
    this.#numbers = new Numbers(document.documentElement.lang);
    this.#form = new SettingsForm(this.#parts, (group) => this.#settingsChanged(group));
    this.#curves = new CurvesView(this.#parts, shell, this.#numbers, {
      send: (request) => this.#send("page", request),
      onMove: (moved) => this.#change(moved),
    });
    this.#trainer = new TrainerView(this.#parts, shell, this.#numbers);
    this.#seeds = new Seeds(this.#parts, smooth.seeds, this.#numbers);
    this.#fall = new Fall(stepOf(temperatureRange.least), {
      step: (step) => this.#change({ temperature: temperatureAt(step) }),
      changed: (falls) => {
        this.#parts.get("fall").textContent = falls ? smooth.curves.stop : smooth.curves.fall;
      },
      nextFrame: (callback) => requestAnimationFrame(callback),
      isStill: () => matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
    shell.address.onChange(() => this.#follow());
    shell.left.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      this.#fall.stop();
      for (const errand of this.#workers.keys()) this.#endWorker(errand);
    });
    this.#listen();
  }

  /** From here on the controls work. */
  show(): void {
    this.#follow();
    for (const name of ["fall", "link", "compare"]) this.#parts.get(name, "button").disabled = false;
  }

  #listen(): void {
    const onClick = (name: string, action: () => void): void => {
      const button = this.#parts.get(name);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") action();
      });
    };
    onClick("primary", () => this.#primary());
    onClick("reset", () => this.#reset());
    onClick("retry", () => this.#retry());
    onClick("compare", () => this.#compare());
    onClick("link", () => void this.#copyLink());
    onClick("fall", () => {
      if (this.#fall.falls) this.#fall.stop();
      else {
        const { temperature, surrogate } = this.#form.read();
        this.#fall.start(stepOf(temperature), stepOf(mostOf(surrogate)));
      }
    });
    onClick("shuffle", () => this.#change({ inputs: otherInputs() }));
    onClick("tie", () => this.#change({ inputs: tiedInputs(this.#form.read().inputs) }));
    // Who takes the slider means to set the temperature.
    this.#parts.get("temperature").addEventListener("input", () => this.#fall.stop());
  }

  /** Does as the address says. */
  #follow(): void {
    const before = this.#form.read();
    const settings = readSettings(settingFields, this.#shell.address.read());
    this.#form.show(settings);
    this.#curves.show(this.#form.read());
    const isSame = trainerKey(settings) === trainerKey(before) && this.#state.set !== undefined;
    if (!isSame) this.#reset();
  }

  #settingsChanged(group: SettingGroup): void {
    if (group === "curves") this.#curves.show(this.#form.read());
    else if (group === "trainer") this.#reset();
    this.#writeLater();
  }

  /** Changes settings of the curves from elsewhere than their controls. */
  #change(changes: Partial<Settings>): void {
    const settings = { ...this.#form.read(), ...changes };
    this.#form.show(settings);
    this.#curves.show(this.#form.read());
    this.#writeLater();
  }

  #primary(): void {
    const { phase, run } = this.#state;
    if (phase === "running" || phase === "loading") {
      this.#dispatch({ type: "pause" });
      this.#send("page", { type: "pause", run });
    } else if (phase === "paused") {
      this.#dispatch({ type: "resume" });
      this.#send("page", { type: "resume", run });
    } else this.#train();
  }

  #train(): void {
    this.#parts.get("failure").hidden = true;
    this.#dispatch({ type: "start" });
    const { pace } = this.#form.read();
    this.#send("page", { type: "train", run: this.#state.run, settings: this.#trainerSettings(), pace });
  }

  /** Back to before the first epoch, with the points of the settings. */
  #reset(): void {
    this.#dispatch({ type: "reset" });
    if (this.#seeds.isRunning) this.#endWorker("seeds");
    this.#seeds.clear();
    this.#send("page", { type: "points", run: this.#state.run, settings: this.#trainerSettings() });
  }

  #retry(): void {
    this.#parts.get("failure").hidden = true;
    // The button goes away: the focus goes where the next thing to press is.
    this.#parts.get("primary").focus({ preventScroll: true });
    this.#endWorker("page");
    this.#curves.restart();
    this.#reset();
  }

  #compare(): void {
    if (this.#seeds.isRunning) {
      this.#endWorker("seeds");
      this.#seeds.stop();
      return;
    }
    const settings = this.#trainerSettings();
    const seeds = Array.from({ length: seedsCompared }, (_, i) => settings.seed + i);
    this.#send("seeds", { type: "compare", run: this.#seeds.begin(), settings, seeds });
  }

  #trainerSettings(): TrainerSettings {
    const { seed, positives, softness, warmUp, epochs } = this.#form.read();
    return { seed, positives, softness, warmUp, epochs };
  }

  #send(errand: Errand, request: DrawRequest | TrainerRequest): void {
    let worker = this.#workers.get(errand);
    if (!worker) {
      worker = this.#makeWorker(errand);
      this.#workers.set(errand, worker);
    }
    worker.postMessage(request, []);
  }

  #makeWorker(errand: Errand): Worker {
    const worker = new Worker(new URL("./smoothWorker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<DrawReply | TrainerReply>) => {
      if (this.#workers.get(errand) === worker) this.#take(errand, data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#workers.get(errand) !== worker) return;
      this.#endWorker(errand);
      const { error } = this.#shell.strings.smooth.trainer;
      this.#fail(errand, event.message ? format(error.broke, { reason: event.message }) : error.script);
    });
    return worker;
  }

  #endWorker(errand: Errand): void {
    this.#workers.get(errand)?.terminate();
    this.#workers.delete(errand);
  }

  #take(errand: Errand, reply: DrawReply | TrainerReply): void {
    if ("revision" in reply) {
      const { error } = this.#shell.strings.smooth.trainer;
      if (reply.type === "failed") this.#fail(errand, format(error.curves, { reason: reply.reason }));
      this.#curves.take(reply);
      return;
    }
    if (reply.type === "failed") {
      const { error } = this.#shell.strings.smooth.trainer;
      this.#fail(errand, format(error.broke, { reason: reply.reason }));
      return;
    }
    if (errand === "seeds") {
      const summary = this.#seeds.take(reply);
      if (summary !== undefined) {
        this.#shell.announce(summary, true);
        this.#endWorker("seeds");
      }
      return;
    }
    if (reply.type !== "seed" && reply.type !== "compared") this.#dispatch(reply);
  }

  #fail(errand: Errand, reason: string): void {
    if (errand === "seeds") this.#seeds.clear();
    else this.#dispatch({ type: "crash", reason });
    this.#parts.get("failure").hidden = false;
    this.#parts.get("failureText").textContent = reason;
  }

  #dispatch(action: TrainerAction): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    this.#trainer.show(this.#state, this.#form.read());
    if (this.#state !== before) this.#announce(before, this.#state);
  }

  #announce(before: TrainerState, after: TrainerState): void {
    const { live } = this.#shell.strings.smooth.trainer;
    const f1 = (value: number | undefined): string => this.#numbers.fixed(value ?? 0, 3);
    const [last, earlier] = [after.standings.at(-1), before.standings.at(-1)];
    if (after.phase === "finished" && before.phase !== "finished") {
      const values = { before: f1(warmedUp(after.standings)?.hardF1), after: f1(last?.hardF1) };
      this.#shell.announce(format(live.finished, values), true);
    } else if (last?.stage === "softF1" && earlier?.stage === "crossEntropy") {
      this.#shell.announce(format(live.crossEntropy, { f1: f1(warmedUp(after.standings)?.hardF1) }));
    }
  }

  #writeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#shell.address.write(this.#form.parameters()), addressDelay);
  }

  async #copyLink(): Promise<void> {
    clearTimeout(this.#timer);
    this.#shell.address.write(this.#form.parameters());
    const { copied, copyFailed } = this.#shell.strings.smooth.share;
    let message = copied;
    try {
      await navigator.clipboard.writeText(location.href);
    } catch {
      message = copyFailed;
    }
    this.#parts.get("shareMessage").textContent = message;
  }
}

/** Inputs drawn anew: for looking at, so any generator does. */
function otherInputs(): number[] {
  const { least, most, step } = inputRange;
  const steps = Math.round((most - least) / step);
  return Array.from({ length: lanes }, () =>
    Number((least + step * Math.floor(Math.random() * (steps + 1))).toFixed(2)),
  );
}

/** The second largest becomes as large as the largest. */
function tiedInputs(inputs: readonly number[]): number[] {
  const most = Math.max(...inputs);
  const rest = inputs.filter((value) => value !== most);
  const second = Math.max(...rest);
  return inputs.map((value) => (value === second ? most : value));
}

function trainerKey({ seed, positives, softness, warmUp, epochs }: Settings): string {
  return [seed, positives, softness, warmUp, epochs].join();
}
