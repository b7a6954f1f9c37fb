/** What the fall of the temperature stands on: the page's own, or doubles in a test. */
export interface FallParts {
  /** Takes the next step. */
  readonly step: (step: number) => void;
  readonly changed: (falls: boolean) => void;
  /** Calls back with the next frame of the screen, with the time in milliseconds. */
  readonly nextFrame: (callback: (now: number) => void) => void;
  /** Whether the visitor wants no motion. */
  readonly isStill: () => boolean;
}

/** How long the fall from the highest step to the lowest takes, in milliseconds. */
const fallMs = 5000;

/** Lowers the temperature to its least, step by step; where motion is unwanted, in one. */
export class Fall {
  readonly #parts: FallParts;
  readonly #lowest: number;
  #run = 0;
  #falls = false;

  constructor(lowest: number, parts: FallParts) {
    this.#lowest = lowest;
    this.#parts = parts;
  }

  get falls(): boolean {
    return this.#falls;
  }

  /** From a step down; from the lowest it begins at the highest. */
  start(from: number, highest: number): void {
    const { step, isStill, nextFrame } = this.#parts;
    if (isStill()) {
      step(this.#lowest);
      return;
    }
    const begin = from > this.#lowest ? from : highest;
    const run = ++this.#run;
    this.#set(true);
    let beganAt: number | undefined;
    const perMs = (highest - this.#lowest) / fallMs;
    const frame = (now: number): void => {
      if (run !== this.#run || !this.#falls) return;
      beganAt ??= now;
      const next = Math.max(this.#lowest, Math.round(begin - perMs * (now - beganAt)));
      step(next);
      if (next === this.#lowest) this.#set(false);
      else nextFrame(frame);
    };
    nextFrame(frame);
  }

  stop(): void {
    this.#run++;
    this.#set(false);
  }

  #set(falls: boolean): void {
    if (falls === this.#falls) return;
    this.#falls = falls;
    this.#parts.changed(falls);
  }
}
