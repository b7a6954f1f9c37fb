import type { States } from "./reading.js";

/**
 * The order of the lanes: slow units first, which keep something in mind over many characters; quick ones last, which
 * change with every character. How quick a unit is, is an average over the lines shown so far, so that the order settles.
 */
export class LaneOrder {
  #quickness: Float64Array = new Float64Array(0);
  #order: number[] = [];

  /** Takes another line into account. */
  learn({ text, units, values }: States): void {
    const first = this.#quickness.length !== units;
    if (first) this.#quickness = new Float64Array(units);
    for (let unit = 0; unit < units; unit++) {
      let changes = 0;
      let sizes = 1e-6;
      for (let t = 1; t < text.length; t++) {
        const value = values[t * units + unit] ?? 0;
        changes += Math.abs(value - (values[(t - 1) * units + unit] ?? 0));
        sizes += Math.abs(value);
      }
      const before = this.#quickness[unit] ?? 0;
      this.#quickness[unit] = first ? changes / sizes : 0.7 * before + (0.3 * changes) / sizes;
    }
    this.#order = Array.from({ length: units }, (_, unit) => unit).sort(
      (a, b) => (this.#quickness[a] ?? 0) - (this.#quickness[b] ?? 0),
    );
  }

  clear(): void {
    this.#quickness = new Float64Array(0);
    this.#order = [];
  }

  /** The unit in a lane, counted from the top. */
  unitAt(lane: number): number {
    return this.#order[lane] ?? 0;
  }

  laneOf(unit: number): number {
    return Math.max(0, this.#order.indexOf(unit));
  }
}

/** The unit most worth following: one that varies a lot, but not with every character. */
export function mostTelling({ text, units, values }: States): number {
  let best = 0;
  let most = -1;
  for (let unit = 0; unit < units; unit++) {
    let sum = 0;
    let squares = 0;
    let changes = 0;
    for (let t = 0; t < text.length; t++) {
      const value = values[t * units + unit] ?? 0;
      sum += value;
      squares += value * value;
      if (t > 0) changes += Math.abs(value - (values[(t - 1) * units + unit] ?? 0));
    }
    const variance = squares / text.length - (sum / text.length) ** 2;
    const score = variance / (0.1 + changes / text.length);
    if (score > most) [most, best] = [score, unit];
  }
  return best;
}
