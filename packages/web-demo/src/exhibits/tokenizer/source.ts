import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import { type SampleId, sampleIds } from "./catalogue.js";
import { limits } from "./config.js";
import { samples } from "./samples.js";

/** Where the text comes from: a sample, the keyboard, the clipboard, a file. */
export class Source {
  readonly #field: HTMLTextAreaElement;
  readonly #file: HTMLInputElement;
  readonly #message: HTMLElement;
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #strings: Strings["tokenizer"]["text"];
  readonly #numbers: Numbers;
  readonly #onChange: () => void;
  /** The whole text, also where the field shows its beginning only. */
  text = "";
  /** The sample that the text is, if it is one. */
  sample: SampleId | undefined;

  constructor(parts: Parts, strings: Strings["tokenizer"]["text"], numbers: Numbers, onChange: () => void) {
    this.#field = parts.get("text", "textarea");
    this.#file = parts.get("file", "input");
    this.#message = parts.get("textMessage");
    this.#buttons = [...parts.get("samples").querySelectorAll("button")];
    this.#strings = strings;
    this.#numbers = numbers;
    this.#onChange = onChange;
    this.#field.addEventListener("input", () => this.take(this.#field.value));
    this.#field.addEventListener("paste", (event) => this.#paste(event));
    this.#file.addEventListener("change", () => void this.#read());
    parts.get("clear").addEventListener("click", () => {
      this.take("");
      this.#field.focus();
    });
    for (const button of this.#buttons) {
      button.addEventListener("click", () => this.take(samples[button.dataset["sample"] as SampleId]));
    }
  }

  /** A text, as if it had been typed. */
  take(text: string): void {
    this.show(text);
    this.#onChange();
  }

  show(text: string): void {
    const isTooLong = text.length > limits.text;
    this.text = isTooLong ? text.slice(0, limits.text) : text;
    this.sample = sampleIds.find((id) => samples[id] === this.text);
    for (const button of this.#buttons) {
      button.ariaPressed = String(button.dataset["sample"] === this.sample);
    }
    const isCut = this.text.length > limits.field;
    const shown = isCut ? this.text.slice(0, limits.field) : this.text;
    // Writing the same would move the caret.
    if (this.#field.value !== shown) this.#field.value = shown;
    this.#field.readOnly = isCut;
    this.#message.textContent = isCut ? this.#cutMessage(isTooLong) : "";
  }

  #cutMessage(isTooLong: boolean): string {
    const [all, shown] = [this.text.length, limits.field].map((value) => this.#numbers.whole(value));
    return format(isTooLong ? this.#strings.tooLong : this.#strings.cut, { all: all!, shown: shown! });
  }

  /** A long text never enters the field, where it would take the browser seconds. */
  #paste(event: ClipboardEvent): void {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    if (pasted.length <= limits.field || this.#field.readOnly) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = this.#field;
    this.take(this.text.slice(0, selectionStart) + pasted + this.text.slice(selectionEnd));
  }

  async #read(): Promise<void> {
    const [chosen] = this.#file.files ?? [];
    if (!chosen) return;
    try {
      this.take(await chosen.text());
    } catch {
      this.#message.textContent = this.#strings.unreadable;
    }
  }
}
