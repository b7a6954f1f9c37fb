import type { Palette } from "../../shell/palette.js";
import type { LearnerId, ViewId } from "./catalogue.js";

/** From −1 over 0 to 1. */
const steps = 256;

/** How much of a class's colour the surest place has: points of that colour lie on it, and must be seen. */
const strongest = 0.62;

/** A colour for each of `steps` values from −1 to 1: one hue for either side, the page's paper between. */
export class Shades {
  readonly #rgb: Uint8ClampedArray;

  constructor(palette: Palette) {
    const [low, paper, high] = [palette.rgb("low"), palette.rgb("paper"), palette.rgb("high")];
    this.#rgb = new Uint8ClampedArray(3 * steps);
    for (let i = 0; i < steps; i++) {
      const value = (2 * i) / (steps - 1) - 1;
      // The root lifts small values: a weak leaning shows.
      const share = strongest * Math.sqrt(Math.abs(value));
      const end = value < 0 ? low : high;
      for (let c = 0; c < 3; c++) this.#rgb[3 * i + c] = paper[c]! + share * (end[c]! - paper[c]!);
    }
  }

  /** Writes the colour of a value into a picture's bytes. */
  put(value: number, bytes: Uint8ClampedArray, pixel: number): void {
    const clamped = Math.min(1, Math.max(-1, value));
    const at = 3 * Math.round(((clamped + 1) / 2) * (steps - 1));
    for (let c = 0; c < 3; c++) bytes[4 * pixel + c] = this.#rgb[at + c]!;
    bytes[4 * pixel + 3] = 255;
  }
}

/** What a score looks like between −1 and 1. */
export function shadeOf(learner: LearnerId, regression: boolean, view: ViewId): (score: number) => number {
  if (view === "sides" || learner === "perceptron") return (score) => (score >= 0 ? 1 : -1);
  // The mean of the two classes under the logistic function.
  if (!regression && learner !== "delta") return (score) => Math.tanh(score / 2);
  return (score) => score;
}

/** A picture of a hidden unit, as values between −1 and 1: what it has most of is strongest. */
export function unitShade(values: Float32Array, fromZero: boolean): (value: number) => number {
  // Of a sigmoid, one half is the middle.
  if (fromZero) return (value) => 2 * value - 1;
  let most = 1;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return (value) => value / most;
}

/**
 * A picture of values that stand on a square grid, `pixels` a side, with what lies between interpolated before it is shaded: an
 * edge stays an edge.
 */
export function paint(
  image: ImageData,
  values: Float32Array,
  shade: (value: number) => number,
  shades: Shades,
): void {
  const pixels = image.width;
  const side = Math.sqrt(values.length);
  const scale = (side - 1) / pixels;
  for (let row = 0; row < pixels; row++) {
    const y = (row + 0.5) * scale;
    const top = Math.floor(y);
    const v = y - top;
    for (let column = 0; column < pixels; column++) {
      const x = (column + 0.5) * scale;
      const left = Math.floor(x);
      const u = x - left;
      const at = top * side + left;
      const above = values[at]! * (1 - u) + values[at + 1]! * u;
      const below = values[at + side]! * (1 - u) + values[at + side + 1]! * u;
      shades.put(shade(above * (1 - v) + below * v), image.data, row * pixels + column);
    }
  }
}
