import { randomNormal, randomUniform } from "@lanewise/core-wasm/reference";
import { type DataId, isTruthTable } from "./catalogue.js";
import { limits, type Settings } from "./config.js";
import { unpackPoints } from "./ownPoints.js";

/** Points of the plane: `targets` are −1 or +1 for the classes, or values between. */
export interface Points {
  readonly xs: Float32Array<ArrayBuffer>;
  readonly ys: Float32Array<ArrayBuffer>;
  readonly targets: Float32Array<ArrayBuffer>;
}

/** What is trained on, and what is kept for testing. */
export interface Split {
  readonly train: Points;
  readonly test: Points;
}

interface Point {
  x: number;
  y: number;
  target: number;
}

/** Where the corners of a truth table are: "false" at −corner, "true" at +corner. */
const corner = 2;

/** Each use of the generator has a stream of its own. */
const streams = { places: 1, shapes: 2, noise: 3, held: 4 };

/** The points of the settings, the visitor's own among them, which are all trained on. The same seed makes the same points. */
export function makePoints(settings: Pick<Settings, "data" | "noise" | "held" | "points" | "seed">): Split {
  const { data, noise, held, points, seed } = settings;
  const made = isTruthTable(data) ? truthTable(data) : scattered(data, seed);
  addNoise(made, (noise / 100) * limits.half, seed);
  const share = isTruthTable(data) ? 0 : held / 100;
  const { train, test } = split(made, share, seed);
  return { train: columns([...train, ...unpackPoints(points)]), test: columns(test) };
}

function truthTable(data: DataId): Point[] {
  const truth = (p: boolean, q: boolean): boolean =>
    data === "and" ? p && q : data === "or" ? p || q : p !== q;
  return [false, true].flatMap((q) =>
    [false, true].map((p) => ({
      x: p ? corner : -corner,
      y: q ? corner : -corner,
      target: truth(p, q) ? 1 : -1,
    })),
  );
}

/** What a point of a set of many is made of. */
interface Draw {
  /** −1 or +1. */
  readonly target: -1 | 1;
  /** Uniform, from 0 to 1. */
  readonly u: number;
  readonly v: number;
  /** Normal, of deviation 1. */
  readonly g: number;
  readonly h: number;
  /** The how-manieth of its class, from 0 to 1. */
  readonly along: number;
}

/** The sets of many points, before noise. */
const shapes: Readonly<Partial<Record<DataId, (draw: Draw) => Point>>> = {
  gaussians: ({ target, g, h }) => ({ x: 1.25 * target + 0.55 * g, y: 1.25 * target + 0.55 * h, target }),
  clouds: ({ target, u, g, h }) => {
    const side = u < 0.5 ? -1 : 1;
    return { x: 1.35 * side + 0.4 * g, y: -1.35 * side * target + 0.4 * h, target };
  },
  circles: ({ target, u, v }) => {
    // Evenly over the area of a disc, and of a ring around it.
    const [inner, outer] = target > 0 ? [0, 1.2] : [1.9, 2.6];
    return { ...polar(Math.sqrt(inner ** 2 + u * (outer ** 2 - inner ** 2)), 2 * Math.PI * v), target };
  },
  moons: ({ target, along }) => {
    const { x, y } = polar(1.6, Math.PI * along);
    return target > 0 ? { x: x - 0.8, y: y - 0.35, target } : { x: 0.8 - x, y: 0.35 - y, target };
  },
  spirals: ({ target, along }) => {
    const angle = 1.75 * 2 * Math.PI * along + (target > 0 ? Math.PI : 0);
    return { ...polar(0.15 + 2.5 * along, angle), target };
  },
  plane: ({ u, v }) => {
    const [x, y] = [widest * (2 * u - 1), widest * (2 * v - 1)];
    return { x, y, target: (x + y) / (2 * widest) };
  },
  wave: ({ u, v }) => {
    const [x, y] = [widest * (2 * u - 1), widest * (2 * v - 1)];
    return { x, y, target: Math.sin(1.6 * x) * Math.cos(1.1 * y) };
  },
};

/** How far points that have values reach. */
const widest = 2.8;

/** A set of many points. Even ones are of the one class, odd ones of the other; none for a set that has none of its own. */
function scattered(data: DataId, seed: number): Point[] {
  const shape = shapes[data];
  if (!shape) return [];
  const n = limits.points;
  const uniform = randomUniform(2 * n, { seed, stream: streams.places });
  const normal = randomNormal(2 * n, { seed, stream: streams.shapes });
  return Array.from({ length: n }, (_, i) =>
    shape({
      target: i % 2 === 0 ? -1 : 1,
      u: uniform[2 * i]!,
      v: uniform[2 * i + 1]!,
      g: normal[2 * i]!,
      h: normal[2 * i + 1]!,
      along: Math.floor(i / 2) / (n / 2 - 1),
    }),
  );
}

function polar(radius: number, angle: number): { x: number; y: number } {
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

function addNoise(points: Point[], deviation: number, seed: number): void {
  const noise = randomNormal(2 * points.length, { seed, stream: streams.noise });
  points.forEach((point, i) => {
    point.x = within(point.x + deviation * noise[2 * i]!);
    point.y = within(point.y + deviation * noise[2 * i + 1]!);
    point.target = toGrid(point.target);
  });
}

/** Into the plane. */
function within(value: number): number {
  return toGrid(Math.min(limits.half, Math.max(-limits.half, value)));
}

/** On a grid: engines whose sine or logarithm differs in the last bit make the same set all the same. */
function toGrid(value: number): number {
  return Math.round(value * 4096) / 4096;
}

/** The same share of even and of odd points is held out, by lot. */
function split(points: readonly Point[], share: number, seed: number): { train: Point[]; test: Point[] } {
  const lots = randomUniform(points.length, { seed, stream: streams.held });
  const held = new Set<Point>();
  for (const parity of [0, 1]) {
    const order = points.map((_, i) => i).filter((i) => i % 2 === parity);
    order.sort((a, b) => lots[a]! - lots[b]!);
    for (const i of order.slice(0, Math.round(share * order.length))) held.add(points[i]!);
  }
  return {
    train: points.filter((point) => !held.has(point)),
    test: points.filter((point) => held.has(point)),
  };
}

function columns(points: readonly Point[]): Points {
  return {
    xs: Float32Array.from(points, ({ x }) => x),
    ys: Float32Array.from(points, ({ y }) => y),
    targets: Float32Array.from(points, ({ target }) => target),
  };
}
