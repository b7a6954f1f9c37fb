import { format } from "../../shell/i18n.js";
import type { Palette } from "../../shell/palette.js";
import type { Parts } from "../../shell/parts.js";
import { imageSize, side } from "./digits.js";
import { paintSigned } from "./pad.js";
import type { DigitsStrings } from "./strings.js";

const columns = 8;
const gap = 2;

/** The weights of the first layer's units, each laid out as an image. */
export class UnitsView {
  readonly #canvas: HTMLCanvasElement;
  readonly #parts: Parts;
  readonly #strings: DigitsStrings["units"];
  readonly #palette: Palette;
  #weights: Float32Array | undefined;

  constructor(parts: Parts, strings: DigitsStrings["units"], palette: Palette) {
    this.#parts = parts;
    this.#strings = strings;
    this.#palette = palette;
    this.#canvas = parts.get("units", "canvas");
    parts.get("unitsHint").textContent = format(strings.hint, strings);
    palette.onChange(() => this.#draw());
    this.clear();
  }

  clear(): void {
    this.#weights = undefined;
    this.#canvas.hidden = true;
    this.#parts.get("unitsMessage").textContent = this.#strings.none;
  }

  /** @param weights f32[units, 784] */
  show(weights: Float32Array, units: number): void {
    this.#weights = weights;
    this.#canvas.hidden = false;
    this.#canvas.setAttribute("aria-label", format(this.#strings.alt, { units }));
    this.#parts.get("unitsMessage").textContent = "";
    this.#draw();
  }

  #draw(): void {
    const weights = this.#weights;
    if (!weights) return;
    const units = weights.length / imageSize;
    const rows = Math.ceil(units / columns);
    const canvas = this.#canvas;
    canvas.width = Math.min(units, columns) * (side + gap) - gap;
    canvas.height = rows * (side + gap) - gap;
    const context = canvas.getContext("2d")!;
    for (let unit = 0; unit < units; unit++) {
      const own = weights.subarray(unit * imageSize, (unit + 1) * imageSize);
      const greatest = own.reduce((most, weight) => Math.max(most, Math.abs(weight)), 1e-9);
      const image = context.createImageData(side, side);
      paintSigned(
        image.data,
        own.map((weight) => weight / greatest),
        this.#palette,
      );
      context.putImageData(image, (unit % columns) * (side + gap), Math.floor(unit / columns) * (side + gap));
    }
  }
}
