import type { Trace } from "../trace.js";
import type { TextNormalizer } from "./normalizer.js";

/** Puts something in front of a text that is not empty. */
export function prepend(prefix: string): TextNormalizer {
  return {
    normalize(text: string, trace?: Trace): string {
      if (text === "") return text;
      trace?.insert(prefix.length);
      trace?.keep(text.length);
      return prefix + text;
    },
  };
}

/** The same, unless the text begins so already. */
export function prependUnless(prefix: string, beginning: string): TextNormalizer {
  const always = prepend(prefix);
  return {
    normalize: (text, trace) => (text.startsWith(beginning) ? text : always.normalize(text, trace)),
  };
}
