import type { Exhibit, Shell } from "../../shell/exhibit.js";
import { download } from "../../shell/download.js";
import { format } from "../../shell/i18n.js";
import { Numbers } from "../../shell/numbers.js";
import { Parts } from "../../shell/parts.js";
import { readSettings } from "../../shell/urlState.js";
import { AnswersView } from "./answersView.js";
import bundledUrl from "./brownVectors.safetensors?url";
import { Completion } from "./completion.js";
import {
  mapSettingsOf,
  questionsOf,
  type RunConfig,
  runConfigOf,
  sameRun,
  type Settings,
  settingFields,
  shapesRun,
  type VectorSource,
} from "./config.js";
import { fileFormats } from "./engine.js";
import { exampleFor } from "./examples.js";
import { LossChart } from "./lossChart.js";
import { MapRoom } from "./mapRoom.js";
import { word2vecMarkup } from "./markup.js";
import { OwnText } from "./ownText.js";
import type { Answers, Reply, Request, TextSource, TrainingReply, WordList } from "./protocol.js";
import { SettingsForm } from "./settingsForm.js";
import { type Action, initialState, isBusy, reduce, type State } from "./state.js";
import { primaryAction, renderTraining } from "./view.js";
import "./word2vec.css";

/** Word vectors: asked questions, and trained while one watches. */
export const exhibit: Exhibit = {
  id: "word2vec",
  markup: word2vecMarkup,
  mount(root, shell) {
    new Word2VecExhibit(root, shell).show();
  },
};

class Word2VecExhibit {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #form: SettingsForm;
  readonly #ownText: OwnText;
  readonly #room: MapRoom;
  readonly #answersView: AnswersView;
  readonly #completion: Completion;
  readonly #chart: LossChart;
  #worker: Worker | undefined;
  #state: State = initialState;
  /** What the training under way, or done, was started with. */
  #running: RunConfig | undefined;
  #lists: Partial<Record<VectorSource, WordList>> = {};
  /** The list whose map and answers are there. */
  #shown: WordList | undefined;
  #bundledFailed = false;
  #answers: Answers | undefined;
  #revision = 0;

