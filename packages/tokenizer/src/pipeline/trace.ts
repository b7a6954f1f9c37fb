/**
 * How a text came of another: an edit script, written from left to right by whoever rewrites a text. Lengths are in UTF-16
 * code units. The lengths of the source add up to the source's, those of the result to the result's.
 */
export class Trace {
  /** Runs: length in the source, length in the result; a negative first one: that many, one to one. */
  readonly #runs: number[] = [];
  #changed = false;
  #chain: readonly Trace[] | undefined;

  /** The next `length` code units correspond one to one (their case may differ). */
  keep(length: number): void {
    if (length === 0) return;
    const runs = this.#runs;
    const last = runs.length - 2;
    if (last >= 0 && runs[last]! < 0) {
      runs[last]! -= length;
      runs[last + 1]! += length;
    } else runs.push(-length, length);
  }

  /** The next `from` code units of the source became `to` code units, all of which stand for all of those. */
  replace(from: number, to: number): void {
    if (from === 1 && to === 1) return this.keep(1);
    if (from === 0 && to === 0) return;
    this.#changed = true;
    this.#runs.push(from, to);
  }

  /** Code units that stand for nothing in the source. */
  insert(length: number): void {
    this.replace(0, length);
  }

  /** Code units of the source that are gone. */
  remove(length: number): void {
    this.replace(length, 0);
  }

  /** These rewrote the text, one after the other; it is all that this trace is told. */
  through(traces: readonly Trace[]): void {
    this.#chain = traces;
  }

  /** Where the result's code units come from, if `origin` says so of the source's. */
  follow(origin: Origin): Origin {
    if (this.#chain) return this.#chain.reduce<Origin>((from, trace) => trace.follow(from), origin);
    if (!this.#changed) return origin;
    const runs = this.#runs;
    let length = 0;
    for (let run = 1; run < runs.length; run += 2) length += runs[run]!;
    const starts = new Uint32Array(length);
    const ends = new Uint32Array(length);
    let at = 0; // in the source
    let to = 0; // in the result
    for (let run = 0; run < runs.length; run += 2) {
      const from = runs[run]!;
      const count = runs[run + 1]!;
      if (from < 0) {
        for (let unit = 0; unit < count; unit++, at++, to++) {
          starts[to] = startOf(origin, at);
          ends[to] = endOf(origin, at + 1);
        }
        continue;
      }
      const end = endOf(origin, at + from);
      starts.fill(from === 0 ? insertionOf(origin, at) : startOf(origin, at), to, to + count);
      ends.fill(end, to, to + count);
      at += from;
      to += count;
    }
    return { starts, ends };
  }
}

/** u32[length of the text]: the code units of the original that each code unit comes from, [start, end). */
export interface Alignment {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Where a text's code units come from; a number: one to one, from there on. */
export type Origin = number | Alignment;

export function startOf(origin: Origin, unit: number): number {
  return typeof origin === "number" ? origin + unit : origin.starts[unit]!;
}

/** Where the first `count` code units end. */
export function endOf(origin: Origin, count: number): number {
  if (typeof origin === "number") return origin + count;
  return count === 0 ? (origin.starts[0] ?? 0) : origin.ends[count - 1]!;
}

/**
 * Where what is inserted behind `count` code units begins: where those end, so that it is empty; but between two that came of
 * the same, where that begins, so that nothing goes back.
 */
function insertionOf(origin: Origin, count: number): number {
  const end = endOf(origin, count);
  if (typeof origin === "number" || count >= origin.starts.length) return end;
  return Math.min(end, origin.starts[count]!);
}

/** The origin of a part of the text. */
export function originOf(origin: Origin, begin: number, end: number): Origin {
  if (typeof origin === "number") return origin + begin;
  return { starts: origin.starts.subarray(begin, end), ends: origin.ends.subarray(begin, end) };
}
