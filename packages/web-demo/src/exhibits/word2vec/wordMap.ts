import type { ColourName, Palette } from "../../shell/palette.js";
import { type Fit, fitOf, placeLabels, pointAt } from "./mapLayout.js";
import type { Frame } from "./protocol.js";

/** What stands out on the map. */
export interface Accents {
  /** The word whose neighbours are shown, and they. */
  readonly word: string;
  readonly neighbours: readonly string[];
  /** From a to b, and from c to the answer: an arrow each. */
  readonly arrows: readonly (readonly [string, string])[];
  /** Lines between words that stand in a relation. */
  readonly pairs: readonly (readonly [string, string])[];
  /** The beginning of words to be found, or nothing. */
  readonly find: string;
}

/** A word as it is drawn now. */
interface Spot {
  readonly word: string;
  x: number;
  y: number;
  width: number;
}

const lineHeight = 15;
const margin = { wide: 56, narrow: 34 } as const;
/** How long words take to where they belong, in milliseconds. */
const glide = 260;
const reach = 18;
const fontStack = "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/** The map of words, on a canvas: points that glide to where they belong, names where there is room. */
export class WordMap {
  readonly #canvas: HTMLCanvasElement;
  readonly #palette: Palette;
  readonly #isCalm: () => boolean;
  #words: readonly string[] = [];
  #frame: Frame | undefined;
  #accents: Accents = { word: "", neighbours: [], arrows: [], pairs: [], find: "" };
  /** Where each word was at the last picture, and where it was when the last frame came: in the plane. */
  #now = new Map<number, readonly [number, number]>();
  #from = new Map<number, readonly [number, number]>();
  #fit: Fit | undefined;
  #fitFrom: Fit | undefined;
  #since = 0;
  #spots: Spot[] = [];
  #named = new Set<string>();
  #widths = new Map<string, number>();
  #hovered = "";
  #request = 0;

  constructor(
    canvas: HTMLCanvasElement,
    palette: Palette,
    left: AbortSignal,
    isCalm: () => boolean,
    on: { hover: (word: string) => void; choose: (word: string) => void },
  ) {
    this.#canvas = canvas;
    this.#palette = palette;
    this.#isCalm = isCalm;
    palette.onChange(() => this.#draw());
    const observer = new ResizeObserver(() => {
      this.#fit = undefined;
      this.#draw();
    });
    observer.observe(canvas);
    left.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(this.#request);
    });
    canvas.addEventListener("pointermove", (event) => this.#hover(this.#wordAt(event), on.hover));
    canvas.addEventListener("pointerleave", () => this.#hover("", on.hover));
    canvas.addEventListener("click", (event) => {
      const word = this.#wordAt(event);
      if (word !== "") on.choose(word);
    });
  }

  /** Another list of words: nothing of the picture is of use. */
  begin(words: readonly string[]): void {
    this.#words = words;
    this.clear();
  }

  clear(): void {
    this.#frame = undefined;
    this.#fit = undefined;
    this.#now.clear();
    this.#draw();
  }

  show(frame: Frame): void {
    const isOther = frame.projection !== this.#frame?.projection;
    this.#frame = frame;
    this.#from = new Map(this.#now);
    this.#fitFrom = isOther ? undefined : this.#fit;
    this.#since = performance.now();
    this.#draw();
  }

  accent(accents: Accents): void {
    this.#accents = accents;
    this.#draw();
  }

  /** The word under the pointer, or that a list points at. */
  point(word: string): void {
    if (word === this.#hovered) return;
    this.#hovered = word;
    this.#draw();
  }

  #hover(word: string, tell: (word: string) => void): void {
    this.#canvas.classList.toggle("over", word !== "");
    if (word === this.#hovered) return;
    this.point(word);
    tell(word);
  }

  #wordAt(event: MouseEvent): string {
    const at = pointAt(this.#spots, event.offsetX, event.offsetY, reach);
    return this.#spots[at]?.word ?? "";
  }

  #draw(): void {
    cancelAnimationFrame(this.#request);
    this.#request = requestAnimationFrame((now) => this.#paint(now));
  }

  #paint(now: number): void {
    const canvas = this.#canvas;
    const { clientWidth: width, clientHeight: height } = canvas;
    const context = canvas.getContext("2d");
    if (!context || width === 0) return;
    const ratio = devicePixelRatio;
    const [deviceWidth, deviceHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== deviceWidth || canvas.height !== deviceHeight) {
      canvas.width = deviceWidth;
      canvas.height = deviceHeight;
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `12px ${fontStack}`;
    const frame = this.#frame;
    if (!frame) {
      this.#spots = [];
      return;
    }
    const share = this.#isCalm() ? 1 : Math.min(1, Math.max(0, now - this.#since) / glide);
    this.#move(context, frame, share, width, height);
    this.#paintLines(context);
    this.#paintPoints(context);
    this.#paintNames(context, width, height);
    if (share < 1) this.#draw();
  }

  /** Where each word is now: on its way from where it was to where the frame says. */
  #move(context: CanvasRenderingContext2D, frame: Frame, share: number, width: number, height: number): void {
    const eased = share * (2 - share);
    const room = width < 500 ? margin.narrow : margin.wide;
    const wanted = fitOf(frame.points.subarray(0, 2 * frame.fitted), width, height, room);
    const from = this.#fitFrom;
    const scale = from ? from.scale + (wanted.scale - from.scale) * eased : wanted.scale;
    this.#fit = { ...wanted, scale };
    this.#now.clear();
    this.#spots = Array.from(frame.indices, (index, i) => {
      const [x, y] = [frame.points[2 * i]!, frame.points[2 * i + 1]!];
      const [fromX, fromY] = this.#from.get(index) ?? [x, y];
      const at = [fromX + (x - fromX) * eased, fromY + (y - fromY) * eased] as const;
      this.#now.set(index, at);
      const word = this.#words[index] ?? "";
      return {
        word,
        x: wanted.middleX + scale * at[0],
        y: wanted.middleY - scale * at[1],
        width: this.#widthOf(context, word),
      };
    });
  }

