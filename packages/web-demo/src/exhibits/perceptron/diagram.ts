import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import type { Palette } from "../../shell/palette.js";
import type { Parts } from "../../shell/parts.js";
import { featureIds } from "./catalogue.js";
import { limits } from "./config.js";
import type { Frame, Layer } from "./protocol.js";
import { Shades, unitShade } from "./shade.js";
import type { perceptronStrings } from "./strings.js";
import { paintThumbnail } from "./thumbnails.js";
import { formulaOf, nameOf, type UnitPlace, weightText, type Wiring } from "./wiring.js";

/** Sizes in CSS pixels: a unit's side, from one unit to the next, and how wide the column of inputs is. */
const sizes = { unit: 40, pitch: 51, inputs: 94, leastGap: 52 };

/** A line from one column to the next, and its wider twin that the pointer meets. */
interface Wire {
  readonly to: UnitPlace;
  readonly from: number;
  readonly line: SVGPathElement;
  readonly hit: SVGPathElement;
}

interface UnitElement {
  readonly place: UnitPlace;
  readonly button: HTMLButtonElement;
  readonly canvas: HTMLCanvasElement;
}

/** The network: inputs, units with the plane as each sees it, and weights as lines. */
export class Diagram {
  readonly #root: HTMLElement;
  readonly #svg: SVGSVGElement;
  readonly #units: HTMLElement;
  readonly #readout: HTMLElement;
  readonly #strings: typeof perceptronStrings;
  readonly #numbers: Numbers;
  readonly #onPick: (place: UnitPlace | undefined) => void;
  #shades: Shades;
  #wiring: Wiring = { features: [], widths: [], activation: "tanh" };
  #built = "";
  #elements: UnitElement[] = [];
  #wires: Wire[] = [];
  #frame: Frame | undefined;
  #outputShade: (value: number) => number = (value) => value;
  #picked: UnitPlace | undefined;

