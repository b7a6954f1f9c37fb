import type { Scale } from "./scale.js";

/** What a line is: its looks are the style sheet's. */
export type LineKind = "hard" | "soft" | "ghost" | "gradient" | "bound" | "measured";

export interface Line {
  readonly kind: LineKind;
  readonly xs: ArrayLike<number>;
  readonly ys: ArrayLike<number>;
}

/** What lies between two lines. */
export interface Band {
  readonly xs: ArrayLike<number>;
  readonly low: ArrayLike<number>;
  readonly high: ArrayLike<number>;
}

/** All that one picture shows, in the numbers' own units. */
export interface PlotFrame {
  readonly x: Scale;
  readonly y: Scale;
  readonly formatX: (value: number) => string;
  readonly formatY: (value: number) => string;
  readonly xLabel: string;
  readonly lines: readonly Line[];
  readonly band?: Band | undefined;
  /** From one line to another: an error. */
  readonly stem?:
    { readonly x: number; readonly from: number; readonly to: number; readonly label: string } | undefined;
  readonly dots: readonly { readonly kind: LineKind; readonly x: number; readonly y: number }[];
  /** Where the present value stands. */
  readonly now?: number | undefined;
}

/** Room for the figures of the axes, in pixels. */
const margin = { top: 10, right: 14, bottom: 44, left: 46 };

let made = 0;

/** Lines, a band and an error as SVG in the page's colours. It is a picture: what it says in words is its `aria-label`. */
export class Plot {
  readonly #root: HTMLElement;
  readonly #height: (width: number) => number;
  readonly #svg = element("svg", { class: "plot", "aria-hidden": "true" });
  readonly #axes = element("g", { class: "axes" });
  readonly #clip = element("rect", {});
  readonly #band = element("path", { class: "band" });
  readonly #lines = element("g", { class: "lines" });
  readonly #now = element("path", { class: "now" });
  readonly #dots = element("g", { class: "dots" });
  readonly #stem = element("g", { class: "stem" });
  #frame: PlotFrame | undefined;
  #axesSay = "";

