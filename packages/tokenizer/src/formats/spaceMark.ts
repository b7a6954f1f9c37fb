import type { Decoder, PostProcessor, TemplatePart } from "../definition.js";

/** What vocabularies write for a space, so that tokens hold none: U+2581. */
export const spaceMark = "\u2581";

/**
 * Back to text from tokens with space marks and names of bytes.
 *
 * @param stripsSpace the first space goes: it was put there
 */
export function spaceMarkDecoder(stripsSpace: boolean): Decoder {
  const decoders: Decoder[] = [
    { type: "replace", pattern: { string: spaceMark }, content: " " },
    { type: "byteFallback" },
    { type: "fuse" },
  ];
  if (stripsSpace) decoders.push({ type: "strip", content: " ", start: 1, stop: 0 });
  return { type: "sequence", decoders };
}

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
