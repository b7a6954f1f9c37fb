import type { Decoder, PostProcessor, TemplatePart } from "../definition.js";

/** What vocabularies write for a space, so that tokens hold none: U+2581. */
export const spaceMark = "\u2581";

/**
 * Back to text from tokens with space marks and names of bytes.
 *
 * A space at the beginning goes, if one was put there; all of them, if the normalizer removes those that there are.
 */
export function spaceMarkDecoder(spaces: { addDummyPrefix: boolean; removeExtraSpaces: boolean }): Decoder {
  const stripped = spaces.removeExtraSpaces ? allSpaces : spaces.addDummyPrefix ? 1 : 0;
  const decoders: Decoder[] = [
    { type: "replace", pattern: { string: spaceMark }, content: " " },
    { type: "byteFallback" },
    { type: "fuse" },
  ];
  if (stripped > 0) decoders.push({ type: "strip", content: " ", start: stripped, stop: 0 });
  return { type: "sequence", decoders };
}

/** More spaces than a text has. */
const allSpaces = 2 ** 31 - 1;

/** Each text between two tokens, either of which may be absent. */
export function surroundWith(bos: number | undefined, eos: number | undefined): PostProcessor {
  const around = (sequence: "first" | "second", typeId: number): TemplatePart[] => [
    ...(bos === undefined ? [] : [{ ids: [bos], typeId }]),
    { sequence, typeId },
    ...(eos === undefined ? [] : [{ ids: [eos], typeId }]),
  ];
  const single = around("first", 0);
  return { type: "template", single, pair: [...single, ...around("second", 1)] };
}
