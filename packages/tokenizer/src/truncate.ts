import { RangeError } from "@lanewise/core-wasm/errors";
import type { AddedTokenFinder, TextPipeline, TokensWithOffsets } from "./pipeline/interfaces.js";

/** Where a text, or a sequence of ids, is cut off. */
export type Side = "left" | "right";

/**
 * A part of a text that makes `most` ids or fewer, and ends (or with `side: "left"` begins) between two of the text's tokens
 * and two of its characters.
 *
 * The ids of a part need not be a part of the ids: a pattern that looks ahead may cut the end of a prefix another way. So
 * what is cut is counted again, and cut shorter until it fits.
 */
export function truncateText(
  pipeline: TextPipeline,
  text: string,
  most: number,
  side: Side,
  finder: AddedTokenFinder,
): string {
  checkSide("side", side);
  if (side === "right") {
    const tokens = pipeline.encodeWithOffsets(text, finder, most + 1);
    if (tokens.ids.length <= most) return text;
    for (let kept = most; ; kept--) {
      kept = boundaryBelow(tokens, kept);
      const part = text.slice(0, kept === 0 ? 0 : tokens.ends[kept - 1]);
      if (part === "" || fits(pipeline, part, most, finder)) return part;
    }
  }
  const tokens = pipeline.encodeWithOffsets(text, finder);
  const { length } = tokens.ids;
  if (length <= most) return text;
  for (let first = length - most; ; first++) {
    first = boundaryAbove(tokens, first);
    const part = first === length ? "" : text.slice(tokens.starts[first]);
    if (part === "" || fits(pipeline, part, most, finder)) return part;
  }
}

/** @throws RangeError unless it is one */
export function checkSide(argument: string, side: unknown): void {
  if (side !== "left" && side !== "right") throw new RangeError(argument, '"left" or "right"', side);
}

/** How many of the first `count` tokens end where a character does, and where the next token does not reach back. */
function boundaryBelow({ ids, starts, ends }: TokensWithOffsets, count: number): number {
  let kept = count;
  while (kept > 0 && kept < ids.length && starts[kept]! < ends[kept - 1]!) kept--;
  return kept;
}

function boundaryAbove({ ids, starts, ends }: TokensWithOffsets, first: number): number {
  let at = first;
  while (at > 0 && at < ids.length && starts[at]! < ends[at - 1]!) at++;
  return at;
}

function fits(pipeline: TextPipeline, text: string, most: number, finder: AddedTokenFinder): boolean {
  let count = 0;
  pipeline.encode(text, (ids) => (count += ids.length) <= most, finder);
  return count <= most;
}
