import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type { Normalizer } from "../../definition.js";
import { bert } from "./bert.js";
import { lowercase } from "./lowercase.js";
import { nmt } from "./nmt.js";
import type { TextNormalizer } from "./normalizer.js";
import { precompiled } from "./precompiled.js";
import { prepend } from "./prepend.js";
import { replace } from "./replace.js";
import { sentencePieceSpaces } from "./sentencePieceSpaces.js";
import { sequence } from "./sequence.js";
import { strip } from "./strip.js";
import { stripAccents } from "./stripAccents.js";
import { type UnicodeForm, unicodeForm } from "./unicodeForm.js";

export type { TextNormalizer } from "./normalizer.js";

/**
 * @throws UnsupportedError where a regular expression has no equal here
 * @throws FormatError where a precompiled table is broken
 */
export function compileNormalizer(normalizer: Normalizer): TextNormalizer {
  switch (normalizer.type) {
    case "sequence":
      return sequence(normalizer.normalizers.map(compileNormalizer));
    case "nfc":
    case "nfd":
    case "nfkc":
    case "nfkd":
      return unicodeForm(normalizer.type.toUpperCase() as UnicodeForm);
    case "lowercase":
      return lowercase;
    case "stripAccents":
      return stripAccents();
    case "nmt":
      return nmt;
    case "strip":
      return strip(normalizer.left, normalizer.right);
    case "prepend":
      return prepend(normalizer.prefix);
    case "replace":
      return replace(normalizer.pattern, normalizer.content);
    case "bert":
      return bert(normalizer);
    case "precompiled":
      return precompiled(normalizer.table, normalizer.keep);
    case "sentencePieceSpaces":
      return sentencePieceSpaces(normalizer);
    default:
      throw new UnsupportedError("normalizer.type", "a known type", (normalizer as { type: unknown }).type);
  }
}
