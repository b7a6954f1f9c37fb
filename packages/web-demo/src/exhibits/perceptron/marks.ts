import type { Palette } from "../../shell/palette.js";

/** A point, as it is drawn: circles are of the first class, squares of the second. */
export interface Mark {
  readonly target: number;
  /** Hollow: it is not trained on. */
  readonly held: boolean;
  /** Ringed: it is answered wrongly. */
  readonly wrong: boolean;
  /** The rule looks at it. */
  readonly looked: boolean;
  /** Its value is not −1 or +1 but between: the fill is as strong as that. */
  readonly graded: boolean;
}

/** In CSS pixels: a few points are large. */
export function markRadius(few: boolean): number {
  return few ? 9 : 4.25;
}

/** Draws a point around (x, y), with a rim of the page's colour that sets it off from what is behind. */
export function drawMark(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  { target, held, wrong, looked, graded }: Mark,
  palette: Palette,
): void {
  const colour = palette.colour(target < 0 ? "low" : "high");
  const shape = (r: number): void => {
    context.beginPath();
    // A square of the same area as the circle.
    const half = 0.886 * r;
    if (target < 0) context.arc(x, y, r, 0, 2 * Math.PI);
    else context.rect(x - half, y - half, 2 * half, 2 * half);
  };
  if (wrong) {
    shape(radius * 1.75);
    context.strokeStyle = palette.colour("ink");
    context.lineWidth = radius * 0.35;
    context.stroke();
  }
  shape(radius * 1.25);
  context.fillStyle = palette.colour("paper");
  context.fill();
  shape(held ? radius * 0.85 : radius);
  if (held) {
    context.strokeStyle = colour;
    context.lineWidth = radius * 0.42;
    context.stroke();
  } else {
    context.globalAlpha = graded ? 0.2 + 0.8 * Math.abs(target) : 1;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
  }
  if (!looked) return;
  context.beginPath();
  context.arc(x, y, radius * 2.4, 0, 2 * Math.PI);
  context.setLineDash([radius * 0.6, radius * 0.45]);
  context.strokeStyle = palette.colour("ink");
  context.lineWidth = radius * 0.3;
  context.stroke();
  context.setLineDash([]);
}