  #widthOf(context: CanvasRenderingContext2D, word: string): number {
    let width = this.#widths.get(word);
    if (width === undefined) this.#widths.set(word, (width = context.measureText(word).width));
    return width;
  }

  #paintLines(context: CanvasRenderingContext2D): void {
    const { word, neighbours, pairs, arrows } = this.#accents;
    const spots = new Map(this.#spots.map((spot) => [spot.word, spot]));
    const line = (from: string, to: string, colour: ColourName, alpha: number, weight: number): void => {
      const [a, b] = [spots.get(from), spots.get(to)];
      if (!a || !b) return;
      context.globalAlpha = alpha;
      context.strokeStyle = this.#palette.colour(colour);
      context.lineWidth = weight;
      context.beginPath();
      context.moveTo(a.x, a.y);
      context.lineTo(b.x, b.y);
      context.stroke();
    };
    for (const [a, b] of pairs) line(a, b, "muted", 0.45, 1);
    for (const neighbour of neighbours) line(word, neighbour, "heldOut", 0.5, 1.25);
    for (const [from, to] of arrows) {
      line(from, to, "train", 0.9, 2);
      const [a, b] = [spots.get(from), spots.get(to)];
      if (a && b) this.#paintHead(context, a, b);
    }
    context.globalAlpha = 1;
  }

  #paintHead(context: CanvasRenderingContext2D, a: Spot, b: Spot): void {
    const length = Math.hypot(b.x - a.x, b.y - a.y);
    if (length < 12) return;
    const [x, y] = [(b.x - a.x) / length, (b.y - a.y) / length];
    context.fillStyle = this.#palette.colour("train");
    context.beginPath();
    context.moveTo(b.x - 3 * x, b.y - 3 * y);
    context.lineTo(b.x - 11 * x - 4 * y, b.y - 11 * y + 4 * x);
    context.lineTo(b.x - 11 * x + 4 * y, b.y - 11 * y - 4 * x);
    context.fill();
  }

  /** How a word looks: the less it is a matter of, the fainter. */
  #lookOf(word: string): { colour: ColourName; radius: number; bold: boolean; rank: number; alpha: number } {
    const { word: chosen, neighbours, arrows, find } = this.#accents;
    if (word === this.#hovered || word === chosen) {
      return { colour: word === chosen ? "heldOut" : "ink", radius: 5, bold: true, rank: 0, alpha: 1 };
    }
    if (arrows.some((ends) => ends.includes(word))) {
      return { colour: "train", radius: 4.5, bold: true, rank: 1, alpha: 1 };
    }
    if (find !== "") {
      return word.startsWith(find)
        ? { colour: "ink", radius: 4.5, bold: true, rank: 2, alpha: 1 }
        : { colour: "muted", radius: 2, bold: false, rank: 5, alpha: 0.4 };
    }
    if (neighbours.includes(word)) {
      return { colour: "heldOut", radius: 3.5, bold: false, rank: 2, alpha: 1 };
    }
    return {
      colour: "ink",
      radius: 2.25,
      bold: false,
      // A name that was there stays rather than another one comes.
      rank: this.#named.has(word) ? 3 : 4,
      alpha: 0.85,
    };
  }

  #paintPoints(context: CanvasRenderingContext2D): void {
    for (const { word, x, y } of this.#spots) {
      const { colour, radius, alpha } = this.#lookOf(word);
      context.globalAlpha = alpha;
      context.fillStyle = this.#palette.colour(colour);
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = 1;
  }

  #paintNames(context: CanvasRenderingContext2D, width: number, height: number): void {
    const looks = this.#spots.map((spot) => ({ ...spot, look: this.#lookOf(spot.word) }));
    looks.sort((a, b) => a.look.rank - b.look.rank);
    const insisting = looks.findIndex(({ look }) => look.rank > 1);
    const bounds = { left: 2, top: 2, right: width - 2, bottom: height - 2 };
    const placed = placeLabels(looks, bounds, lineHeight, insisting < 0 ? looks.length : insisting);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = this.#palette.colour("paper");
    this.#named.clear();
    // The ones that matter most come last, over the others.
    for (const { at, x, y } of placed.reverse()) {
      const { word, look } = looks[at]!;
      this.#named.add(word);
      context.font = `${look.bold ? "600 " : ""}12px ${fontStack}`;
      context.globalAlpha = look.alpha;
      context.strokeText(word, x, y);
      context.fillStyle = this.#palette.colour(look.colour);
      context.fillText(word, x, y);
    }
    context.globalAlpha = 1;
  }
}
