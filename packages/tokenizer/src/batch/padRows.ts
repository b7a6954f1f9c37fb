import { RangeError } from "@lanewise/core-wasm/errors";
import { checkInteger } from "../checks.js";
import type { Assembled } from "../pipeline/postProcessors/template.js";
import { checkSide, type Side } from "../truncate.js";

export interface PaddingOptions {
  /** What rows are filled up to: the longest of them (default), or `maxLength`. */
  readonly padding?: "longest" | "maxLength" | undefined;
  readonly maxLength?: number | undefined;
  /** The length of a row is a multiple of this. Default: 1. */
  readonly padToMultipleOf?: number | undefined;
  /** At which end rows are filled up. Default: `"right"`. */
  readonly paddingSide?: Side | undefined;
  /** What with. Default: the tokenizer's `[PAD]` or `<pad>`. */
  readonly padId?: number | undefined;
  /** Its segment. Default: 0. */
  readonly padTypeId?: number | undefined;
  /** Whether the result has `starts` and `ends`. Default: false. */
  readonly offsets?: boolean | undefined;
}

/** Rows of one length, as a model takes them: row-major, [B, T]. */
export interface EncodedBatch {
  /** B rows of T ids. */
  readonly shape: readonly [rows: number, length: number];
  /** u32[B, T] */
  readonly ids: Uint32Array<ArrayBuffer>;
  /** u8[B, T]: 0 where a row is filled up, else 1. */
  readonly attentionMask: Uint8Array<ArrayBuffer>;
  /** u32[B, T]: the segment that an id is in. */
  readonly typeIds: Uint32Array<ArrayBuffer>;
  /** u8[B, T]: 1 where the template or the filling put the id. */
  readonly specialTokensMask: Uint8Array<ArrayBuffer>;
  /** u32[B]: which of the texts a row comes from; with `overflow` several rows may come of one. */
  readonly textIndex: Uint32Array<ArrayBuffer>;
  /** u32[B, T]: where in its text an id comes from, in UTF-16 code units. With `offsets: true`. */
  readonly starts?: Uint32Array<ArrayBuffer>;
  readonly ends?: Uint32Array<ArrayBuffer>;
}

/** What a vocabulary calls the token that rows are filled up with. */
export const padTokens: readonly string[] = [
  "[PAD]",
  "<pad>",
  "<|pad|>",
  "<PAD>",
  "<|finetune_right_pad_id|>",
];

/** @throws RangeError where an option is not what it must be */
export function checkPadding(options: PaddingOptions): void {
  const { padding, maxLength, padToMultipleOf, paddingSide, padId, padTypeId } = options;
  if (padding !== undefined && padding !== "longest" && padding !== "maxLength") {
    throw new RangeError("padding", '"longest" or "maxLength"', padding);
  }
  if (padding === "maxLength" && maxLength === undefined) {
    throw new RangeError("maxLength", "a length to fill up to", maxLength);
  }
  if (padToMultipleOf !== undefined) checkInteger("padToMultipleOf", padToMultipleOf, 1);
  if (paddingSide !== undefined) checkSide("paddingSide", paddingSide);
  if (padId !== undefined) checkInteger("padId", padId, 0);
  if (padTypeId !== undefined) checkInteger("padTypeId", padTypeId, 0);
}

/**
 * @param textIndex which text each row comes from
 * @throws RangeError where a row is to be filled up, and there is no `padId`
 */
export function padRows(
  rows: readonly Assembled[],
  textIndex: readonly number[],
  options: PaddingOptions,
): EncodedBatch {
  const { padding = "longest", maxLength = 0, padToMultipleOf = 1, paddingSide = "right", padId } = options;
  const longest = rows.reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const wanted = padding === "maxLength" ? Math.max(longest, maxLength) : longest;
  const length = Math.ceil(wanted / padToMultipleOf) * padToMultipleOf;
  if (padId === undefined && rows.some(({ ids }) => ids.length < length)) {
    throw new RangeError(
      "padId",
      "the id of the token to fill up with, which this tokenizer does not name",
      padId,
    );
  }
  const size = rows.length * length;
  const batch = {
    shape: [rows.length, length] as const,
    ids: new Uint32Array(size).fill(padId ?? 0),
    attentionMask: new Uint8Array(size),
    typeIds: new Uint32Array(size).fill(options.padTypeId ?? 0),
    specialTokensMask: new Uint8Array(size).fill(1),
    textIndex: Uint32Array.from(textIndex),
    ...(options.offsets && { starts: new Uint32Array(size), ends: new Uint32Array(size) }),
  };
  rows.forEach((row, index) => {
    const at = index * length + (paddingSide === "right" ? 0 : length - row.ids.length);
    batch.ids.set(row.ids, at);
    batch.attentionMask.fill(1, at, at + row.ids.length);
    batch.typeIds.set(row.typeIds, at);
    batch.specialTokensMask.set(row.specialTokensMask, at);
    batch.starts?.set(row.starts, at);
    batch.ends?.set(row.ends, at);
  });
  return batch;
}
