import type { Neuron } from "./neuron.js";

/** Keeps the weights that answer most samples rightly, of all that it is offered. */
export class Pocket {
  readonly #kept: Neuron;
  readonly #x: ArrayLike<number>;
  readonly #labels: ArrayLike<number>;
  #right: number;

  /** @param kept the neuron that answers: the best so far, and where a better one is written */
  constructor(kept: Neuron, x: ArrayLike<number>, labels: ArrayLike<number>) {
    this.#kept = kept;
    this.#x = x;
    this.#labels = labels;
    this.#right = this.#count(kept);
  }

  offer(learner: Neuron): void {
    const count = this.#count(learner);
    if (count <= this.#right) return;
    this.#right = count;
    this.#kept.assign(learner);
  }

  #count(neuron: Neuron): number {
    let right = 0;
    for (let row = 0; row < this.#labels.length; row++) {
      if (neuron.fires(this.#x, row) === Number(this.#labels[row] === 1)) right++;
    }
    return right;
  }
}
