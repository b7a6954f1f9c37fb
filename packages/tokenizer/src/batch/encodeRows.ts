import { RangeError } from "@lanewise/core-wasm/errors";
import { checkFlag, checkInteger } from "../checks.js";
import type { Assembled, Sequence, Template } from "../pipeline/postProcessors/template.js";
import { checkSide, type Side } from "../truncate.js";
import { keptLengths, windows, type Truncation, type Window } from "./truncation.js";

/** What says how long a row may be. */
export interface TruncationOptions {
  /** The longest a row may be, what the template adds included. Default: as long as it comes. */
  readonly maxLength?: number | undefined;
  /** What is cut off where a row would be longer. Default: `"longestFirst"`; false: a longer row is a RangeError. */
  readonly truncation?: Truncation | false | undefined;
  /** From which end ids are cut off. Default: `"right"`. */
  readonly truncationSide?: Side | undefined;
  /** What is cut off makes further rows. Default: false. */
  readonly overflow?: boolean | undefined;
  /** How many ids a further row shares with the one before it. Default: 0. */
  readonly stride?: number | undefined;
}

const truncations: ReadonlySet<unknown> = new Set(["longestFirst", "onlyFirst", "onlySecond", false]);

/** @throws RangeError where an option is not what it must be */
export function checkTruncation({
  maxLength,
  truncation,
  truncationSide,
  overflow,
  stride,
}: TruncationOptions): void {
  if (maxLength !== undefined) checkInteger("maxLength", maxLength, 0);
  if (truncation !== undefined && !truncations.has(truncation)) {
    throw new RangeError("truncation", '"longestFirst", "onlyFirst", "onlySecond" or false', truncation);
  }
  if (truncation && maxLength === undefined)
    throw new RangeError("maxLength", "a length to cut to", maxLength);
  if (truncationSide !== undefined) checkSide("truncationSide", truncationSide);
  checkFlag("overflow", overflow);
  if (stride !== undefined) checkInteger("stride", stride, 0);
}

/**
 * The rows that one text, or a pair, makes: one, and where it is too long and `overflow` is asked for, more: each window of the
 * first text with each of the second.
 *
 * @param template undefined: nothing is added
 * @throws RangeError where the row is too long and is not to be cut, or cannot be cut so short
 */
export function encodeRows(
  first: Sequence,
  second: Sequence | undefined,
  template: Template,
  {
    maxLength = Infinity,
    truncation,
    truncationSide = "right",
    overflow = false,
    stride = 0,
  }: TruncationOptions,
): Assembled[] {
  const pair = second !== undefined;
  const room = maxLength - template.addedCount(pair);
  const length = first.ids.length + (second?.ids.length ?? 0);
  if (length <= room) return [template.assemble(first, second)];
  if (room < 0)
    throw new RangeError("maxLength", `${template.addedCount(pair)} at least, for the template`, maxLength);
  if (truncation === false) {
    throw new RangeError("maxLength", `${length + maxLength - room} at least, or truncation`, maxLength);
  }
  const kept = keptLengths(first.ids.length, second?.ids.length, room, truncation ?? "longestFirst");
  const [firsts, seconds] = [first, second].map((sequence, index): (Sequence | undefined)[] => {
    if (!sequence) return [undefined];
    const size = kept[index]!;
    if (!overflow) return [part(sequence, firstWindow(sequence.ids.length, size, truncationSide))];
    return windows(sequence.ids.length, size, stride, truncationSide).map((window) => part(sequence, window));
  });
  return firsts!.flatMap((one) => seconds!.map((two) => template.assemble(one!, two)));
}

function firstWindow(length: number, size: number, side: Side): Window {
  return side === "right" ? { start: 0, end: size } : { start: length - size, end: length };
}

function part({ ids, starts, ends }: Sequence, { start, end }: Window): Sequence {
  return {
    ids: ids.subarray(start, end),
    ...(starts && { starts: starts.subarray(start, end) }),
    ...(ends && { ends: ends.subarray(start, end) }),
  };
}
