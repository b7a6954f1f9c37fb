import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import { limits } from "./config.js";
import { fileFormats, type Merge, type TrainingReply } from "./protocol.js";
import { glyphsOf, readable } from "./visible.js";

export type TrainerPhase = "idle" | "reading" | "merging" | "trained" | "stopped" | "failed";

/** The part of the page where a tokenizer is trained: the merges as they come, and the probe's count. */
export class TrainerView {
  readonly #parts: Parts;
  readonly #strings: Strings["tokenizer"]["train"];
  readonly #numbers: Numbers;
  readonly #body: HTMLElement;
  phase: TrainerPhase = "idle";
  #merges = 0;

  constructor(parts: Parts, strings: Strings["tokenizer"]["train"], numbers: Numbers) {
    this.#parts = parts;
    this.#strings = strings;
    this.#numbers = numbers;
    this.#body = parts.get("merges");
  }

  get isBusy(): boolean {
    return this.phase === "reading" || this.phase === "merging";
  }

  /** A new training: what the last one left goes. */
  begin(): void {
    this.#body.replaceChildren();
    this.#merges = 0;
    this.#set("reading", this.#strings.reading);
    const probe = this.#parts.get("probe");
    probe.textContent = "–";
    probe.toggleAttribute("data-empty", true);
    this.#parts.get("mergesMessage").textContent = this.#strings.none;
  }

  take(reply: TrainingReply): void {
    const whole = (value: number): string => this.#numbers.whole(value);
    switch (reply.type) {
      case "reading":
        return;
      case "merged":
        this.#merge(reply.merges, reply.probe);
        this.#set(
          "merging",
          format(this.#strings.learning, { step: whole(this.#merges), steps: whole(reply.steps) }),
        );
        return;
      case "trained": {
        const { trained, trainedIn } = this.#strings;
        // What was slowed down to be watched says nothing of speed.
        const template = reply.milliseconds === undefined ? trained : trainedIn;
        const ms = whole(reply.milliseconds ?? 0);
        this.#set("trained", format(template, { size: whole(reply.size), ms }));
        return;
      }
      case "stopped":
        this.#set("stopped", this.#strings.stopped);
        return;
      case "trainingFailed":
        this.#set("failed", format(this.#strings.failed, { reason: reply.reason }));
        return;
    }
  }

  #merge(merges: readonly Merge[], probe: number): void {
    const fragment = document.createDocumentFragment();
    for (const merge of merges.slice(-limits.merges).reverse()) fragment.append(this.#row(merge));
    this.#body.prepend(fragment);
    while (this.#body.children.length > limits.merges) this.#body.lastElementChild!.remove();
    this.#merges = merges.at(-1)?.step ?? this.#merges;
    const count = this.#parts.get("probe");
    count.textContent = this.#numbers.whole(probe);
    count.toggleAttribute("data-empty", false);
    const shown = Math.min(this.#merges, limits.merges);
    this.#parts.get("mergesMessage").textContent =
      this.#merges > shown
        ? format(this.#strings.shown, {
            shown: this.#numbers.whole(shown),
            all: this.#numbers.whole(this.#merges),
          })
        : "";
  }

  #row({ step, left, right, count }: Merge): HTMLElement {
    const row = document.createElement("tr");
    const cell = (text: string): HTMLElement => {
      const element = document.createElement("td");
      element.textContent = text;
      return element;
    };
    const merge = document.createElement("td");
    merge.className = "merge";
    merge.append(piece(left, "c0"), " + ", piece(right, "c1"), " → ", piece(joined(left, right), "c2"));
    row.append(cell(this.#numbers.whole(step)), merge, cell(this.#numbers.whole(count)));
    return row;
  }

  #set(phase: TrainerPhase, message: string): void {
    this.phase = phase;
    this.#parts.get("trainMessage").textContent = message;
    this.render();
  }

  render(): void {
    const button = this.#parts.get("train", "button");
    button.disabled = false;
    button.textContent = this.isBusy
      ? this.#strings.stop
      : this.phase === "idle"
        ? this.#strings.start
        : this.#strings.again;
    for (const name of fileFormats) {
      const save = this.#parts.get(`save-${name}`, "button");
      save.disabled = false;
      save.setAttribute("aria-disabled", String(this.phase !== "trained"));
    }
  }
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}

function piece(bytes: Uint8Array, colour: string): HTMLElement {
  const element = document.createElement("span");
  element.className = `token ${colour}`;
  element.textContent = glyphsOf(readable(bytes))
    .map(({ text }) => text)
    .join("");
  return element;
}
