import type { Pattern } from "../../definition.js";
import { eachMatch } from "../patterns/eachMatch.js";
import type { Trace } from "../trace.js";
import type { TextNormalizer } from "./normalizer.js";

/**
 * Puts `content` for each match, as it is: no `$1`.
 *
 * @throws UnsupportedError where the regular expression has no equal here
 */
export function replace(pattern: Pattern, content: string): TextNormalizer {
  const matches = eachMatch(pattern);
  return {
    normalize(text: string, trace?: Trace): string {
      let result = "";
      let done = 0;
      let found = false;
      matches(text, (begin, end) => {
        result += text.slice(done, begin) + content;
        trace?.keep(begin - done);
        trace?.replace(end - begin, content.length);
        done = end;
        found = true;
      });
      if (!found) return text;
      trace?.keep(text.length - done);
      return result + text.slice(done);
    },
  };
}
