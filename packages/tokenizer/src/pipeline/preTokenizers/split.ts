import type { SplitBehavior } from "../../definition.js";
import type { EachMatch } from "../patterns/eachMatch.js";
import type { Cut } from "./step.js";

/**
 * Cuts where a pattern matches, and does with the matches (the delimiters) what `behavior` says.
 *
 * - removed: they are left out; isolated: each is a piece;
 * - mergedWithPrevious, mergedWithNext: each joins what is before or behind it, unless that is a match too;
 * - contiguous: matches that touch are one piece.
 *
 * @param invert what lies between the matches counts as the matches
 */
export function split(matches: EachMatch, behavior: SplitBehavior, invert: boolean): Cut {
  return (text, emit) => {
    // Where the pieces between the bounds lie, and which of them are delimiters.
    const bounds: number[] = [0];
    const delimiters: boolean[] = [];
    const add = (end: number, isDelimiter: boolean): void => {
      bounds.push(end);
      delimiters.push(isDelimiter);
    };
    let done = 0;
    matches(text, (begin, end) => {
      if (begin > done) add(begin, invert);
      add(end, !invert);
      done = end;
    });
    if (done < text.length) add(text.length, invert);
    join(bounds, delimiters, behavior, (begin, end) => {
      if (end > begin) emit(begin, end);
    });
  };
}

function join(
  bounds: readonly number[],
  delimiters: readonly boolean[],
  behavior: SplitBehavior,
  emit: (begin: number, end: number) => void,
): void {
  const n = delimiters.length;
  let begin = 0;
  for (let i = 0; i < n; i++) {
    const isDelimiter = delimiters[i]!;
    const next = i + 1 < n ? delimiters[i + 1]! : undefined;
    let ends = true;
    if (behavior === "removed" && isDelimiter) begin = bounds[i + 1]!;
    else if (behavior === "contiguous") ends = next !== isDelimiter;
    else if (behavior === "mergedWithPrevious") ends = isDelimiter || next !== true;
    else if (behavior === "mergedWithNext") ends = !isDelimiter || next !== false;
    if (!ends) continue;
    emit(begin, bounds[i + 1]!);
    begin = bounds[i + 1]!;
  }
}