  constructor(root: HTMLElement, shell: Shell) {
    const strings = shell.strings.word2vec;
    this.#shell = shell;
    this.#parts = new Parts(root);
    this.#numbers = new Numbers(document.documentElement.lang);
    this.#form = new SettingsForm(root, (name) => this.#settingsChanged(name));
    const choose = (word: string): void => this.#choose(word);
    this.#room = new MapRoom(this.#parts, shell, this.#numbers, choose);
    this.#answersView = new AnswersView(this.#parts, strings, this.#numbers, {
      choose,
      hover: (word) => this.#room.point(word),
    });
    const fields = ["word", "a", "b", "c"].map((name) =>
      root.querySelector<HTMLInputElement>(`[name=${name}]`)!,
    );
    this.#completion = new Completion(this.#parts.get("completions"), fields);
    this.#chart = new LossChart(this.#parts.get("chart"), shell, strings.chart, this.#numbers);
    this.#ownText = new OwnText(this.#parts, strings.own, this.#numbers, () => this.#clearFailure());
    shell.address.onChange(() => this.#follow());
    shell.left.addEventListener("abort", () => this.#worker?.terminate());
    const onClick = (name: string, action: () => void): void => {
      const button = this.#parts.get(name, "button");
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") action();
      });
    };
    onClick("primary", () => this.#primary());
    onClick("stop", () => this.#stop());
    onClick("retry", () => this.#retry());
    onClick("newSeed", () => {
      this.#form.change({ seed: Math.floor(Math.random() * 1_000_000) });
      this.#settingsChanged("seed");
    });
    for (const name of fileFormats) {
      onClick(`save-${name}`, () => this.#send({ type: "save", run: this.#state.run, format: name }));
    }
    onClick("link", () => void this.#copyLink());
  }

  /** From here on the controls work. */
  show(): void {
    this.#follow();
    this.#parts.get("link", "button").disabled = false;
  }

  /** Does as the address says. */
  #follow(): void {
    this.#form.show(readSettings(settingFields, this.#shell.address.read()));
    this.#turnTo(this.#form.read().vectors);
  }

  #settingsChanged(name: keyof Settings): void {
    this.#shell.address.write(this.#form.parameters());
    if (name === "vectors") this.#turnTo(this.#form.read().vectors);
    else if (name === "find") this.#accent();
    else if (!shapesRun(name) || name === "seed") this.#look();
    this.#render();
  }

  /** A word becomes the one whose neighbours are shown. */
  #choose(word: string): void {
    this.#form.change({ word });
    this.#settingsChanged("word");
  }

  /** Other vectors are looked at. */
  #turnTo(vectors: VectorSource): void {
    const list = this.#lists[vectors];
    if (!list || list !== this.#shown) {
      this.#shown = list;
      this.#answers = undefined;
      this.#answersView.clear();
      this.#room.begin(list);
      this.#completion.begin(list?.words ?? []);
    }
    if (list) this.#adapt(list, vectors);
    this.#look();
    this.#explain();
    this.#accent();
    this.#render();
  }

  /** Questions with words that are not there give way to some that are. */
  #adapt(list: WordList, vectors: VectorSource): void {
    const corpus = vectors === "trained" ? this.#running?.corpus : undefined;
    this.#form.change(exampleFor(this.#form.read(), list.words, corpus));
    this.#shell.address.write(this.#form.parameters());
  }

  /** Tells the worker what is to be seen. */
  #look(): void {
    const settings = this.#form.read();
    const { vectors, seed } = settings;
    // The worker is fetched when there is something to look at.
    if (vectors === "trained" && !this.#worker) return;
    this.#revision++;
    // What is shown answers what is asked when both are the same.
    this.#parts.root.dataset["asked"] = String(this.#revision);
    const look = {
      revision: this.#revision,
      vectors,
      questions: questionsOf(settings),
      map: mapSettingsOf(settings),
      pace: settings.pace,
      seed,
    };
    this.#send({ type: "look", look, bundledUrl: new URL(bundledUrl, document.baseURI).href });
  }

  #primary(): void {
    const { run } = this.#state;
    switch (primaryAction(this.#state)) {
      case "start":
        this.#start();
        return;
      case "pause":
        this.#send({ type: "pause", run });
        this.#dispatch({ type: "pause" });
        return;
      case "resume":
        this.#send({ type: "resume", run });
        this.#dispatch({ type: "resume" });
        return;
      case "cancel":
        this.#stop();
        return;
      case undefined:
        return;
    }
  }

  #stop(): void {
    const wasLoading = this.#state.phase === "loading";
    this.#send({ type: "stop", run: this.#state.run });
    this.#dispatch({ type: "stop" });
    if (wasLoading) this.#explain();
  }

  #start(): void {
    const settings = this.#form.read();
    const source = this.#source(settings);
    if (!source) {
      this.#parts.get("ownMessage").textContent = this.#shell.strings.word2vec.own.missing;
      this.#parts.get("ownText").focus();
      return;
    }
    // Of a planted corpus, one wants to see what was planted.
    const showsPairs = settings.corpus === "planted" && settings.show === "frequent";
    this.#form.change({ vectors: "trained", ...(showsPairs ? { show: "pairs", relation: "capital" } : {}) });
    this.#shell.address.write(this.#form.parameters());
    this.#running = runConfigOf(settings);
    delete this.#lists.trained;
    this.#chart.begin(settings.epochs);
    this.#parts.get("takeMessage").textContent = "";
    this.#dispatch({ type: "start" });
    this.#send({ type: "train", run: this.#state.run, config: this.#running, source });
    this.#turnTo("trained");
  }

  #source({ corpus }: Settings): TextSource | undefined {
    if (corpus === "planted") return { kind: "planted" };
    if (corpus === "shakespeare") {
      return { kind: "url", url: new URL("tinyshakespeare.txt", document.baseURI).href };
    }
    const text = this.#ownText.current;
    return text === undefined ? undefined : { kind: "own", text };
  }

  #retry(): void {
    this.#parts.get("primary").focus({ preventScroll: true });
    if (this.#bundledFailed) {
      this.#clearFailure();
      this.#turnTo(this.#form.read().vectors);
    } else this.#start();
  }

  #clearFailure(): void {
    this.#bundledFailed = false;
    if (this.#state.phase !== "error") this.#fail(undefined);
  }

  #send(request: Request): void {
    this.#worker ??= this.#makeWorker();
    this.#worker.postMessage(request, []);
  }

  #makeWorker(): Worker {
    const worker = new Worker(new URL("./word2vecWorker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (this.#worker === worker) this.#take(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      worker.terminate();
      this.#worker = undefined;
      this.#lists = {};
      const { error } = this.#shell.strings.word2vec;
      const reason = event.message ? format(error.broke, { reason: event.message }) : error.script;
      const wasBusy = isBusy(this.#state);
      this.#dispatch({ type: "crash", reason });
      if (!wasBusy) this.#failBundled(reason);
    });
    return worker;
  }

  #take(reply: Reply): void {
    if ("run" in reply) {
      if (reply.run === this.#state.run) this.#takeTraining(reply);
      return;
    }
    const { error } = this.#shell.strings.word2vec;
    const { vectors } = this.#form.read();
    switch (reply.type) {
      case "fetching":
        this.#explain();
        return;
      case "unavailable":
        this.#failBundled(format(error.bundled, { reason: reply.reason }));
        return;
      case "words":
        this.#lists[reply.vectors] = reply.list;
        if (reply.vectors === vectors) this.#turnTo(vectors);
        return;
      case "answers":
        if (reply.revision === this.#revision && reply.vectors === vectors) this.#takeAnswers(reply.answers);
        return;
      case "frame":
        // One of an earlier look is right until the next one comes: the worker draws what is new, and no more.
        if (reply.vectors === vectors) {
          const wantsLayout = this.#form.read().projection === "umap";
          this.#room.show(reply.frame, wantsLayout && vectors === "trained" && isBusy(this.#state));
        }
        return;
      case "questionFailed":
        if (reply.revision === this.#revision) this.#fail(format(error.question, { reason: reply.reason }));
        return;
    }
  }

  #takeAnswers(answers: Answers): void {
    const before = this.#answers?.neighbours.list;
    this.#answers = answers;
    this.#parts.root.dataset["answered"] = String(this.#revision);
    const list = this.#lists[this.#form.read().vectors];
    this.#answersView.show(answers, list?.words.length ?? 0);
    this.#accent();
    const after = answers.neighbours.list;
    const spoken = (scores: typeof before): string => (scores ?? []).map(({ word }) => word).join(", ");
    if (after.length === 0 || spoken(after) === spoken(before)) return;
    const words = spoken(after.slice(0, 5));
    const { neighbours } = this.#shell.strings.word2vec.live;
    this.#shell.announce(format(neighbours, { word: this.#form.read().word, words }));
  }

  #takeTraining(reply: TrainingReply): void {
    if (reply.type === "file") {
      this.#save(reply);
      return;
    }
    if (reply.type === "progress") this.#chart.push(reply.event);
    this.#dispatch(
      reply.type === "failed"
        ? { ...reply, reason: format(this.#shell.strings.word2vec.error.training, { reason: reply.reason }) }
        : reply,
    );
    if (reply.type === "failed") this.#explain();
  }

  #dispatch(action: Action): void {
    const before = this.#state;
    this.#state = reduce(before, action);
    if (this.#state === before) return;
    this.#render();
    const { phase, event } = this.#state;
    const { live, phase: phases } = this.#shell.strings.word2vec;
    if (phase !== before.phase) {
      // A failure speaks for itself: its element is an alert.
      if (["paused", "finished", "stopped"].includes(phase)) this.#shell.announce(phases[phase], true);
    } else if (event && event !== before.event) {
      const { epoch, epochs, loss } = event;
      this.#shell.announce(format(live.progress, { epoch, epochs, loss: this.#numbers.fixed(loss, 2) }));
    }
  }

  #failBundled(reason: string): void {
    this.#bundledFailed = true;
    this.#fail(reason);
    this.#explain();
  }

  /** A failure that is none of the training's. */
  #fail(reason: string | undefined): void {
    this.#parts.get("failure").hidden = reason === undefined;
    this.#parts.get("failureText").textContent = reason ?? "";
  }

  /** Why there is no map. */
  #explain(): void {
    const { vectors } = this.#form.read();
    if (this.#lists[vectors]) return;
    const { map } = this.#shell.strings.word2vec;
    const waits = isBusy(this.#state) ? map.reading : map.untrained;
    this.#room.explain(vectors === "trained" ? waits : this.#bundledFailed ? map.empty : map.fetching);
  }

  #accent(): void {
    this.#room.accent(this.#form.read(), this.#answers);
  }

  #render(): void {
    const settings = this.#form.read();
    const { root } = this.#parts;
    root.dataset["show"] = settings.show;
    root.dataset["corpus"] = settings.corpus;
    root.dataset["objective"] = settings.objective;
    const pending = this.#running !== undefined && !sameRun(this.#running, runConfigOf(settings));
    const epochs = this.#running?.epochs ?? settings.epochs;
    const around = { epochs, pending, isWatched: settings.pace === "watch" };
    const other = this.#state.phase !== "error" && !this.#parts.get("failure").hidden;
    const reason = this.#parts.get("failureText").textContent ?? "";
    renderTraining(this.#parts, this.#state, around, this.#shell.strings.word2vec, this.#numbers);
    if (other && this.#bundledFailed) this.#fail(reason);
  }

  #save({ format: kind, bytes }: Extract<Reply, { type: "file" }>): void {
    const { corpus = "own", dim = 0 } = this.#running ?? {};
    const { fileName, saved } = this.#shell.strings.word2vec.take;
    const name = format(fileName[kind], { corpus, dim });
    download(bytes, name);
    const values = { name, bytes: this.#numbers.bytes(bytes.byteLength) };
    this.#parts.get("takeMessage").textContent = format(saved, values);
  }

  async #copyLink(): Promise<void> {
    const { copied, copyFailed } = this.#shell.strings.word2vec.take;
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
