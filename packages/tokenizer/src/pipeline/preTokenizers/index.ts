import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type { PreTokenizer } from "../../definition.js";
import { prependUnless } from "../normalizers/prepend.js";
import { eachMatch } from "../patterns/eachMatch.js";
import { knownScanner } from "../patterns/knownPatterns.js";
import { metaspace } from "./metaspace.js";
import { split } from "./split.js";
import type { Cut, Step } from "./step.js";
import { bert, digits, eachPunctuation, whitespace, whitespaceSplit } from "./words.js";

export type { Step } from "./step.js";

/**
 * What a pre-tokenizer does, step by step. A compiled scanner can only be the last step: the engine does it.
 *
 * @throws UnsupportedError where a regular expression has no equal here, a scanner is followed by something, or the type is none that is known
 */
export function compilePreTokenizer(preTokenizer: PreTokenizer | undefined): Step[] {
  const steps = preTokenizer ? stepsOf(preTokenizer) : [];
  const early = steps.findIndex(({ type }, i) => type === "scanner" && i < steps.length - 1);
  if (early >= 0) {
    throw new UnsupportedError(
      "preTokenizer",
      "nothing that cuts or rewrites behind a scanner",
      "a sequence",
    );
  }
  return steps;
}

function stepsOf(preTokenizer: PreTokenizer): Step[] {
  switch (preTokenizer.type) {
    case "sequence":
      return preTokenizer.preTokenizers.flatMap(stepsOf);
    case "scanner":
      return [...prefixSpace(preTokenizer), { type: "scanner", scanner: preTokenizer.scanner }];
    case "bytes":
      return prefixSpace(preTokenizer);
    case "bert":
      return cutting(bert);
    case "whitespace":
      return cutting(whitespace);
    case "whitespaceSplit":
      return cutting(whitespaceSplit);
    case "punctuation":
      return cutting(split(eachPunctuation, preTokenizer.behavior, false));
    case "digits":
      return cutting(digits(preTokenizer.individual));
    case "metaspace":
      return metaspace(preTokenizer);
    case "split": {
      const { pattern, behavior, invert } = preTokenizer;
      // All of the text lies in matches of these, so that to take what matches is to isolate it.
      const scanner = "regex" in pattern ? knownScanner(pattern.regex) : undefined;
      if (scanner && (invert ? behavior === "removed" || behavior === "isolated" : behavior === "isolated")) {
        return [{ type: "scanner", scanner }];
      }
      return cutting(split(eachMatch(pattern), behavior, invert));
    }
    case "unicodeScripts":
    default:
      throw new UnsupportedError("preTokenizer.type", "another pre-tokenizer", preTokenizer.type);
  }
}

function cutting(cut: Cut): Step[] {
  return [{ type: "cut", cut }];
}

function prefixSpace({ addPrefixSpace }: { addPrefixSpace?: boolean }): Step[] {
  return addPrefixSpace ? [{ type: "rewrite", normalizer: prependUnless(" ", " "), onlyFirst: false }] : [];
}
