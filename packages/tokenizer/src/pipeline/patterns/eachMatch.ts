import type { Pattern } from "../../definition.js";
import { translateRegex } from "./translateRegex.js";

/** Calls `use` with each match, from left to right: [begin, end) in UTF-16 code units. Matches may be empty. */
export type EachMatch = (text: string, use: (begin: number, end: number) => void) => void;

/** @throws UnsupportedError where a regular expression has no equal here */
export function eachMatch(pattern: Pattern): EachMatch {
  return "string" in pattern ? eachOccurrence(pattern.string) : eachRegexMatch(translateRegex(pattern.regex));
}

function eachOccurrence(string: string): EachMatch {
  return (text, use) => {
    if (string === "") return;
    for (let at = text.indexOf(string); at >= 0; at = text.indexOf(string, at + string.length)) {
      use(at, at + string.length);
    }
  };
}

/** @param regex with the flag g and with u or v */
export function eachRegexMatch(regex: RegExp): EachMatch {
  return (text, use) => {
    regex.lastIndex = 0;
    let last = -1;
    for (let match = regex.exec(text); match; match = regex.exec(text)) {
      const begin = match.index;
      const end = begin + match[0].length;
      if (end === begin) {
        regex.lastIndex = end + (text.codePointAt(end)! > 0xffff ? 2 : 1);
        // An empty match right behind a match counts as a part of it.
        if (begin === last) continue;
      }
      last = end;
      use(begin, end);
    }
  };
}
