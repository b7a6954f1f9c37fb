import { checkInteger, checkNumber, RangeError } from "@lanewise/core-wasm";
import { checkScheduleName, type ScheduleName } from "../optim/index.js";

/** How to train. Everything may be left out. */
export interface TrainOptions {
  /** How many steps the whole run takes: the horizon of the schedule. Default: 2000. */
  steps?: number | undefined;
  /** Where the streams begin in the text, and what dropout is drawn from: a whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  /**
   * Ends the run by throwing the signal's reason: within 200 ms, but for models of a million weights and more, which may
   * take longer. The model stays usable, and can be resumed.
   */
  signal?: AbortSignal | undefined;
  /** B, how many streams of the text are read side by side. Default: 32. */
  batch?: number | undefined;
  /** T, how many characters of each stream a step reads: gradients go back that far, the state goes on. Default: 64. */
  window?: number | undefined;
  /** The highest rate of the schedule. Default: 4e-3. */
  learningRate?: number | undefined;
  /** After the warm-up: down to `finalRate` in half a cosine or a line, or "constant". Default: "cosine". */
  schedule?: ScheduleName | undefined;
  /**
   * Over how many steps the rate first rises in a line. Default: a twentieth of `steps`, at most 100; 0 for
   * "constant".
   */
  warmup?: number | undefined;
  /** Where the schedule ends, as a share of `learningRate`. Default: 0.05. */
  finalRate?: number | undefined;
  /** The most that the norm of all gradients together may be; larger ones are scaled down. Infinity: any. Default: 1. */
  clip?: number | undefined;
  /** AdamW's decay, of the weight matrices alone: not of the biases and the embedding. Default: 0. */
  weightDecay?: number | undefined;
  /** Adam's decay rates of the two moments. Default: 0.9 and 0.999. */
  beta1?: number | undefined;
  beta2?: number | undefined;
  /** A text that is evaluated now and then: the events tell its bits per character. */
  validation?: string | undefined;
  /** Every how many steps; the last step always. Default: a tenth of `steps`. */
  evaluateEvery?: number | undefined;
  /** `batch` of that evaluation: see `EvaluateOptions`. Default: 1, the exact number. */
  evaluateBatch?: number | undefined;
  /**
   * Go on with the run that this model is in (it was stopped, aborted, or loaded from a checkpoint): its options are
   * the defaults then. `steps`, the rate with its schedule and `clip` may be others; the text and the rest must be the
   * same. With the same options it is bit for bit what one run without the stop would have given. Default: false, a
   * new run that begins with the weights as they are.
   */
  resume?: boolean | undefined;
  /** Stop after so many steps of this call, to be resumed. Default: go on to `steps`. */
  stopAfter?: number | undefined;
}

/** What a run says of itself: at most ten a second, and always of its first step and its last. */
export interface TrainEvent {
  /** Steps done so far, from 1. */
  readonly step: number;
  /** Steps of the whole run. */
  readonly steps: number;
  /** The mean loss of the steps since the event before, in nats per character. */
  readonly loss: number;
  /** The same in bits. */
  readonly bitsPerCharacter: number;
  /** The rate of this step. */
  readonly learningRate: number;
  /** The norm of all gradients of this step, before clipping. */
  readonly gradNorm: number;
  /** Characters trained on a second since the event before; the time that events and validation take is not counted. */
  readonly charactersPerSecond: number;
  /** Seconds until the run is over, from the speed so far; validation is not counted. */
  readonly etaSeconds: number;
  /** There if the validation text was evaluated since the event before. */
  readonly validation?: ValidationResult;
}

export interface ValidationResult {
  /** The step after which it was evaluated. */
  readonly step: number;
  /** Nats per character. */
  readonly loss: number;
  readonly bitsPerCharacter: number;
}

/** What decides the numbers of a run, with nothing left out: kept in its checkpoints. */
export interface RunOptions {
  readonly steps: number;
  readonly seed: number;
  readonly batch: number;
  readonly window: number;
  readonly learningRate: number;
  readonly schedule: ScheduleName;
  readonly warmup: number;
  readonly finalRate: number;
  readonly clip: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
}

/** What a run keeps to its end: its streams and the optimiser's moments were made for these. */
const lasting = ["seed", "batch", "window", "weightDecay", "beta1", "beta2"] as const;

/**
 * Checks the options and fills in what is left out: from `before`, the run that is resumed, or the defaults.
 *
 * @throws RangeError, also if one that lasts differs from the resumed run's
 */
export function resolveRun(options: TrainOptions, before?: RunOptions): RunOptions {
  const schedule = options.schedule ?? before?.schedule ?? "cosine";
  const steps = options.steps ?? before?.steps ?? 2000;
  const warmup = schedule === "constant" ? 0 : Math.min(100, Math.floor(steps / 20));
  const run: RunOptions = {
    steps,
    seed: options.seed ?? before?.seed ?? 0,
    batch: options.batch ?? before?.batch ?? 32,
    window: options.window ?? before?.window ?? 64,
    learningRate: options.learningRate ?? before?.learningRate ?? 4e-3,
    schedule,
    warmup: options.warmup ?? before?.warmup ?? warmup,
    finalRate: options.finalRate ?? before?.finalRate ?? 0.05,
    clip: options.clip ?? before?.clip ?? 1,
    weightDecay: options.weightDecay ?? before?.weightDecay ?? 0,
    beta1: options.beta1 ?? before?.beta1 ?? 0.9,
    beta2: options.beta2 ?? before?.beta2 ?? 0.999,
  };
  checkRun(run);
  if (before) {
    for (const name of lasting) {
      if (run[name] !== before[name]) {
        throw new RangeError(name, `${before[name]}, as in the run that is resumed`, run[name]);
      }
    }
  }
  return run;
}

/** @throws RangeError */
export function checkRun(run: RunOptions): void {
  checkInteger("steps", run.steps, 1);
  checkInteger("seed", run.seed, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("batch", run.batch, 1, 1 << 16);
  checkInteger("window", run.window, 1, 1 << 16);
  checkNumber("learningRate", run.learningRate, 0);
  checkScheduleName(run.schedule);
  checkInteger("warmup", run.warmup, 0);
  checkNumber("finalRate", run.finalRate, 0, 1);
  if (!(run.clip > 0)) throw new RangeError("clip", "a number above 0, or Infinity", run.clip);
  checkNumber("weightDecay", run.weightDecay, 0);
  checkNumber("beta1", run.beta1, 0, 1);
  checkNumber("beta2", run.beta2, 0, 1);
}

/** The options that say how far to go and what to tell, not what comes of it. @throws RangeError */
export function checkRunning({ stopAfter, evaluateEvery, evaluateBatch }: TrainOptions): void {
  for (const [name, count] of Object.entries({ stopAfter, evaluateEvery, evaluateBatch })) {
    if (count !== undefined && count !== Infinity) checkInteger(name, count, 1);
  }
}
