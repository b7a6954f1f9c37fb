import { RangeError } from "@lanewise/core-wasm/errors";
import type { TokenizerDefinition } from "../definition.js";
import type { Training, TrainingEvent } from "./events.js";

/** What a trainer is inside: it yields events, and returns the tokenizer. */
export type TrainingRun = AsyncGenerator<TrainingEvent, TokenizerDefinition, undefined>;

/** A trainer's run as its callers see it. Nothing runs before it is asked for. */
export function startTraining(run: TrainingRun): Training {
  return new RunningTraining(run);
}

class RunningTraining implements Training {
  readonly #run: TrainingRun;
  readonly #outcome: Promise<TokenizerDefinition>;
  #settle!: { resolve: (definition: TokenizerDefinition) => void; reject: (reason: unknown) => void };
  #started = false;

  constructor(run: TrainingRun) {
    this.#run = run;
    this.#outcome = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever iterates hears of a failure there: nobody need ask for the definition as well.
    this.#outcome.catch(() => undefined);
  }

  get definition(): Promise<TokenizerDefinition> {
    if (!this.#started) void this.#drain();
    return this.#outcome;
  }

  /** @throws RangeError where it runs already: the events of one training are told once */
  async *[Symbol.asyncIterator](): AsyncGenerator<TrainingEvent, undefined, undefined> {
    if (this.#started) throw new RangeError("training", "one that has not started", "one that has");
    this.#started = true;
    let left = true;
    try {
      for (;;) {
        const { done, value } = await this.#run.next();
        if (done) {
          this.#settle.resolve(value);
          left = false;
          return;
        }
        yield value;
      }
    } catch (reason) {
      left = false;
      this.#settle.reject(reason);
      throw reason;
    } finally {
      if (left) {
        this.#settle.reject(new DOMException("The training was left before its end", "AbortError"));
        await this.#run.return(undefined as never);
      }
    }
  }

  async #drain(): Promise<void> {
    this.#started = true;
    try {
      for (;;) {
        const { done, value } = await this.#run.next();
        if (done) return this.#settle.resolve(value);
      }
    } catch (reason) {
      this.#settle.reject(reason);
    }
  }
}
