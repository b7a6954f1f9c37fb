import { FormatError } from "@lanewise/core-wasm";
import type { Parameter } from "../tensor/index.js";
import type { RunOptions, ValidationResult } from "./fitOptions.js";

/** What early stopping counts. */
export interface BestCounters {
  /** After which step was evaluated last; 0 for never. */
  readonly evaluatedAt: number;
  /** Evaluations since the best. */
  readonly waited: number;
  readonly best: ValidationResult | null;
}

/** The best evaluation of a run, and its weights where they will be wanted. */
export class BestSoFar {
  readonly #parameters: ReadonlyMap<string, Parameter>;
  #counters: BestCounters = { evaluatedAt: 0, waited: 0, best: null };
  #weights: ReadonlyMap<string, Float32Array> = new Map();
  #restored = false;

  /** @throws FormatError if the saved weights are another network's */
  constructor(
    parameters: ReadonlyMap<string, Parameter>,
    saved?: { readonly counters: BestCounters; readonly bestWeights: ReadonlyMap<string, Float32Array> },
  ) {
    this.#parameters = parameters;
    if (!saved) return;
    const { evaluatedAt, waited, best } = saved.counters;
    this.#counters = { evaluatedAt, waited, best };
    this.#weights = saved.bestWeights;
    if (this.#weights.size === 0) return;
    for (const [name, { size }] of parameters) {
      if (this.#weights.get(name)?.length !== size) {
        throw new FormatError(
          `state.best.${name}`,
          `${size} numbers`,
          `${this.#weights.get(name)?.length ?? "none"}`,
        );
      }
    }
  }

  get counters(): BestCounters {
    return this.#counters;
  }

  /** Empty unless the run has a patience. */
  get weights(): ReadonlyMap<string, Float32Array> {
    return this.#weights;
  }

  /** Takes note of an evaluation, and of the weights as they stand if it is the best. */
  note(result: ValidationResult, run: RunOptions): void {
    const { best, waited } = this.#counters;
    const evaluatedAt = result.step;
    if (best && !isBetter(result, best, run)) {
      this.#counters = { evaluatedAt, waited: waited + 1, best };
      return;
    }
    this.#counters = { evaluatedAt, waited: 0, best: result };
    if (run.patience === Infinity) this.#weights = new Map();
    else this.#weights = new Map(Array.from(this.#parameters, ([name, weight]) => [name, weight.toArray()]));
  }

  /** Whether a run has waited long enough. */
  isOver({ patience }: RunOptions): boolean {
    return this.#counters.waited >= patience;
  }

  /** Whether the weights are the best ones again: then the moments are not theirs, and the run is at its end. */
  get restored(): boolean {
    return this.#restored;
  }

  /** Puts the best weights back, if they were kept. */
  restore(): void {
    this.#restored = this.#weights.size > 0;
    for (const [name, weights] of this.#weights) this.#parameters.get(name)!.array.set(weights);
  }
}

function isBetter(
  now: ValidationResult,
  best: ValidationResult,
  { monitor, minimumGain }: RunOptions,
): boolean {
  const gain = monitor === "loss" ? best.loss - now.loss : (now.accuracy ?? 0) - (best.accuracy ?? 0);
  return gain > minimumGain;
}
