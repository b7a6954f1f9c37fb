/** The learning curve as it grows: raw and smoothed training bits, held-out bits, by step. */
export class Curve {
  readonly steps: number[] = [];
  readonly raw: (number | null)[] = [];
  readonly smooth: (number | null)[] = [];
  readonly heldOut: (number | null)[] = [];
  #average: number | undefined;

  /**
   * Takes one point. The smooth line is an exponential average over about `span` steps, whatever the distance
   * between points; a step that was there already is left out.
   */
  push(step: number, bits: number, heldOut?: number, span = 30): void {
    const last = this.steps.at(-1);
    if (last !== undefined && step <= last) return;
    const keep = Math.exp(-(step - (last ?? 0)) / Math.min(span, 1 + step / 8));
    this.#average = this.#average === undefined ? bits : keep * this.#average + (1 - keep) * bits;
    this.steps.push(step);
    this.raw.push(bits);
    this.smooth.push(this.#average);
    this.heldOut.push(heldOut ?? null);
  }

  /** Puts a held-out figure on the last point. */
  measure(heldOut: number): void {
    if (this.heldOut.length > 0) this.heldOut[this.heldOut.length - 1] = heldOut;
  }

  clear(): void {
    this.steps.length = this.raw.length = this.smooth.length = this.heldOut.length = 0;
    this.#average = undefined;
  }

  /** The lowest and the highest figure on any line, or `undefined` while there is none. */
  get bounds(): { least: number; most: number } | undefined {
    let least = Infinity;
    let most = -Infinity;
    for (const values of [this.raw, this.heldOut]) {
      for (const value of values) {
        if (value === null) continue;
        least = Math.min(least, value);
        most = Math.max(most, value);
      }
    }
    return least <= most ? { least, most } : undefined;
  }
}
