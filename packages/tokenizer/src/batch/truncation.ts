import { RangeError } from "@lanewise/core-wasm/errors";
import type { Side } from "../truncate.js";

/** Which of two texts is cut off: the longer one down to the other, then both alike; the first alone; the second alone. */
export type Truncation = "longestFirst" | "onlyFirst" | "onlySecond";

/** A stretch of a text's ids, [start, end). */
export interface Window {
  readonly start: number;
  readonly end: number;
}

/**
 * How many ids are kept of two texts, together `most` or fewer.
 *
 * @param second undefined where there is one text only
 * @throws RangeError where the text that is to be cut is too short for that, or is not there
 */
export function keptLengths(
  first: number,
  second: number | undefined,
  most: number,
  truncation: Truncation,
): [first: number, second: number] {
  const excess = first + (second ?? 0) - most;
  if (excess <= 0) return [first, second ?? 0];
  if (truncation === "longestFirst") {
    if (second === undefined) return [most, 0];
    const half = most >>> 1; // the odd one is the longer text's
    if (first <= second) {
      const kept = Math.min(first, half);
      return [kept, most - kept];
    }
    const kept = Math.min(second, half);
    return [most - kept, kept];
  }
  const length = truncation === "onlyFirst" ? first : second;
  if (length === undefined)
    throw new RangeError("truncation", '"longestFirst" or "onlyFirst" for one text', truncation);
  if (length < excess) {
    throw new RangeError(
      "maxLength",
      `room for the text that "${truncation}" leaves whole`,
      `${most} ids for the texts`,
    );
  }
  return truncation === "onlyFirst" ? [length - excess, second ?? 0] : [first, length - excess];
}

/**
 * Windows of `size` ids over `length`, neighbours sharing `stride`, from the end that is kept; the last may be shorter.
 *
 * @throws RangeError where the windows would not move on
 */
export function windows(length: number, size: number, stride: number, side: Side): Window[] {
  if (length <= size) return [{ start: 0, end: length }];
  if (stride >= size) throw new RangeError("stride", `fewer than the ${size} ids of a row`, stride);
  const found: Window[] = [];
  for (let kept = 0; ; kept += size - stride) {
    const far = Math.min(kept + size, length);
    found.push(side === "right" ? { start: kept, end: far } : { start: length - far, end: length - kept });
    if (far === length) return found;
  }
}
