import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Parts } from "../../shell/parts.js";
import { limits } from "./config.js";

type OwnStrings = Strings["word2vec"]["own"];

/** A text that visitors bring: pasted, chosen as a file, or dropped on the panel. */
export class OwnText {
  readonly #area: HTMLTextAreaElement;
  readonly #message: HTMLElement;
  readonly #strings: OwnStrings;
  readonly #numbers: Numbers;
  readonly #onChange: () => void;
  /** The text; undefined while there is none that can be trained on. */
  current: string | undefined;

  constructor(parts: Parts, strings: OwnStrings, numbers: Numbers, onChange: () => void) {
    this.#area = parts.get("ownText", "textarea");
    this.#message = parts.get("ownMessage");
    this.#strings = strings;
    this.#numbers = numbers;
    this.#onChange = onChange;
    const panel = parts.get("own");
    const file = parts.get("ownFile", "input");
    this.#area.addEventListener("input", () => {
      file.value = "";
      this.#take(this.#area.value, strings.pasted);
    });
    file.addEventListener("change", () => void this.#read(file.files?.[0]));
    panel.addEventListener("dragover", (event) => {
      event.preventDefault();
      panel.classList.add("over");
    });
    panel.addEventListener("dragleave", () => panel.classList.remove("over"));
    panel.addEventListener("drop", (event) => {
      event.preventDefault();
      panel.classList.remove("over");
      const dropped = event.dataTransfer;
      if (dropped?.files[0]) void this.#read(dropped.files[0]);
      else if (dropped) {
        this.#area.value = dropped.getData("text/plain");
        this.#take(this.#area.value, strings.pasted);
      }
    });
  }

  async #read(file: File | undefined): Promise<void> {
    if (!file) return;
    if (file.size > 3 * limits.mostText) {
      this.#refuse(format(this.#strings.tooLong, { most: this.#numbers.whole(limits.mostText) }));
      return;
    }
    try {
      const text = await file.text();
      // A text area would take its time with a large file.
      this.#area.value = "";
      this.#take(text, file.name);
    } catch {
      this.#refuse(this.#strings.unreadable);
    }
  }

  #take(text: string, name: string): void {
    const { leastText, mostText } = limits;
    const count = this.#numbers.whole(text.length);
    const say = (template: string): string =>
      format(template, {
        name,
        count,
        least: this.#numbers.whole(leastText),
        most: this.#numbers.whole(mostText),
      });
    if (text.length < leastText) this.#refuse(text === "" ? "" : say(this.#strings.tooShort));
    else if (text.length > mostText) this.#refuse(say(this.#strings.tooLong));
    else {
      this.current = text;
      this.#message.textContent = say(this.#strings.ready);
      this.#onChange();
    }
  }

  #refuse(message: string): void {
    this.current = undefined;
    this.#message.textContent = message;
    this.#onChange();
  }
}
