import { checkInteger, checkNumber } from "@lanewise/core-wasm";

/** The learning rate of an update, counted from 0. Pure: the same step gives the same bits in every engine. */
export type Schedule = (step: number) => number;

export interface WarmupOptions {
  /** The highest rate. */
  peak: number;
  /** Over so many updates the rate rises: peak/warmup, 2 peak/warmup, … peak. Default: 0 */
  warmup?: number | undefined;
}

export interface DecayOptions extends WarmupOptions {
  /** The rate at the end, and from then on. Default: 0 */
  floor?: number | undefined;
  /** The update at which the rate arrives at the floor: the number of updates of a run. */
  steps: number;
}

/** The same rate all the time. @throws RangeError */
export function constant(rate: number): Schedule {
  checkNumber("rate", rate, 0);
  return () => rate;
}

/** Rises for `warmup` updates, and stays. @throws RangeError */
export function linearWarmup({ peak, warmup = 0 }: WarmupOptions): Schedule {
  checkNumber("peak", peak, 0);
  checkInteger("warmup", warmup, 0);
  return (step) => (step < warmup ? (peak * (step + 1)) / warmup : peak);
}

/**
 * Rises for `warmup` updates, and falls in a straight line: floor + (peak − floor)(1 − p) with
 * p = (step − warmup) / (steps − warmup).
 *
 * @throws RangeError
 */
export function linearDecay(options: DecayOptions): Schedule {
  return decay(options, (progress) => 1 - progress);
}

/**
 * Rises for `warmup` updates, and falls in half a wave: floor + (peak − floor)(1 + cos πp) / 2 with
 * p = (step − warmup) / (steps − warmup).
 *
 * Ref: Loshchilov and Hutter 2016, arXiv:1608.03983 (one cycle).
 *
 * @throws RangeError
 */
export function cosine(options: DecayOptions): Schedule {
  return decay(options, (progress) => (1 + cosineOfPi(progress)) / 2);
}

function decay(
  { peak, floor = 0, warmup = 0, steps }: DecayOptions,
  height: (progress: number) => number,
): Schedule {
  checkNumber("floor", floor, 0, peak);
  checkInteger("steps", steps, warmup);
  const rise = linearWarmup({ peak, warmup });
  return (step) => {
    if (step < warmup) return rise(step);
    if (step >= steps) return floor;
    return floor + (peak - floor) * height((step - warmup) / (steps - warmup));
  };
}

/** cos πx for x in [0, 1], by its series: engines differ in the last bits of `Math.cos`, and then runs would. */
function cosineOfPi(x: number): number {
  if (x > 0.5) return -cosineOfPi(1 - x);
  const square = Math.PI * x * (Math.PI * x);
  let term = 1;
  let sum = 1;
  for (let k = 2; k <= 24; k += 2) {
    term *= -square / (k * (k - 1));
    sum += term;
  }
  return sum;
}
