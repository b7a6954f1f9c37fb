import { punctuation } from "../characterClasses.js";
import { type EachMatch, eachRegexMatch } from "../patterns/eachMatch.js";
import { split } from "./split.js";
import type { Cut } from "./step.js";

const eachSpace = eachRegexMatch(/\p{White_Space}/gu);

/** Cuts at white space (White_Space of Unicode). */
export const whitespaceSplit: Cut = split(eachSpace, "removed", false);

/** Runs of word characters, and runs of what is neither those nor white space: `\w+|[^\w\s]+`. */
export const whitespace: Cut = split(
  eachRegexMatch(
    /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu,
  ),
  "removed",
  true,
);

/** Each mark of punctuation by itself, of a frozen class. */
export const eachPunctuation: EachMatch = (text, use) => {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // Letters, digits and spaces of ASCII are most of what there is.
    if (unit < 0x80 ? isAsciiWord(unit) : !punctuation.has(text.codePointAt(i)!)) continue;
    if (unit < 0x20 || unit === 0x7f) continue;
    const end = i + (unit >= 0xd800 && unit < 0xdc00 ? 2 : 1);
    use(i, end);
    i = end - 1;
  }
};

function isAsciiWord(unit: number): boolean {
  const lower = unit | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39) || unit === 0x20;
}

const cutPunctuation = split(eachPunctuation, "isolated", false);

/** Words between white space, and each mark of punctuation by itself. */
export const bert: Cut = (text, emit) =>
  whitespaceSplit(text, (begin, end) =>
    cutPunctuation(text.slice(begin, end), (from, to) => emit(begin + from, begin + to)),
  );

/** Numbers (N of Unicode): each by itself, or runs. */
export function digits(individual: boolean): Cut {
  return split(eachRegexMatch(/\p{N}/gu), individual ? "isolated" : "contiguous", false);
}
