import type { Palette } from "../../shell/palette.js";

/** Pixels to a side of the drawing. */
export const padSize = 140;
/** The pen's radius: about as thick as MNIST's digits are written. */
const radius = 6;
/** How far an arrow key moves the pen. */
const stride = 6;

/**
 * Paper to draw on with pointer or keyboard: arrows move the pen, the space bar puts it down or lifts it. The drawing is a
 * picture of its own, so that what is seen may be scaled and coloured.
 */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #palette: Palette;
  readonly #changed: (ink: Float32Array<ArrayBuffer>) => void;
  readonly #penMoved: (down: boolean) => void;
  readonly #ink: Float32Array<ArrayBuffer> = new Float32Array(padSize * padSize);
  #pen: { x: number; y: number; down: boolean } = { x: padSize / 2, y: padSize / 2, down: false };
  #last: { x: number; y: number } | undefined;
  #keyboard = false;
  #queued = false;

  constructor(
    canvas: HTMLCanvasElement,
    palette: Palette,
    {
      changed,
      penMoved,
    }: { changed: (ink: Float32Array<ArrayBuffer>) => void; penMoved: (down: boolean) => void },
  ) {
    this.#canvas = canvas;
    this.#palette = palette;
    this.#changed = changed;
    this.#penMoved = penMoved;
    canvas.width = padSize;
    canvas.height = padSize;
    palette.onChange(() => this.#draw());
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, () => (this.#last = undefined));
    }
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("blur", () => {
      this.#keyboard = false;
      this.#pen.down = false;
      this.#draw();
    });
    this.#draw();
  }

  get empty(): boolean {
    return this.#ink.every((ink) => ink === 0);
  }

  clear(): void {
    this.#ink.fill(0);
    this.#pen.down = false;
    this.#announceChange();
  }

  /** Shows an image of a smaller size instead of a drawing. */
  show(image: ArrayLike<number>, size: number): void {
    const scale = size / padSize;
    for (let i = 0; i < this.#ink.length; i++) {
      const x = Math.floor((i % padSize) * scale);
      const y = Math.floor(Math.floor(i / padSize) * scale);
      this.#ink[i] = image[y * size + x]!;
    }
    this.#pen.down = false;
    this.#draw();
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.#canvas.focus({ preventScroll: true });
    this.#keyboard = false;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#last = this.#place(event);
    this.#stroke(this.#last, this.#last);
  }

  #move(event: PointerEvent): void {
    if (!this.#last) return;
    for (const each of event.getCoalescedEvents?.() ?? [event]) {
      const to = this.#place(each);
      this.#stroke(this.#last, to);
      this.#last = to;
    }
  }

  #place({ clientX, clientY }: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return { x: ((clientX - left) / width) * padSize, y: ((clientY - top) / height) * padSize };
  }

  #key(event: KeyboardEvent): void {
    const move = arrows[event.key];
    if (event.key === " ") {
      this.#pen.down = !this.#pen.down;
      if (this.#pen.down) this.#stroke(this.#pen, this.#pen);
    } else if (move) {
      const inside = (at: number): number => Math.min(padSize - radius, Math.max(radius, at));
      const to = { x: inside(this.#pen.x + stride * move[0]), y: inside(this.#pen.y + stride * move[1]) };
      if (this.#pen.down) this.#stroke(this.#pen, to);
      this.#pen = { ...to, down: this.#pen.down };
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.clear();
    } else return;
    event.preventDefault();
    this.#keyboard = true;
    this.#penMoved(this.#pen.down);
    this.#draw();
  }

  /** Ink within the pen's radius of the line, fading over a pixel. */
  #stroke(from: { x: number; y: number }, to: { x: number; y: number }): void {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const square = dx * dx + dy * dy;
    const low = (a: number, b: number): number => Math.max(0, Math.floor(Math.min(a, b) - radius - 1));
    const high = (a: number, b: number): number =>
      Math.min(padSize - 1, Math.ceil(Math.max(a, b) + radius + 1));
    for (let y = low(from.y, to.y); y <= high(from.y, to.y); y++) {
      for (let x = low(from.x, to.x); x <= high(from.x, to.x); x++) {
        const along = square === 0 ? 0 : ((x + 0.5 - from.x) * dx + (y + 0.5 - from.y) * dy) / square;
        const t = Math.min(1, Math.max(0, along));
        const distance = Math.hypot(x + 0.5 - from.x - t * dx, y + 0.5 - from.y - t * dy);
        const ink = Math.min(1, Math.max(0, radius + 0.5 - distance));
        const at = y * padSize + x;
        if (ink > this.#ink[at]!) this.#ink[at] = ink;
      }
    }
    this.#announceChange();
  }

  /** Once a frame at most. */
  #announceChange(): void {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      this.#draw();
      this.#changed(this.#ink);
    });
  }

  #draw(): void {
    const context = this.#canvas.getContext("2d")!;
    const image = context.createImageData(padSize, padSize);
    paint(image.data, this.#ink, this.#palette);
    context.putImageData(image, 0, 0);
    if (!this.#keyboard) return;
    context.strokeStyle = this.#palette.colour("train");
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(this.#pen.x, this.#pen.y, radius, 0, 2 * Math.PI);
    if (this.#pen.down) {
      context.fillStyle = this.#palette.colour("train");
      context.fill();
    }
    context.stroke();
  }
}

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Writes ink on paper as colours. @param ink 0 to 1 */
export function paint(rgba: Uint8ClampedArray, ink: ArrayLike<number>, palette: Palette): void {
  const paper = palette.rgb("paper");
  const full = palette.rgb("ink");
  for (let i = 0; i < ink.length; i++) {
    const amount = ink[i]!;
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = paper[c]! + amount * (full[c]! - paper[c]!);
    rgba[4 * i + 3] = 255;
  }
}

/** Writes signed numbers as colours: the page's low for −1, paper for 0, high for +1. */
export function paintSigned(rgba: Uint8ClampedArray, values: ArrayLike<number>, palette: Palette): void {
  const paper = palette.rgb("paper");
  const [low, high] = [palette.rgb("low"), palette.rgb("high")];
  for (let i = 0; i < values.length; i++) {
    const amount = Math.min(1, Math.abs(values[i]!));
    const end = values[i]! < 0 ? low : high;
    for (let c = 0; c < 3; c++) rgba[4 * i + c] = paper[c]! + amount * (end[c]! - paper[c]!);
    rgba[4 * i + 3] = 255;
  }
}
