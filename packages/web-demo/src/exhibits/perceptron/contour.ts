/** A piece of a line, its ends as shares of the picture's side, from the top left. */
export type Segment = readonly [x1: number, y1: number, x2: number, y2: number];

/**
 * Where values on a square grid pass through 0, by marching squares: for each cell of the grid the pieces of the line that cross it.
 * Zero counts as above.
 */
export function zeroContour(values: Float32Array): Segment[] {
  const side = Math.sqrt(values.length);
  const segments: Segment[] = [];
  for (let row = 0; row + 1 < side; row++) {
    for (let column = 0; column + 1 < side; column++) {
      const at = row * side + column;
      // Clockwise from the top left.
      const corners = [values[at]!, values[at + 1]!, values[at + side + 1]!, values[at + side]!];
      const crossings = crossingsOf(corners);
      if (crossings.length === 0) continue;
      // Four crossings are a saddle: the middle says which two corners belong together.
      if (crossings.length === 4) {
        const middle = corners.reduce((sum, corner) => sum + corner, 0) >= 0;
        if (middle !== corners[0]! >= 0) crossings.push(crossings.shift()!);
      }
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        const [a, b] = [crossings[i]!, crossings[i + 1]!];
        const scale = 1 / (side - 1);
        segments.push([
          (column + a[0]) * scale,
          (row + a[1]) * scale,
          (column + b[0]) * scale,
          (row + b[1]) * scale,
        ]);
      }
    }
  }
  return segments;
}

/** Where the edges of a cell are crossed: top, right, bottom, left, those that are. */
function crossingsOf([a, b, c, d]: readonly number[]): [number, number][] {
  const crossings: [number, number][] = [];
  const at = (from: number, to: number): number | undefined =>
    from >= 0 === to >= 0 ? undefined : from / (from - to);
  const top = at(a!, b!);
  const right = at(b!, c!);
  const bottom = at(d!, c!);
  const left = at(a!, d!);
  if (top !== undefined) crossings.push([top, 0]);
  if (right !== undefined) crossings.push([1, right]);
  if (bottom !== undefined) crossings.push([bottom, 1]);
  if (left !== undefined) crossings.push([0, left]);
  return crossings;
}
