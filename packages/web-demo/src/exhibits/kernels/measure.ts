/** How a comparison is timed. */
export interface Plan {
  /** A sample takes at least this long: one call, or as many as it takes. */
  readonly sampleMs: number;
  /** Each contender is measured for about this long, … */
  readonly budgetMs: number;
  /** … and at least so many times. */
  readonly leastSamples: number;
  /** Warming up takes at least, and (but for a call that is slower by itself) at most this long. */
  readonly warmUp: { readonly leastMs: number; readonly mostMs: number };
}

/** Something to time: one call is all of its pieces, in order. Long work has many, so that it can be stopped on the way. */
export type Pieces = readonly (() => void)[];

/** What happens while a comparison is timed. A contender is told by its place in the list. */
export type Step =
  /** Something ran for a moment: the place to let others in. The clock stands still. */
  | { readonly type: "pause" }
  | { readonly type: "warming"; readonly contender: number }
  /** `fraction`: how much of all sampling is done. `planned`: how many samples this contender will have. */
  | {
      readonly type: "sample";
      readonly contender: number;
      readonly msPerCall: number;
      readonly planned: number;
      readonly fraction: number;
    };

const pause: Step = { type: "pause" };

/** The middle of some numbers, and how far they lie from it. */
export interface Figure {
  readonly median: number;
  /** The median absolute deviation. */
  readonly spread: number;
  readonly samples: number;
}

/** So many batches in a row that are no faster than the best before: the optimising compiler has had its turn. */
const steadyBatches = 5;
/** A batch that is faster by less than this part is not faster. */
const noise = 0.02;

/**
 * Warms every contender up, then takes samples of all of them in turns. Where the calls of one take longer, it has
 * fewer samples, spread evenly over those of the others: next is always the one that has done the least part of its own.
 */
export function* measure(
  contenders: readonly Pieces[],
  plan: Plan,
  now: () => number,
): Generator<Step, void, undefined> {
  const tallies = [];
  for (const [contender, pieces] of contenders.entries()) {
    yield { type: "warming", contender };
    const msPerCall = yield* warmUp(pieces, plan, now);
    const calls = Math.max(1, Math.ceil(plan.sampleMs / msPerCall));
    const planned = Math.max(plan.leastSamples, Math.ceil(plan.budgetMs / (calls * msPerCall)));
    tallies.push({ contender, pieces, calls, planned, taken: 0 });
  }
  const all = tallies.reduce((sum, { planned }) => sum + planned, 0);
  for (let done = 1; done <= all; done++) {
    const next = tallies.reduce((least, tally) => (part(tally) < part(least) ? tally : least));
    const msPerCall = (yield* time(next.pieces, next.calls, now)) / next.calls;
    next.taken++;
    yield {
      type: "sample",
      contender: next.contender,
      msPerCall,
      planned: next.planned,
      fraction: done / all,
    };
  }
}

/** Runs until it gets no faster; returns the milliseconds of one call in the fastest batch, never 0. */
function* warmUp(
  pieces: Pieces,
  { sampleMs, warmUp: { leastMs, mostMs } }: Plan,
  now: () => number,
): Generator<Step, number, undefined> {
  let elapsed = 0;
  let calls = 1;
  let best = Infinity;
  let steady = 0;
  for (;;) {
    const took = yield* time(pieces, calls, now);
    elapsed += took;
    if (took < sampleMs) {
      // Too short for the clock: that says nothing yet.
      calls *= 2;
      continue;
    }
    const each = took / calls;
    steady = each < best * (1 - noise) ? 0 : steady + 1;
    best = Math.min(best, each);
    if (elapsed >= mostMs || (elapsed >= leastMs && steady >= steadyBatches)) return best;
  }
}

/** The milliseconds of so many calls. Between the pieces of long work others are let in, and the clock stands still. */
function* time(pieces: Pieces, calls: number, now: () => number): Generator<Step, number, undefined> {
  const [first] = pieces;
  let ms = 0;
  if (pieces.length === 1 && first) {
    ms = timeAtOnce(first, calls, now);
    yield pause;
    return ms;
  }
  for (let call = 0; call < calls; call++) {
    for (const piece of pieces) {
      ms += timeAtOnce(piece, 1, now);
      yield pause;
    }
  }
  return ms;
}

/** A plain loop: what a generator costs would show beside the shortest calls. */
function timeAtOnce(run: () => void, calls: number, now: () => number): number {
  const start = now();
  for (let call = 0; call < calls; call++) run();
  return now() - start;
}

function part({ taken, planned }: { taken: number; planned: number }): number {
  return taken / planned;
}

/** Median and median absolute deviation. NaN for no numbers. */
export function figureOf(samples: readonly number[]): Figure {
  const middle = median(samples);
  return {
    median: middle,
    spread: median(samples.map((sample) => Math.abs(sample - middle))),
    samples: samples.length,
  };
}

export function median(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** The mean that ratios have: e to the mean of their logarithms. NaN for no numbers. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** The least step of a clock. Browsers make theirs coarse: 0.005 ms at best, 1 ms in some. */
export function clockStep(now: () => number, ticks = 8): number {
  let least = Infinity;
  let last = now();
  for (let seen = 0; seen < ticks;) {
    const time = now();
    if (time <= last) continue;
    least = Math.min(least, time - last);
    last = time;
    seen++;
  }
  return least;
}

/** How long a sample has to be, so that a step of the clock more or less is no matter: 4 % of it at most. */
export function sampleMsFor(clockMs: number): number {
  return Math.max(10, 25 * clockMs);
}