  constructor(
    parts: Parts,
    palette: Palette,
    strings: typeof perceptronStrings,
    numbers: Numbers,
    left: AbortSignal,
    onPick: (place: UnitPlace | undefined) => void,
  ) {
    this.#root = parts.get("diagram");
    this.#svg = this.#root.querySelector("svg")!;
    this.#units = parts.get("units");
    this.#readout = parts.get("readout");
    this.#strings = strings;
    this.#numbers = numbers;
    this.#onPick = onPick;
    this.#shades = new Shades(palette);
    palette.onChange(() => {
      this.#shades = new Shades(palette);
      this.#paint();
    });
    const observer = new ResizeObserver(() => this.#place());
    observer.observe(this.#root.parentElement!);
    left.addEventListener("abort", () => observer.disconnect());
    this.#units.addEventListener("keydown", (event) => this.#key(event));
    this.#units.addEventListener("pointerleave", () => this.#pick(undefined));
    this.#svg.addEventListener("pointerleave", () => this.#read());
  }

  /** What is wired to what; nothing is made anew that stays as it is. */
  arrange(wiring: Wiring): void {
    this.#wiring = wiring;
    const key = `${wiring.features.join()}/${wiring.widths.join()}`;
    if (key === this.#built) return;
    this.#built = key;
    this.#frame = undefined;
    this.#picked = undefined;
    this.#build();
    this.#place();
  }

  show(frame: Frame, outputShade: (value: number) => number): void {
    // A frame of a network that is no longer the one shown.
    if (frame.layers.length !== this.#wiring.widths.length + 1) return;
    this.#frame = frame;
    this.#outputShade = outputShade;
    const scale = wireScale(frame.layers);
    for (const { to, from, line } of this.#wires) {
      const { inputs, weights } = frame.layers[to.layer]!;
      const weight = weights[to.unit * inputs + from] ?? 0;
      line.style.strokeWidth = String(Math.min(9, 0.6 + scale * Math.abs(weight)));
      line.classList.toggle("negative", weight < 0);
    }
    this.#paint();
    this.#read();
  }

  #build(): void {
    const { features, widths } = this.#wiring;
    const columns = [...widths, 1];
    this.#elements = columns.flatMap((width, layer) =>
      Array.from({ length: width }, (_, unit) => this.#makeUnit({ layer, unit })),
    );
    this.#elements.forEach(({ button }, i) => (button.tabIndex = i === this.#elements.length - 1 ? 0 : -1));
    this.#units.replaceChildren(...this.#elements.map(({ button }) => button));
    this.#wires = columns.flatMap((width, layer) => {
      const before = layer === 0 ? features.length : widths[layer - 1]!;
      return Array.from({ length: width * before }, (_, i) =>
        this.#makeWire({ layer, unit: Math.floor(i / before) }, i % before),
      );
    });
    this.#svg.replaceChildren(...this.#wires.map(({ line }) => line), ...this.#wires.map(({ hit }) => hit));
  }

  #makeUnit(place: UnitPlace): UnitElement {
    const button = document.createElement("button");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = limits.thumbnail;
    button.type = "button";
    button.className = "unit";
    button.append(canvas);
    const { network } = this.#strings;
    const name = nameOf(this.#wiring, place, network);
    const isOutput = place.layer === this.#wiring.widths.length;
    button.setAttribute("aria-label", isOutput ? name : format(network.unitLabel, { name }));
    button.toggleAttribute("data-output", isOutput);
    button.addEventListener("pointerenter", () => this.#pick(place));
    button.addEventListener("focus", () => this.#pick(place));
    button.addEventListener("blur", () => this.#pick(undefined));
    return { place, button, canvas };
  }

  #makeWire(to: UnitPlace, from: number): Wire {
    const make = (): SVGPathElement => document.createElementNS("http://www.w3.org/2000/svg", "path");
    const [line, hit] = [make(), make()];
    line.classList.add("wire");
    hit.classList.add("hit");
    hit.addEventListener("pointerenter", () => {
      if (!this.#frame) return;
      this.#light((wire) => wire.line === line);
      const { network } = this.#strings;
      this.#readout.textContent = weightText(
        this.#wiring,
        this.#frame.layers,
        to,
        from,
        network,
        this.#numbers,
      );
    });
    return { to, from, line, hit };
  }

  /** Puts everything where the width of the page has it. */
  #place(): void {
    const { widths } = this.#wiring;
    const room = this.#root.parentElement!.clientWidth;
    if (room === 0) return;
    const columns = widths.length + 1;
    const width = Math.max(room, sizes.inputs + columns * (sizes.unit + sizes.leastGap) - sizes.leastGap / 2);
    const rows = Math.max(featureIds.length, ...widths);
    const height = rows * sizes.pitch;
    this.#root.style.width = `${width}px`;
    this.#root.style.height = `${height}px`;
    this.#svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    // Units of a column stand around its middle.
    const yOf = (index: number, count: number): number =>
      height / 2 + (index - (count - 1) / 2) * sizes.pitch;
    const gap = (width - sizes.inputs - columns * sizes.unit) / columns;
    const xOf = (layer: number): number => sizes.inputs + gap + layer * (sizes.unit + gap);
    const countOf = (layer: number): number => widths[layer] ?? 1;
    for (const { place, button } of this.#elements) {
      button.style.left = `${xOf(place.layer)}px`;
      button.style.top = `${yOf(place.unit, countOf(place.layer)) - sizes.unit / 2}px`;
    }
    const rowOf = this.#wiring.features.map((feature) => featureIds.indexOf(feature));
    for (const { to, from, line, hit } of this.#wires) {
      const x1 = to.layer === 0 ? sizes.inputs : xOf(to.layer - 1) + sizes.unit;
      const y1 = to.layer === 0 ? yOf(rowOf[from]!, featureIds.length) : yOf(from, countOf(to.layer - 1));
      const x2 = xOf(to.layer);
      const y2 = yOf(to.unit, countOf(to.layer));
      const middle = (x1 + x2) / 2;
      const d = `M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
      line.setAttribute("d", d);
      hit.setAttribute("d", d);
    }
  }

  #paint(): void {
    const frame = this.#frame;
    if (!frame) return;
    const places = limits.thumbnail ** 2;
    const fromZero = this.#wiring.activation === "sigmoid";
    for (const { place, canvas } of this.#elements) {
      const values = frame.units[place.layer]?.subarray(place.unit * places, (place.unit + 1) * places);
      if (values) paintThumbnail(canvas, values, unitShade(values, fromZero), this.#shades);
      else paintThumbnail(canvas, frame.plane, this.#outputShade, this.#shades);
    }
  }

  #pick(place: UnitPlace | undefined): void {
    // What has the focus is read again when the pointer is gone.
    const focused = this.#elements.find(({ button }) => button === document.activeElement);
    this.#picked = place ?? focused?.place;
    this.#read();
    this.#onPick(this.#picked);
  }

  /** Says the formula of the unit that is pointed at, and shows its wires. */
  #read(): void {
    const [picked, layers] = [this.#picked, this.#frame?.layers];
    this.#light(picked && (({ to }) => to.layer === picked.layer && to.unit === picked.unit));
    const { network, learning } = this.#strings;
    const text = picked && layers ? this.#formula(picked, layers, learning.activations) : network.readoutHint;
    if (this.#readout.textContent !== text) this.#readout.textContent = text;
  }

  #formula(
    place: UnitPlace,
    layers: readonly Layer[],
    activations: (typeof perceptronStrings)["learning"]["activations"],
  ): string {
    return formulaOf(this.#wiring, layers, place, { ...this.#strings.network, activations }, this.#numbers);
  }

  #light(isLit: ((wire: Wire) => boolean) | undefined): void {
    this.#svg.toggleAttribute("data-dim", isLit !== undefined);
    for (const wire of this.#wires) wire.line.classList.toggle("lit", isLit?.(wire) ?? false);
  }

  /** Arrow keys go from unit to unit; one of them is reached by Tab. */
  #key(event: KeyboardEvent): void {
    const at = this.#elements.findIndex(({ button }) => button === document.activeElement);
    const here = this.#elements[at];
    if (!here) return;
    const { layer, unit } = here.place;
    const beside = (by: number): UnitElement | undefined => {
      const column = this.#elements.filter(({ place }) => place.layer === layer + by);
      return column[Math.min(unit, column.length - 1)];
    };
    const within = (by: number): UnitElement | undefined =>
      this.#elements.find(({ place }) => place.layer === layer && place.unit === unit + by);
    const next =
      event.key === "ArrowUp"
        ? within(-1)
        : event.key === "ArrowDown"
          ? within(1)
          : event.key === "ArrowLeft"
            ? beside(-1)
            : event.key === "ArrowRight"
              ? beside(1)
              : undefined;
    if (!next) return;
    event.preventDefault();
    here.button.tabIndex = -1;
    next.button.tabIndex = 0;
    next.button.focus();
  }
}

/** Pixels a unit of weight. A single neuron's weights may be of any size and mean the same: small ones are drawn larger. */
function wireScale(layers: readonly Layer[]): number {
  const most = Math.max(...layers[0]!.weights.map(Math.abs));
  return layers.length === 1 && most > 0 && most < 2 ? 4 / most : 2;
}
