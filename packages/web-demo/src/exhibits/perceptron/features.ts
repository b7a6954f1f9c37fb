import type { FeatureId } from "./catalogue.js";
import { limits } from "./config.js";

const featureOf: Readonly<Record<FeatureId, (x: number, y: number) => number>> = {
  x: (x) => x,
  y: (_x, y) => y,
  xx: (x) => x * x,
  yy: (_x, y) => y * y,
  xy: (x, y) => x * y,
  sinx: (x) => sine(x),
  siny: (_x, y) => sine(y),
};

/** What a learner is given of places in the plane: a row a place, a column a feature. */
export function featureRows(
  features: readonly FeatureId[],
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array(xs.length * features.length);
  features.forEach((feature, column) => {
    const of = featureOf[feature];
    for (let row = 0; row < xs.length; row++) {
      rows[row * features.length + column] = of(xs[row]!, ys[row]!);
    }
  });
  return rows;
}

/** The places of a picture of the plane, `side` a side, row by row from the top left, edges included. */
export function gridPlaces(side: number): { xs: Float32Array; ys: Float32Array } {
  const { half } = limits;
  const at = (index: number): number => (2 * half * index) / (side - 1) - half;
  return {
    xs: Float32Array.from({ length: side * side }, (_, i) => at(i % side)),
    ys: Float32Array.from({ length: side * side }, (_, i) => -at(Math.floor(i / side))),
  };
}

/** Rounded, for it is trained on: engines' sines differ in the last bit. */
function sine(value: number): number {
  return Math.round(Math.sin(value) * 65536) / 65536;
}
