import type { Exhibit, Shell } from "../../shell/exhibit.js";
import { download } from "../../shell/download.js";
import { format } from "../../shell/i18n.js";
import { Numbers } from "../../shell/numbers.js";
import { Parts } from "../../shell/parts.js";
import { showProgress } from "../../shell/progress.js";
import { readSettings, writeSettings } from "../../shell/urlState.js";
import type { TokenizerId } from "./catalogue.js";
import { Comparison, type Row } from "./comparison.js";
import { limits, type Settings, settingFields } from "./config.js";
import { tokenizerMarkup } from "./markup.js";
import { fileFormats, type Reply, type Request, type TokenSpan } from "./protocol.js";
import { samples } from "./samples.js";
import { SettingsForm } from "./settingsForm.js";
import { Source } from "./source.js";
import { packText, unpackText } from "./textLink.js";
import { TokenList } from "./tokenList.js";
import "./tokenizer.css";
import { TrainerView } from "./trainer.js";

/** Text as a language model reads it, and a tokenizer trained before one's eyes. */
export const exhibit: Exhibit = {
  id: "tokenizer",
  markup: tokenizerMarkup,
  mount(root, shell) {
    void new TokenizerExhibit(root, shell).show();
  },
};

/** How long nothing must change before the address follows, in milliseconds. */
const addressDelay = 300;

class TokenizerExhibit {
  readonly #shell: Shell;
  readonly #parts: Parts;
  readonly #numbers: Numbers;
  readonly #form: SettingsForm;
  readonly #source: Source;
  readonly #tokens: TokenList;
  readonly #comparison: Comparison;
  readonly #trainer: TrainerView;
  #worker: Worker | undefined;
  #revision = 0;
  #run = 0;
  #rows = new Map<TokenizerId, Row>();
  #shown: { tokenizer: TokenizerId; total: number; bytes: number; span: TokenSpan } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the address says of the text, and of which text it says so. */
  #packed: { text: string; packed: string | undefined } = { text: "", packed: "" };

