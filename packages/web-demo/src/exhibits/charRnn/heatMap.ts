import { format } from "../../shell/i18n.js";
import type { Strings } from "../../shell/en.js";
import type { ColourName, Palette } from "../../shell/palette.js";
import { LaneOrder, mostTelling } from "./laneOrder.js";
import type { Parts } from "../../shell/parts.js";
import type { States } from "./reading.js";

const narrowestColumn = 9;
const revealMs = 1100;
const shades = 256;

/**
 * The hidden states of the characters being read: a column a character, a lane a unit, and beneath it the text
 * coloured by the lane that the visitor follows.
 */
export class HeatMap {
  readonly #canvas: HTMLCanvasElement;
  readonly #text: HTMLElement;
  readonly #laneInput: HTMLInputElement;
  readonly #laneValue: HTMLElement;
  readonly #palette: Palette;
  readonly #strings: Strings["charRnn"]["heat"];
  readonly #calm: () => boolean;
  readonly #picture = document.createElement("canvas");
  #colours: Uint8ClampedArray;
  readonly #order = new LaneOrder();
  #states: States | undefined;
  /** The followed unit. */
  #unit = 0;
  #shown = 0;
  #startedAt = 0;
  #frame = 0;
  #chosen = false;
  #labelledAt = -Infinity;

