import { DTypeError } from "@lanewise/core-wasm/errors";
import { checkFlag } from "../checks.js";
import type { Assembled, Sequence, Template } from "../pipeline/postProcessors/template.js";
import { checkTruncation, encodeRows, type TruncationOptions } from "./encodeRows.js";
import { checkPadding, padRows, type EncodedBatch, type PaddingOptions } from "./padRows.js";

/** A text, or two that a model takes together: a question and where to look for the answer. */
export type TextOrPair = string | readonly [first: string, second: string];

export interface BatchOptions extends TruncationOptions, PaddingOptions {}

/**
 * @param encode a text's ids, with their places or without
 * @throws DTypeError, RangeError where an argument is not what it must be; what `encode` throws
 */
export function encodeTexts(
  texts: readonly TextOrPair[],
  options: BatchOptions,
  template: Template,
  encode: (text: string, argument: string) => Sequence,
): EncodedBatch {
  if (!Array.isArray(texts)) throw new DTypeError("texts", "an array of texts or of pairs of texts", texts);
  checkTruncation(options);
  checkPadding(options);
  checkFlag("offsets", options.offsets);
  const rows: Assembled[] = [];
  const textIndex: number[] = [];
  texts.forEach((text: TextOrPair, index) => {
    const argument = `texts[${index}]`;
    if (Array.isArray(text) && text.length !== 2) {
      throw new DTypeError(argument, "a text, or a pair of texts", `an array of ${text.length}`);
    }
    const [first, second] = Array.isArray(text)
      ? [encode(text[0], `${argument}[0]`), encode(text[1], `${argument}[1]`)]
      : [encode(text as string, argument), undefined];
    for (const row of encodeRows(first, second, template, options)) {
      rows.push(row);
      textIndex.push(index);
    }
  });
  return padRows(rows, textIndex, options);
}
