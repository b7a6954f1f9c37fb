import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { Numbers } from "../../shell/numbers.js";
import { ownTextLimits } from "./config.js";
import type { Parts } from "../../shell/parts.js";

type OwnStrings = Strings["charRnn"]["own"];

/**
 * Why a text cannot be trained on, in plain words, or `undefined` if it can. Pure.
 */
export function objectionTo(text: string, strings: OwnStrings, numbers: Numbers): string | undefined {
  const { least, most, alphabet } = ownTextLimits;
  const say = (template: string, count: number): string =>
    format(template, {
      least: numbers.whole(least),
      most: numbers.whole(template === strings.tooMany ? alphabet : most),
      count: numbers.whole(count),
    });
  if (text.length < least) return say(strings.tooShort, text.length);
  if (text.length > most) return say(strings.tooLong, text.length);
  const different = new Set(text).size;
  return different > alphabet ? say(strings.tooMany, different) : undefined;
}

/** Text as it is trained on: one kind of line end, and nothing that takes two units of a string. */
export function cleanText(text: string): string {
  return text
    .replace(/^\uFEFF/, "")
    .replace(/\r\n?/g, "\n")
    .replace(/[\uD800-\uDBFF][\uDC00-\uDFFF]|[\uD800-\uDFFF]/g, "\uFFFD");
}

/** The part of the page where visitors bring a text of their own. */
export class OwnText {
  readonly #area: HTMLTextAreaElement;
  readonly #use: HTMLButtonElement;
  readonly #back: HTMLElement;
  readonly #message: HTMLElement;
  readonly #strings: OwnStrings;
  readonly #numbers: Numbers;
  #offered = "";
  /** The text in use, or `undefined` for Tiny Shakespeare. */
  current: string | undefined;

  constructor(parts: Parts, strings: OwnStrings, numbers: Numbers, onUse: () => void) {
    this.#area = parts.get("ownText", "textarea");
    this.#use = parts.get("ownUse", "button");
    this.#back = parts.get("ownBack");
    this.#message = parts.get("ownMessage");
    this.#strings = strings;
    this.#numbers = numbers;
    const file = parts.get("ownFile", "input");
    this.#area.addEventListener("input", () => {
      file.value = "";
      this.#offer(this.#area.value);
    });
    file.addEventListener("change", async () => {
      const [chosen] = file.files ?? [];
      if (!chosen) return;
      try {
        // A text area would take its time with a large file.
        this.#area.value = "";
        this.#offer(await chosen.text(), chosen.name);
      } catch {
        this.#message.textContent = strings.unreadable;
      }
    });
    this.#use.addEventListener("click", () => {
      this.current = this.#offered;
      this.#show();
      onUse();
    });
    this.#back.addEventListener("click", () => {
      this.current = undefined;
      this.#show();
      onUse();
    });
  }

  /** Takes a text to be used, unless there is an objection to it. */
  #offer(raw: string, name = this.#strings.name): void {
    const text = cleanText(raw);
    const objection = text === "" ? undefined : objectionTo(text, this.#strings, this.#numbers);
    this.#use.disabled = text === "" || objection !== undefined;
    this.#offered = text;
    if (text === "") this.#show();
    else {
      this.#message.textContent =
        objection ?? format(this.#strings.ready, { name, count: this.#numbers.whole(text.length) });
    }
  }

  #show(): void {
    this.#back.hidden = this.current === undefined;
    this.#message.textContent =
      this.current === undefined
        ? this.#strings.usingDefault
        : format(this.#strings.using, { count: this.#numbers.whole(this.current.length) });
  }
}
