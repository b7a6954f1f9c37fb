import type { Palette } from "../../shell/palette.js";
import type { Parts } from "../../shell/parts.js";
import { limits } from "./config.js";
import { zeroContour } from "./contour.js";
import type { Split } from "./dataSets.js";
import { drawMark, type Mark, markRadius } from "./marks.js";
import type { Frame } from "./protocol.js";
import { paint, Shades } from "./shade.js";

/** What lies behind the points. */
export interface Backdrop {
  /** Values on a square grid, from the top left. */
  readonly values: Float32Array;
  readonly shade: (value: number) => number;
  /** The line where the values pass through 0 is drawn. */
  readonly boundary: boolean;
}

/** What a visitor does in the plane: coordinates of the plane, not of the picture. */
export interface PlaneHandlers {
  add(x: number, y: number, otherClass: boolean): void;
  remove(x: number, y: number): void;
}

/** Pixels a side of the picture behind the points. */
const pictureSide = 320;
/** How far an arrow key moves the cross; with Shift, ten times as far. */
const keyStep = 0.05;

/** The plane of inputs: what is answered where, the boundary, the points, and a cross that keys can move. */
export class Plane {
  readonly #canvas: HTMLCanvasElement;
  readonly #palette: Palette;
  readonly #handlers: PlaneHandlers;
  readonly #picture = document.createElement("canvas");
  readonly #image = new ImageData(pictureSide, pictureSide);
  #shades: Shades;
  #backdrop: Backdrop | undefined;
  #points: Split | undefined;
  #regression = false;
  /** Which training points are answered wrongly, and which held-out ones. */
  #wrong: Frame["wrong"] = { train: [], test: [] };
  /** The training point that is being looked at. */
  #at: number | undefined;
  #cross = { x: 0, y: 0 };
  #frame = 0;

