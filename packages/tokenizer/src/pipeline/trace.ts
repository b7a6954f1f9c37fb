/**
 * How a text came of another: an edit script, written from left to right by whoever rewrites a text. Lengths are in UTF-16
 * code units. The lengths of the source add up to the source's, those of the result to the result's.
 */
export class Trace {
  /** Runs: length in the source, length in the result; a negative first one: that many, one to one. */
  readonly #runs: number[] = [];
  #changed = false;

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

  /** Where the result's code units come from, if `source` says so of the source's. */
  follow(source: Alignment | undefined): Alignment | undefined {
    if (!this.#changed) return source;
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
          starts[to] = source ? source.starts[at]! : at;
          ends[to] = source ? source.ends[at]! : at + 1;
        }
        continue;
      }
      // What is inserted stands at the end of what came before.
      const start = from === 0 ? endOf(source, at) : source ? source.starts[at]! : at;
      const end = from === 0 ? start : endOf(source, at + from);
      starts.fill(start, to, to + count);
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

/** Where the first `count` code units of a text end in the original. */
function endOf(source: Alignment | undefined, count: number): number {
  if (!source) return count;
  return count === 0 ? 0 : source.ends[count - 1]!;
}
