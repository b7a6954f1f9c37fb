import type { Pattern } from "../../definition.js";
import { replace } from "../normalizers/replace.js";
import { type DecoderStage, eachToken } from "./stage.js";

/** @throws UnsupportedError where the regular expression has no equal here */
export function replaceEach(pattern: Pattern, content: string): DecoderStage {
  const replacing = replace(pattern, content);
  return eachToken((token) => replacing.normalize(token));
}

/**
 * The same of a text that comes in parts. Of a string's occurrences what may be a beginning is held back; with a regular
 * expression everything is, since what follows may change what matches.
 */
export function replaceText(pattern: Pattern, content: string): DecoderStage {
  const replacing = replace(pattern, content);
  let held = "";
  return {
    push(token, next) {
      held += token;
      if (!("string" in pattern) || pattern.string === "") return;
      const { string } = pattern;
      let done = 0;
      let text = "";
      for (let at = held.indexOf(string); at >= 0; at = held.indexOf(string, done)) {
        text += held.slice(done, at) + content;
        done = at + string.length;
      }
      let end = Math.max(done, held.length - string.length + 1);
      while (end < held.length && !string.startsWith(held.slice(end))) end++;
      text += held.slice(done, end);
      held = held.slice(end);
      if (text !== "") next(text);
    },
    end(next) {
      const rest = replacing.normalize(held);
      held = "";
      if (rest !== "") next(rest);
    },
  };
}
