import type { DigitsStrings } from "./strings.js";
import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Palette } from "../../shell/palette.js";
import type { Parts } from "../../shell/parts.js";
import { side } from "./digits.js";
import { paint } from "./pad.js";
import type { Misread, Verdict } from "./protocol.js";

/** How the held-out digits are read: the figure, those that were read wrongly, and what was taken for what. */
export class VerdictView {
  readonly #parts: Parts;
  readonly #strings: DigitsStrings;
  readonly #numbers: Numbers;
  readonly #palette: Palette;
  #verdict: Verdict | undefined;

  constructor(parts: Parts, strings: DigitsStrings, numbers: Numbers, palette: Palette) {
    this.#parts = parts;
    this.#strings = strings;
    this.#numbers = numbers;
    this.#palette = palette;
    palette.onChange(() => this.#showMisread(this.#verdict?.misread ?? []));
  }

  clear(): void {
    this.#verdict = undefined;
    const accuracy = this.#parts.get("accuracy");
    accuracy.textContent = "–";
    accuracy.toggleAttribute("data-empty", true);
    this.#showMisread([]);
    this.#parts.get("misreadMessage").textContent = this.#strings.misread.none;
    for (const cell of this.#cells()) {
      cell.textContent = "";
      cell.style.removeProperty("--share");
    }
  }

  show(verdict: Verdict): void {
    this.#verdict = verdict;
    const accuracy = this.#parts.get("accuracy");
    accuracy.textContent = `${this.#numbers.fixed(100 * verdict.accuracy, 1)} %`;
    accuracy.toggleAttribute("data-empty", false);
    this.#showMisread(verdict.misread);
    this.#parts.get("misreadMessage").textContent =
      verdict.misread.length === 0 ? this.#strings.misread.all : "";
    this.#cells().forEach((cell, at) => {
      const row = verdict.confusions.subarray(10 * Math.floor(at / 10), 10 * Math.floor(at / 10) + 10);
      const total = row.reduce((sum, count) => sum + count, 0);
      const count = verdict.confusions[at]!;
      cell.textContent = count === 0 ? "" : String(count);
      cell.style.setProperty("--share", String(total === 0 ? 0 : count / total));
    });
  }

  #cells(): HTMLElement[] {
    return [...this.#parts.get("confusion").querySelectorAll<HTMLElement>("td")];
  }

  #showMisread(misread: readonly Misread[]): void {
    const items = misread.map(({ pixels, label, answer, confidence }) => {
      const item = document.createElement("li");
      const canvas = document.createElement("canvas");
      canvas.width = side;
      canvas.height = side;
      canvas.setAttribute("aria-hidden", "true");
      const context = canvas.getContext("2d")!;
      const image = context.createImageData(side, side);
      paint(
        image.data,
        Array.from(pixels, (ink) => ink / 255),
        this.#palette,
      );
      context.putImageData(image, 0, 0);
      const text = document.createElement("span");
      text.textContent = format(this.#strings.misread.item, { label, answer });
      const sure = document.createElement("small");
      sure.textContent = format(this.#strings.misread.sure, {
        percent: this.#numbers.whole(100 * confidence),
      });
      item.append(canvas, text, sure);
      return item;
    });
    this.#parts.get("misread").replaceChildren(...items);
  }
}
