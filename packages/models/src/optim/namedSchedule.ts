import { RangeError } from "@lanewise/core-wasm";
import { constant, cosine, linearDecay, type Schedule } from "./schedules.js";

/** How the learning rate moves over a run, once it has warmed up. */
export type ScheduleName = "cosine" | "linear" | "constant";

export interface NamedScheduleOptions {
  /** Steps of the whole run. */
  readonly steps: number;
  readonly schedule: ScheduleName;
  /** The highest rate. */
  readonly learningRate: number;
  /** Over how many steps the rate first rises in a line. */
  readonly warmup: number;
  /** Where the schedule ends, as a share of `learningRate`. */
  readonly finalRate: number;
}

/** The schedule that a run's options name. @throws RangeError */
export function namedSchedule(options: NamedScheduleOptions): Schedule {
  const { schedule, steps, learningRate, warmup, finalRate } = options;
  checkScheduleName(schedule);
  if (schedule === "constant" && warmup === 0) return constant(learningRate);
  const decay = {
    peak: learningRate,
    warmup,
    floor: finalRate * learningRate,
    steps: Math.max(steps, warmup),
  };
  if (schedule === "constant") return linearDecay({ ...decay, floor: learningRate });
  return schedule === "linear" ? linearDecay(decay) : cosine(decay);
}

/** @throws RangeError for a name that is none */
export function checkScheduleName(name: unknown): asserts name is ScheduleName {
  if (name !== "cosine" && name !== "linear" && name !== "constant") {
    throw new RangeError("schedule", '"cosine", "linear" or "constant"', name);
  }
}