  constructor(root: HTMLElement, shell: Shell) {
    const strings = shell.strings.tokenizer;
    this.#shell = shell;
    this.#parts = new Parts(root);
    this.#numbers = new Numbers(document.documentElement.lang);
    this.#form = new SettingsForm(root, (name) => this.#settingsChanged(name));
    this.#source = new Source(this.#parts, strings.text, this.#numbers, () => this.#read());
    this.#tokens = new TokenList(this.#parts, strings, this.#numbers);
    this.#comparison = new Comparison(root, strings, this.#numbers);
    this.#trainer = new TrainerView(this.#parts, strings.train, this.#numbers);
    shell.address.onChange(() => void this.#follow());
    shell.left.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      this.#endWorker();
    });
    const onClick = (name: string, action: () => void): void => {
      const button = this.#parts.get(name);
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") action();
      });
    };
    onClick("retry", () => {
      this.#parts.get("encoding").focus({ preventScroll: true });
      this.#endWorker();
      this.#read();
    });
    onClick("train", () => this.#train());
    for (const name of fileFormats) {
      onClick(`save-${name}`, () => this.#send({ type: "save", run: this.#run, format: name }));
    }
    onClick("earlier", () => this.#turn(-limits.drawn));
    onClick("later", () => this.#turn(limits.drawn));
    onClick("link", () => void this.#copyLink());
  }

  /** From here on the controls work. */
  async show(): Promise<void> {
    await this.#follow();
    this.#trainer.render();
    this.#parts.get("link", "button").disabled = false;
  }

  /** Does as the address says. */
  async #follow(): Promise<void> {
    const settings = readSettings(settingFields, this.#shell.address.read());
    this.#form.show(settings);
    const text = settings.text === "" ? undefined : await unpackText(settings.text, limits.unpacked);
    if (this.#shell.left.aborted) return;
    this.#source.show(text ?? samples[settings.sample]);
    this.#packed = { text: this.#source.text, packed: text === undefined ? "" : settings.text };
    this.#read();
  }

  #settingsChanged(name: string): void {
    if (name === "spaces") this.#drawTokens();
    else if (["encoding", "compare", "policy"].includes(name)) this.#read();
    this.#writeLater();
  }

  /** Has the text read anew, by whom the settings say. */
  #read(): void {
    const { encoding, compare, policy } = this.#form.read();
    this.#revision++;
    // Figures stay until there are new ones: they would flicker with every key.
    const wanted = new Set<TokenizerId>([encoding, ...compare]);
    for (const [id, row] of this.#rows) {
      if (!wanted.has(id) || row.reason !== undefined) this.#rows.delete(id);
    }
    this.#parts.get("failure").hidden = true;
    const { text } = this.#source;
    this.#send({ type: "read", revision: this.#revision, text, tokenizer: encoding, compare, policy });
    this.#writeLater();
    this.#render();
  }

  #turn(by: number): void {
    const from = (this.#shown?.span.from ?? 0) + by;
    this.#send({ type: "show", revision: this.#revision, from: Math.max(0, from) });
  }

  #train(): void {
    if (this.#trainer.isBusy) {
      this.#send({ type: "stop", run: this.#run });
      return;
    }
    const { source, size, pace } = this.#form.read();
    const { text } = this.#source;
    this.#run++;
    this.#trainer.begin();
    const url = new URL("tinyshakespeare.txt", document.baseURI).href;
    this.#send({
      type: "train",
      run: this.#run,
      source: source === "text" ? { text } : { url },
      probe: text.slice(0, limits.probe),
      size,
      pace,
    });
  }

  #send(request: Request): void {
    this.#worker ??= this.#makeWorker();
    this.#worker.postMessage(request, []);
  }

  #makeWorker(): Worker {
    const worker = new Worker(new URL("./tokenizerWorker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      if (this.#worker === worker) this.#take(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      if (this.#worker !== worker) return;
      this.#endWorker();
      const { error } = this.#shell.strings.tokenizer;
      this.#fail(event.message ? format(error.broke, { reason: event.message }) : error.script);
    });
    return worker;
  }

  #endWorker(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rows.clear();
  }

  #take(reply: Reply): void {
    if ("run" in reply) {
      if (reply.run === this.#run) this.#takeTraining(reply);
      return;
    }
    if ("revision" in reply && reply.revision !== this.#revision) return;
    switch (reply.type) {
      case "loading":
        this.#rows.set(reply.tokenizer, { loading: true });
        break;
      case "loaded":
        this.#rows.set(reply.tokenizer, {});
        break;
      case "unavailable":
      case "refused":
        this.#rows.set(reply.tokenizer, { reason: reply.reason });
        this.#refuse(reply);
        break;
      case "tokens":
        this.#shown = reply;
        this.#drawTokens();
        break;
      case "counted": {
        const { count, milliseconds } = reply;
        this.#rows.set(reply.tokenizer, { count, milliseconds });
        break;
      }
    }
    this.#render();
  }

  #refuse({ type, tokenizer, reason }: Reply & { type: "unavailable" | "refused" }): void {
    const main = this.#form.read().encoding;
    if (tokenizer !== main) return;
    this.#shown = undefined;
    this.#tokens.clear();
    const { error, status } = this.#shell.strings.tokenizer;
    if (tokenizer === "own" && type === "unavailable") this.#fail(status.untrained);
    else
      this.#fail(
        format(type === "refused" ? error.refused : error.encoding, { reason, encoding: tokenizer }),
      );
  }

  #takeTraining(reply: Extract<Reply, { run: number }>): void {
    if (reply.type === "file") {
      const { fileName } = this.#shell.strings.tokenizer.train;
      download(reply.bytes, fileName[reply.format]);
      return;
    }
    this.#trainer.take(reply);
    if (reply.type !== "trained") return;
    this.#shell.announce(this.#parts.get("trainMessage").textContent ?? "", true);
    this.#form.show({ ...this.#form.read(), encoding: "own" });
    this.#read();
  }

  #fail(message: string): void {
    this.#parts.get("failure").hidden = false;
    this.#parts.get("failureText").textContent = message;
    this.#render();
  }

  #drawTokens(): void {
    if (!this.#shown) return;
    const { spaces } = this.#form.read();
    this.#tokens.show(this.#source.text, this.#shown.span, spaces === "shown");
    const { total, span } = this.#shown;
    this.#parts.get("pages").hidden = total <= limits.drawn;
    const [first, last] = [span.from + 1, span.from + span.ids.length];
    const whole = (value: number): string => this.#numbers.whole(value);
    const { range } = this.#shell.strings.tokenizer.tokens;
    this.#parts.get("range").textContent = format(range, {
      first: whole(first),
      last: whole(last),
      all: whole(total),
    });
    this.#parts.get("earlier", "button").disabled = span.from === 0;
    this.#parts.get("later", "button").disabled = last >= total;
  }

  #render(): void {
    const { encoding, compare } = this.#form.read();
    const strings = this.#shell.strings.tokenizer;
    const failed = !this.#parts.get("failure").hidden;
    const isLoading = this.#rows.get(encoding)?.loading === true;
    const isShown = this.#shown?.tokenizer === encoding;
    const phase = failed ? "error" : isLoading ? "loading" : isShown ? "finished" : "running";
    this.#parts.root.dataset["phase"] = phase;
    const status = format(strings.status[phase], { encoding: encoding === "own" ? strings.own : encoding });
    if (this.#parts.get("status").textContent !== status) this.#parts.get("status").textContent = status;
    showProgress(this.#parts.get("progress"), phase === "loading" ? undefined : 1, status);
    const total = this.#shown ? this.#numbers.whole(this.#shown.total) : "–";
    this.#parts.get("total").textContent = total;
    const wanted = new Set<TokenizerId>([encoding, ...compare]);
    this.#comparison.show(this.#rows, wanted, encoding, this.#shown?.bytes ?? 0);
  }

  #writeLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#write(), addressDelay);
  }

  /** Settings and text go into the address; a text that is too long for it stays out. */
  async #write(): Promise<void> {
    const { text, sample } = this.#source;
    if (this.#packed.text !== text) {
      // What can not fit is not packed: that would take its time.
      const packed = text.length <= limits.unpacked ? await packText(text) : undefined;
      if (text !== this.#source.text) return;
      this.#packed = { text, packed };
    }
    const fits = this.#packed.packed !== undefined && this.#packed.packed.length <= limits.packed;
    const settings: Settings = {
      ...this.#form.read(),
      sample: sample ?? settingFields.sample.fallback,
      text: sample === undefined && fits ? this.#packed.packed! : "",
    };
    this.#shell.address.write(writeSettings(settingFields, settings));
    const { hint, tooLong } = this.#shell.strings.tokenizer.share;
    this.#parts.get("shareMessage").textContent = sample === undefined && !fits ? tooLong : hint;
  }

  async #copyLink(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#write();
    const message = this.#parts.get("shareMessage");
    const { copied, copyFailed, tooLong } = this.#shell.strings.tokenizer.share;
    if (message.textContent === tooLong) return;
    try {
      await navigator.clipboard.writeText(location.href);
      message.textContent = copied;
    } catch {
      message.textContent = copyFailed;
    }
  }
}
