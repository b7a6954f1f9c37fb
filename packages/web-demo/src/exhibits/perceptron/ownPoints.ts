import { limits } from "./config.js";

/** A point that a visitor put into the plane; its class is −1 or +1. */
export interface OwnPoint {
  readonly x: number;
  readonly y: number;
  readonly target: -1 | 1;
}

/** Steps from one edge of the plane to the other: two digits to base 36. */
const steps = 36 ** 2 - 1;
const signs = { a: -1, b: 1 } as const;

/** Five characters a point: its class, `a` or `b`, and two digits to base 36 for each coordinate. */
export function packPoints(points: readonly OwnPoint[]): string {
  const digits = (value: number): string => toStep(value).toString(36).padStart(2, "0");
  return points.map(({ x, y, target }) => `${target < 0 ? "a" : "b"}${digits(x)}${digits(y)}`).join("");
}

/** The other way round; what makes no sense is left out. */
export function unpackPoints(text: string): OwnPoint[] {
  const points: OwnPoint[] = [];
  for (const [, sign, x, y] of text.matchAll(/([ab])([\da-z]{2})([\da-z]{2})/g)) {
    if (points.length === limits.own) break;
    points.push({ x: fromDigits(x!), y: fromDigits(y!), target: signs[sign as "a" | "b"] });
  }
  return points;
}

/** A place of the grid that the address can hold, so that a point is where a link says it is. */
export function snap(value: number): number {
  return fromStep(toStep(value));
}

function toStep(value: number): number {
  const share = (value + limits.half) / (2 * limits.half);
  return Math.round(Math.min(1, Math.max(0, share)) * steps);
}

function fromStep(step: number): number {
  return (step / steps) * 2 * limits.half - limits.half;
}

function fromDigits(digits: string): number {
  return fromStep(parseInt(digits, 36));
}
