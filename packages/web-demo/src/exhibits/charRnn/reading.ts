import type { Learner } from "./learner.js";

/** Characters shown at a time. */
const span = 64;
/** Characters read before them, so that the state does not come from nowhere. */
const context = 64;

/** A line of text with the hidden state at each of its characters: `values` is f32[text.length, units], row-major. */
export interface States {
  text: string;
  units: number;
  values: Float32Array<ArrayBuffer>;
}

/** Reads on through a text, a line of characters at a time, and reports the hidden states. */
export class Reading {
  readonly #model: Learner;
  readonly #text: string;
  #at = 0;

  constructor(model: Learner, text: string) {
    this.#model = model;
    this.#text = text;
  }

  /** The next characters, with their hidden states. */
  next(): States {
    if (this.#at + span > this.#text.length) this.#at = 0;
    const from = Math.max(0, this.#at - context);
    const to = Math.min(this.#text.length, this.#at + span);
    const skipped = this.#at - from;
    const states = this.#model.hiddenStates(this.#text.slice(from, to));
    const units = states.length / (to - from);
    const text = this.#text.slice(this.#at, to);
    this.#at = to;
    return { text, units, values: new Float32Array(states.subarray(skipped * units)) };
  }
}
