import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Palette } from "../../shell/palette.js";
import type { Parts } from "../../shell/parts.js";
import { side } from "./digits.js";
import { normaliseDrawing } from "./normalise.js";
import { Pad, padSize, paint } from "./pad.js";
import type { DigitsStrings } from "./strings.js";

/** The drawing, what the network is shown of it, and what it takes it for. */
export class Drawing {
  readonly #parts: Parts;
  readonly #strings: DigitsStrings["draw"];
  readonly #numbers: Numbers;
  readonly #palette: Palette;
  readonly #pad: Pad;
  readonly #read: (image: Float32Array<ArrayBuffer>) => void;
  #image: Float32Array<ArrayBuffer> | undefined;
  #answered = false;

  constructor(
    parts: Parts,
    strings: DigitsStrings["draw"],
    numbers: Numbers,
    palette: Palette,
    read: (image: Float32Array<ArrayBuffer>) => void,
  ) {
    this.#parts = parts;
    this.#strings = strings;
    this.#numbers = numbers;
    this.#palette = palette;
    this.#read = read;
    this.#pad = new Pad(parts.get("pad", "canvas"), palette, {
      changed: (ink) => this.#drawn(normaliseDrawing(ink, padSize)),
      penMoved: (down) => (parts.get("padMessage").textContent = down ? strings.penDown : strings.penUp),
    });
    palette.onChange(() => this.#showSeen());
    this.#showSeen();
  }

  clear(): void {
    this.#pad.clear();
    this.#parts.get("padMessage").textContent = "";
  }

  showExample(pixels: Uint8Array, label: number): void {
    const image = Float32Array.from(pixels, (ink) => ink / 255);
    this.#pad.show(image, side);
    this.#drawn(image);
    this.#parts.get("padMessage").textContent = format(this.#strings.isExample, { label });
  }

  /** What is drawn is read again, by a new network. */
  readAgain(): void {
    if (this.#image) this.#read(this.#image);
  }

  showAnswer(probabilities: Float32Array): void {
    if (!this.#image) return;
    this.#answered = true;
    const most = probabilities.indexOf(Math.max(...probabilities));
    for (const [digit, item] of this.#bars().entries()) {
      const share = probabilities[digit]!;
      item.style.setProperty("--share", String(share));
      item.toggleAttribute("data-most", digit === most);
      item.querySelector(".percent")!.textContent = `${this.#numbers.fixed(100 * share, 1)} %`;
    }
    const percent = this.#numbers.whole(100 * probabilities[most]!);
    this.#parts.get("says").textContent = format(this.#strings.says, { digit: most, percent });
  }

  /** There is no network, so there is no answer. */
  forgetAnswer(): void {
    this.#answered = false;
    for (const item of this.#bars()) {
      item.style.removeProperty("--share");
      item.removeAttribute("data-most");
      item.querySelector(".percent")!.textContent = "–";
    }
    this.#parts.get("says").textContent = this.#image ? this.#strings.untrained : this.#strings.none;
  }

  #drawn(image: Float32Array<ArrayBuffer>): void {
    this.#image = image.some((ink) => ink > 0) ? image : undefined;
    this.#showSeen();
    if (this.#image) this.#read(this.#image);
    if (!this.#image || !this.#answered) this.forgetAnswer();
  }

  #showSeen(): void {
    const context = this.#parts.get("seen", "canvas").getContext("2d")!;
    const image = context.createImageData(side, side);
    paint(image.data, this.#image ?? new Float32Array(side * side), this.#palette);
    context.putImageData(image, 0, 0);
  }

  #bars(): HTMLElement[] {
    return [...this.#parts.get("bars").querySelectorAll<HTMLElement>("li")];
  }
}
