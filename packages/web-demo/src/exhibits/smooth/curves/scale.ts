/** A map from numbers to places, and the numbers worth marking. */
export interface Scale {
  readonly from: number;
  readonly to: number;
  /** Where a number lies, 0 at `from` and 1 at `to`. */
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** Equal steps; about `count` ticks, at 1, 2 or 5 times a power of ten. */
export function linearScale(from: number, to: number, count: number): Scale {
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999)!;
  const ticks: number[] = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) {
    ticks.push(Number((i * step).toPrecision(12)));
  }
  return { from, to, at: (value) => (value - from) / (to - from), ticks };
}

/** Equal ratios; a tick at each power of ten. */
export function logScale(from: number, to: number): Scale {
  const [low, high] = [Math.log10(from), Math.log10(to)];
  const ticks: number[] = [];
  for (let power = Math.ceil(low - 1e-9); power <= high + 1e-9; power++) ticks.push(Number(`1e${power}`));
  return { from, to, at: (value) => (Math.log10(value) - low) / (high - low), ticks };
}