  constructor(parts: Parts, palette: Palette, left: AbortSignal, handlers: PlaneHandlers) {
    this.#canvas = parts.get("plane", "canvas");
    this.#palette = palette;
    this.#handlers = handlers;
    this.#picture.width = this.#picture.height = pictureSide;
    this.#shades = new Shades(palette);
    palette.onChange(() => {
      this.#shades = new Shades(palette);
      this.#paint();
    });
    const observer = new ResizeObserver(() => this.#redraw());
    observer.observe(this.#canvas);
    left.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(this.#frame);
    });
    this.#canvas.addEventListener("click", (event) => {
      const { x, y } = this.#placeOf(event);
      this.#cross = { x, y };
      handlers.add(x, y, event.shiftKey);
    });
    this.#canvas.addEventListener("keydown", (event) => this.#key(event));
    for (const type of ["focus", "blur"]) this.#canvas.addEventListener(type, () => this.#redraw());
  }

  showPoints(points: Split, regression: boolean): void {
    this.#points = points;
    this.#regression = regression;
    this.#wrong = { train: [], test: [] };
    this.#at = undefined;
    this.#redraw();
  }

  showBackdrop(backdrop: Backdrop, wrong: Frame["wrong"], at: number | undefined): void {
    this.#backdrop = backdrop;
    this.#wrong = wrong;
    this.#at = at;
    this.#paint();
  }

  label(text: string): void {
    if (this.#canvas.getAttribute("aria-label") !== text) this.#canvas.setAttribute("aria-label", text);
  }

  #placeOf({ clientX, clientY }: MouseEvent): { x: number; y: number } {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    const { half } = limits;
    return {
      x: ((clientX - left) / width) * 2 * half - half,
      y: half - ((clientY - top) / height) * 2 * half,
    };
  }

  #key(event: KeyboardEvent): void {
    const { key, shiftKey } = event;
    const step = shiftKey ? 10 * keyStep : keyStep;
    const move = (x: number, y: number): void => {
      const within = (value: number): number => Math.min(limits.half, Math.max(-limits.half, value));
      this.#cross = { x: within(this.#cross.x + x), y: within(this.#cross.y + y) };
      this.#redraw();
    };
    if (key === "ArrowLeft") move(-step, 0);
    else if (key === "ArrowRight") move(step, 0);
    else if (key === "ArrowUp") move(0, step);
    else if (key === "ArrowDown") move(0, -step);
    else if (key === "Enter" || key === " ") this.#handlers.add(this.#cross.x, this.#cross.y, shiftKey);
    else if (key === "Delete" || key === "Backspace") this.#handlers.remove(this.#cross.x, this.#cross.y);
    else return;
    event.preventDefault();
  }

  #paint(): void {
    if (this.#backdrop) {
      paint(this.#image, this.#backdrop.values, this.#backdrop.shade, this.#shades);
      this.#picture.getContext("2d")!.putImageData(this.#image, 0, 0);
    }
    this.#redraw();
  }

  #redraw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    const canvas = this.#canvas;
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (side === 0) return;
    if (canvas.width !== side) canvas.width = canvas.height = side;
    const context = canvas.getContext("2d")!;
    context.fillStyle = this.#palette.colour("paper");
    context.fillRect(0, 0, side, side);
    if (this.#backdrop) context.drawImage(this.#picture, 0, 0, side, side);
    this.#drawAxes(context, side);
    if (this.#backdrop?.boundary) this.#drawBoundary(context, side, this.#backdrop.values);
    this.#drawPoints(context, side);
    if (document.activeElement === canvas && canvas.matches(":focus-visible")) this.#drawCross(context, side);
  }

  #drawAxes(context: CanvasRenderingContext2D, side: number): void {
    context.strokeStyle = this.#palette.colour("ink");
    context.globalAlpha = 0.18;
    context.lineWidth = Math.max(1, Math.round(devicePixelRatio));
    context.beginPath();
    context.moveTo(side / 2, 0);
    context.lineTo(side / 2, side);
    context.moveTo(0, side / 2);
    context.lineTo(side, side / 2);
    context.stroke();
    context.globalAlpha = 1;
  }

  #drawBoundary(context: CanvasRenderingContext2D, side: number, values: Float32Array): void {
    context.strokeStyle = this.#palette.colour("ink");
    context.lineWidth = 2 * devicePixelRatio;
    context.lineCap = "round";
    context.beginPath();
    for (const [x1, y1, x2, y2] of zeroContour(values)) {
      context.moveTo(x1 * side, y1 * side);
      context.lineTo(x2 * side, y2 * side);
    }
    context.stroke();
  }

  #drawPoints(context: CanvasRenderingContext2D, side: number): void {
    if (!this.#points) return;
    const { train, test } = this.#points;
    const place = (x: number, y: number): [number, number] => [
      ((x + limits.half) / (2 * limits.half)) * side,
      ((limits.half - y) / (2 * limits.half)) * side,
    ];
    const few = train.targets.length + test.targets.length <= 12;
    const radius = markRadius(few) * devicePixelRatio;
    for (const [set, wrong, held] of [
      [test, this.#wrong.test, true],
      [train, this.#wrong.train, false],
    ] as const) {
      set.targets.forEach((target, i) => {
        const [x, y] = place(set.xs[i]!, set.ys[i]!);
        const mark: Mark = {
          target,
          held,
          wrong: wrong[i] ?? false,
          looked: !held && i === this.#at,
          graded: this.#regression,
        };
        drawMark(context, x, y, radius, mark, this.#palette);
      });
    }
  }

  #drawCross(context: CanvasRenderingContext2D, side: number): void {
    const { half } = limits;
    const x = ((this.#cross.x + half) / (2 * half)) * side;
    const y = ((half - this.#cross.y) / (2 * half)) * side;
    const arm = 9 * devicePixelRatio;
    for (const [colour, width] of [
      ["page", 5],
      ["ink", 2],
    ] as const) {
      context.strokeStyle = this.#palette.colour(colour);
      context.lineWidth = width * devicePixelRatio;
      context.beginPath();
      context.moveTo(x - arm, y);
      context.lineTo(x + arm, y);
      context.moveTo(x, y - arm);
      context.lineTo(x, y + arm);
      context.stroke();
    }
  }
}