  constructor(root: HTMLElement, height: (width: number) => number, left: AbortSignal) {
    this.#root = root;
    this.#height = height;
    const id = `smooth-clip-${++made}`;
    const clipPath = element("clipPath", { id });
    clipPath.append(this.#clip);
    const inside = element("g", { "clip-path": `url(#${id})` });
    inside.append(this.#band, this.#now, this.#lines);
    this.#svg.append(clipPath, this.#axes, inside, this.#stem, this.#dots);
    root.replaceChildren(this.#svg);
    const observer = new ResizeObserver(() => this.#draw());
    observer.observe(root);
    left.addEventListener("abort", () => observer.disconnect());
  }

  show(frame: PlotFrame): void {
    this.#frame = frame;
    this.#draw();
  }

  #draw(): void {
    const frame = this.#frame;
    const width = this.#root.clientWidth;
    if (!frame || width === 0) return;
    const height = this.#height(width);
    const inner = {
      width: width - margin.left - margin.right,
      height: height - margin.top - margin.bottom,
    };
    const place: Place = {
      x: (value) => margin.left + inner.width * frame.x.at(value),
      y: (value) => margin.top + inner.height * (1 - clamp(frame.y.at(value), -1, 2)),
      left: margin.left,
      right: margin.left + inner.width,
      top: margin.top,
      bottom: margin.top + inner.height,
    };
    set(this.#svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    set(this.#clip, { x: place.left, y: place.top, width: inner.width, height: inner.height });
    this.#drawAxes(frame, place);
    set(this.#band, { d: frame.band ? bandPath(frame.band, place) : "" });
    const now = frame.now === undefined ? undefined : place.x(frame.now).toFixed(1);
    set(this.#now, { d: now === undefined ? "" : `M${now} ${place.top}V${place.bottom}` });
    this.#drawLines(frame, place);
    this.#drawStem(frame, place);
  }

  #drawAxes(frame: PlotFrame, place: Place): void {
    const { x, y, formatX, formatY, xLabel } = frame;
    const xTicks = x.ticks.map((value) => [place.x(value), formatX(value)] as const);
    const yTicks = y.ticks.map((value) => [place.y(value), formatY(value), value === 0] as const);
    // Figures that do not change are not laid out anew with every movement of a slider.
    const says = JSON.stringify([xTicks, yTicks, xLabel, place.right, place.bottom]);
    if (says === this.#axesSay) return;
    this.#axesSay = says;
    const parts: SVGElement[] = [];
    for (const [at, text, isZero] of yTicks) {
      const d = `M${place.left} ${at.toFixed(1)}H${place.right}`;
      parts.push(element("path", { d, class: isZero ? "zero" : "" }));
      parts.push(label(text, { x: place.left - 8, y: at + 4, "text-anchor": "end" }));
    }
    for (const [at, text] of xTicks) {
      parts.push(label(text, { x: at, y: place.bottom + 18, "text-anchor": "middle" }));
    }
    const middle = (place.left + place.right) / 2;
    parts.push(label(xLabel, { x: middle, y: place.bottom + 38, "text-anchor": "middle" }));
    this.#axes.replaceChildren(...parts);
  }

  #drawLines({ lines, dots }: PlotFrame, place: Place): void {
    const paths = [...this.#lines.children] as SVGElement[];
    lines.forEach((line, index) => {
      const path = paths[index] ?? this.#lines.appendChild(element("path", {}));
      set(path, { class: line.kind, d: linePath(line, place) });
    });
    for (const path of paths.slice(lines.length)) path.remove();
    this.#dots.replaceChildren(
      ...dots.map(({ kind, x, y }) =>
        element("circle", { class: kind, cx: place.x(x), cy: place.y(y), r: 4.5 }),
      ),
    );
  }

  /** The error as a stem with a foot at either end, and what it amounts to beside it. */
  #drawStem({ stem }: PlotFrame, place: Place): void {
    if (!stem) {
      this.#stem.replaceChildren();
      return;
    }
    const [x, from, to] = [place.x(stem.x), place.y(stem.from), place.y(stem.to)];
    const d = `M${x} ${from}V${to}M${x - 5} ${from}h10M${x - 5} ${to}h10`;
    const isRight = x + 12 + 8 * stem.label.length < place.right;
    const text = label(stem.label, {
      x: x + (isRight ? 11 : -11),
      y: clamp((from + to) / 2 + 4, place.top + 12, place.bottom - 4),
      "text-anchor": isRight ? "start" : "end",
    });
    this.#stem.replaceChildren(element("path", { d }), text);
  }
}

/** Where numbers lie on the picture, in pixels, and where the picture ends. */
interface Place {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The line, lifted off the paper where a hard function jumps. */
export function linePath({ kind, xs, ys }: Line, place: Pick<Place, "x" | "y">): string {
  let d = "";
  let before: { x: number; y: number } | undefined;
  for (let i = 0; i < xs.length; i++) {
    const value = ys[i]!;
    if (!Number.isFinite(value)) {
      before = undefined;
      continue;
    }
    const [x, y] = [place.x(xs[i]!), place.y(value)];
    // A hard function that is as steep as this jumps; a smooth one may well be.
    const isJump = kind === "hard" && before !== undefined && Math.abs(y - before.y) > 6 + 6 * (x - before.x);
    d += `${before === undefined || isJump ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    before = { x, y };
  }
  return d;
}

function bandPath({ xs, low, high }: Band, place: Place): string {
  let d = "";
  const point = (i: number, ys: ArrayLike<number>, end: number): string => {
    const value = Number.isNaN(ys[i]!) ? end : ys[i]!;
    return `${d === "" ? "M" : "L"}${place.x(xs[i]!).toFixed(1)} ${place.y(value).toFixed(1)}`;
  };
  for (let i = 0; i < xs.length; i++) d += point(i, high, Infinity);
  for (let i = xs.length - 1; i >= 0; i--) d += point(i, low, -Infinity);
  return `${d}Z`;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function element(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  set(made, attributes);
  return made;
}

function set(target: SVGElement, attributes: Readonly<Record<string, string | number>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    const text = String(value);
    if (target.getAttribute(name) !== text) target.setAttribute(name, text);
  }
}

function label(text: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = element("text", attributes);
  made.textContent = text;
  return made;
}
