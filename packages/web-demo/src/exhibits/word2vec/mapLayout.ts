/** A rectangle, in pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** A point that would like its name beside it. */
export interface Labelled {
  readonly x: number;
  readonly y: number;
  /** Of the name. */
  readonly width: number;
}

/** Where a name stands: the left end of its line's middle. */
export interface Placed {
  /** Of the point in the list. */
  readonly at: number;
  readonly x: number;
  readonly y: number;
}

/** Between a point and its name, and around names. */
const gap = 6;

/**
 * Places for names beside their points, the first ones first: right, left, above or below, wherever none that was placed before
 * stands. A point whose name finds no room goes without, unless it is one of the first `insisting`, which are placed
 * at any rate.
 *
 * @param height of a line
 */
export function placeLabels(
  points: readonly Labelled[],
  bounds: Box,
  height: number,
  insisting = 0,
): Placed[] {
  const taken = new Occupied(bounds);
  const placed: Placed[] = [];
  points.forEach((point, at) => {
    const places = placesBeside(point, height);
    const free = places.find(([x, y]) => taken.isFree(boxOf(x, y, point.width, height)));
    const place = free ?? (at < insisting ? within(places[0]!, point.width, height, bounds) : undefined);
    if (!place) return;
    const [x, y] = place;
    taken.add(boxOf(x, y, point.width, height));
    placed.push({ at, x, y });
  });
  return placed;
}

function placesBeside({ x, y, width }: Labelled, height: number): [number, number][] {
  return [
    [x + gap, y],
    [x - gap - width, y],
    [x - width / 2, y - gap - height / 2],
    [x - width / 2, y + gap + height / 2],
  ];
}

function boxOf(x: number, y: number, width: number, height: number): Box {
  return { left: x - 2, top: y - height / 2, right: x + width + 2, bottom: y + height / 2 };
}

function within([x, y]: [number, number], width: number, height: number, bounds: Box): [number, number] {
  return [
    Math.max(bounds.left, Math.min(x, bounds.right - width)),
    Math.max(bounds.top + height / 2, Math.min(y, bounds.bottom - height / 2)),
  ];
}

/** What is taken, in rows of a grid, so that only what is near is compared. */
class Occupied {
  readonly #bounds: Box;
  readonly #rows = new Map<number, Box[]>();
  static readonly #rowHeight = 32;

  constructor(bounds: Box) {
    this.#bounds = bounds;
  }

  isFree(box: Box): boolean {
    const { left, top, right, bottom } = this.#bounds;
    if (box.left < left || box.top < top || box.right > right || box.bottom > bottom) return false;
    return this.#rowsOf(box).every((row) => !this.#rows.get(row)?.some((other) => overlap(box, other)));
  }

  add(box: Box): void {
    for (const row of this.#rowsOf(box)) {
      const boxes = this.#rows.get(row);
      if (boxes) boxes.push(box);
      else this.#rows.set(row, [box]);
    }
  }

  #rowsOf({ top, bottom }: Box): number[] {
    const first = Math.floor(top / Occupied.#rowHeight);
    return Array.from(
      { length: Math.floor(bottom / Occupied.#rowHeight) - first + 1 },
      (_, row) => first + row,
    );
  }
}

export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** How points of the plane become points of the screen: one scale for both axes, the origin in the middle. */
export interface Fit {
  readonly scale: number;
  readonly middleX: number;
  readonly middleY: number;
}

/**
 * The greatest scale at which the points, but for one in fifty that lie far out, are inside.
 *
 * @param points [n, 2]
 */
export function fitOf(points: ArrayLike<number>, width: number, height: number, margin: number): Fit {
  const reach = (axis: number): number => {
    const far: number[] = [];
    for (let i = axis; i < points.length; i += 2) far.push(Math.abs(points[i]!));
    far.sort((a, b) => a - b);
    return far[Math.min(far.length - 1, Math.ceil(0.98 * far.length))] ?? 0;
  };
  const room = (size: number, far: number): number =>
    far > 0 ? Math.max(1, size / 2 - margin) / far : Infinity;
  const scale = Math.min(room(width, reach(0)), room(height, reach(1)));
  return { scale: Number.isFinite(scale) ? scale : 1, middleX: width / 2, middleY: height / 2 };
}

/** The point that is nearest to a place on the screen, if one is within so many pixels; −1 otherwise. */
export function pointAt(points: readonly Labelled[], x: number, y: number, within: number): number {
  let found = -1;
  let least = within * within;
  points.forEach((point, at) => {
    const square = (point.x - x) ** 2 + (point.y - y) ** 2;
    if (square <= least) [found, least] = [at, square];
  });
  return found;
}