  constructor(parts: Parts, palette: Palette, strings: Strings["charRnn"]["heat"], calm: () => boolean) {
    this.#canvas = parts.get("heat", "canvas");
    this.#text = parts.get("read");
    this.#laneInput = parts.get("lane", "input");
    this.#laneValue = parts.get("laneValue");
    this.#palette = palette;
    this.#strings = strings;
    this.#calm = calm;
    this.#colours = this.#makeColours();
    palette.onChange(() => {
      this.#colours = this.#makeColours();
      this.#redraw();
    });
    new ResizeObserver(() => this.#redraw()).observe(this.#canvas);
    this.#laneInput.addEventListener("input", () => this.#follow(Number(this.#laneInput.value)));
    this.#canvas.addEventListener("pointerdown", (event) => this.#pick(event));
  }

  clear(): void {
    cancelAnimationFrame(this.#frame);
    this.#states = undefined;
    this.#chosen = false;
    this.#order.clear();
    this.#laneInput.disabled = true;
    this.#text.replaceChildren();
    this.#canvas.setAttribute("aria-label", this.#strings.empty);
    this.#labelledAt = -Infinity;
    this.#draw();
  }

  /** Shows a line, from left to right as it was read; at once for those who want less motion. */
  show(states: States): void {
    this.#states = states;
    this.#order.learn(states);
    if (!this.#chosen) this.#unit = mostTelling(states);
    this.#laneInput.max = String(states.units);
    this.#laneInput.value = String(this.#order.laneOf(this.#unit) + 1);
    this.#laneInput.disabled = false;
    this.#label();
    cancelAnimationFrame(this.#frame);
    this.#startedAt = performance.now();
    this.#frame = requestAnimationFrame(() => this.#reveal());
  }

  #reveal(): void {
    const columns = this.#columns();
    const part = this.#calm() ? 1 : Math.min(1, (performance.now() - this.#startedAt) / revealMs);
    this.#shown = Math.ceil(part * columns);
    this.#draw();
    this.#drawText();
    if (part < 1) this.#frame = requestAnimationFrame(() => this.#reveal());
  }

  #redraw(): void {
    this.#shown = Math.min(this.#shown, this.#columns());
    this.#draw();
    this.#drawText();
  }

  /** As many characters as have room. */
  #columns(): number {
    const room = Math.floor(this.#canvas.clientWidth / narrowestColumn);
    return Math.max(1, Math.min(this.#states?.text.length ?? 64, room));
  }

  #draw(): void {
    const canvas = this.#canvas;
    const width = Math.round(canvas.clientWidth * devicePixelRatio);
    const height = Math.round(canvas.clientHeight * devicePixelRatio);
    if (width === 0 || height === 0) return;
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) return;
    const columns = this.#columns();
    const states = this.#states;
    if (!states || this.#shown === 0) return;
    const picture = this.#picture;
    picture.width = this.#shown;
    picture.height = states.units;
    const pictureContext = picture.getContext("2d");
    if (!pictureContext) return;
    pictureContext.putImageData(this.#image(states, this.#shown), 0, 0);
    context.imageSmoothingEnabled = false;
    const columnWidth = width / columns;
    context.drawImage(picture, 0, 0, columnWidth * this.#shown, height);
    this.#drawMarks(context, states.units, columnWidth, height);
  }

  #image(states: States, columns: number): ImageData {
    const image = new ImageData(columns, states.units);
    const lanes = Array.from({ length: states.units }, (_, unit) => this.#order.laneOf(unit));
    for (let column = 0; column < columns; column++) {
      for (let unit = 0; unit < states.units; unit++) {
        const shade = shadeOf(states.values[column * states.units + unit] ?? 0);
        const at = 4 * (lanes[unit]! * columns + column);
        image.data.set(this.#colours.subarray(4 * shade, 4 * shade + 4), at);
      }
    }
    return image;
  }

  /** The reading head, and a frame around the followed lane. */
  #drawMarks(context: CanvasRenderingContext2D, units: number, columnWidth: number, height: number): void {
    const ratio = devicePixelRatio;
    const lane = height / units;
    const thickness = Math.max(lane, 2 * ratio);
    const y = (this.#order.laneOf(this.#unit) + 0.5) * lane - thickness / 2;
    context.strokeStyle = this.#palette.colour("ink");
    context.lineWidth = ratio;
    context.strokeRect(
      ratio,
      y - ratio,
      Math.max(0, columnWidth * this.#shown - 2 * ratio),
      thickness + 2 * ratio,
    );
    if (this.#shown < this.#columns()) {
      context.fillStyle = this.#palette.colour("ink");
      context.fillRect(columnWidth * this.#shown, 0, 2 * ratio, height);
    }
  }

  #drawText(): void {
    const states = this.#states;
    this.#laneValue.textContent = states
      ? format(this.#strings.laneValue, { lane: this.#order.laneOf(this.#unit) + 1, unit: this.#unit })
      : "";
    if (!states) return;
    const columns = this.#columns();
    this.#text.style.setProperty("--columns", String(columns));
    while (this.#text.childElementCount > columns) this.#text.lastElementChild?.remove();
    while (this.#text.childElementCount < columns) this.#text.append(document.createElement("span"));
    const unit = this.#unit;
    [...this.#text.children].forEach((element, column) => {
      const span = element as HTMLElement;
      const visible = column < this.#shown;
      span.textContent = visible ? visibleForm(states.text[column] ?? "") : "";
      const shade = shadeOf(states.values[column * states.units + unit] ?? 0);
      const [red, green, blue] = this.#colours.subarray(4 * shade, 4 * shade + 3);
      span.style.backgroundColor = visible ? `rgb(${red} ${green} ${blue} / 0.55)` : "";
    });
  }

  #pick(event: PointerEvent): void {
    const states = this.#states;
    if (!states) return;
    const box = this.#canvas.getBoundingClientRect();
    const lane = 1 + Math.floor(((event.clientY - box.top) / box.height) * states.units);
    this.#laneInput.value = String(lane);
    this.#follow(Number(this.#laneInput.value));
  }

  /** Follows the unit in a lane, counted from 1 at the top. */
  #follow(lane: number): void {
    this.#chosen = true;
    this.#unit = this.#order.unitAt(lane - 1);
    this.#redraw();
  }

  #label(): void {
    if (!this.#states || performance.now() - this.#labelledAt < 5000) return;
    this.#labelledAt = performance.now();
    const { text, units } = this.#states;
    this.#canvas.setAttribute("aria-label", format(this.#strings.label, { units, text }));
  }

  /** Red, green, blue and alpha of each shade from −1 to +1. */
  #makeColours(): Uint8ClampedArray {
    const colours = new Uint8ClampedArray(4 * shades);
    const rgb = (name: ColourName): readonly number[] => this.#palette.rgb(name);
    const [low, middle, high] = [rgb("low"), rgb("paper"), rgb("high")];
    for (let shade = 0; shade < shades; shade++) {
      const value = (2 * shade) / (shades - 1) - 1;
      const end = value < 0 ? low : high;
      // A little more colour near zero than a straight line would give: small states show, too.
      const weight = Math.abs(value) ** 0.8;
      for (let channel = 0; channel < 3; channel++) {
        const from = middle[channel] ?? 0;
        colours[4 * shade + channel] = from + ((end[channel] ?? 0) - from) * weight;
      }
      colours[4 * shade + 3] = 255;
    }
    return colours;
  }
}

function shadeOf(value: number): number {
  return Math.max(0, Math.min(shades - 1, Math.round(((value + 1) / 2) * (shades - 1))));
}

/** Line ends and spaces as signs that can be seen. */
function visibleForm(character: string): string {
  if (character === "\n") return "↵";
  return character === " " ? "·" : character;
}
