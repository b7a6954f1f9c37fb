import type { Normalizer } from "../../definition.js";
import type { Trace } from "../trace.js";
import type { TextNormalizer } from "./normalizer.js";

type Options = Omit<Extract<Normalizer, { type: "sentencePieceSpaces" }>, "type">;

/**
 * What SentencePiece does with spaces (U+0020), after its rules of replacement: runs become one and those at the ends go
 * (`removeExtraSpaces`), one comes in front or behind (`addDummyPrefix`, `asSuffix`), all are written as U+2581 (`escape`).
 *
 * As there, a text of nothing but spaces to be removed gets no dummy, while one of which the rules of replacement left nothing
 * does; and U+2581 in the text itself counts as a space at the end, not at the beginning.
 */
export function sentencePieceSpaces(options: Options): TextNormalizer {
  const { removeExtraSpaces, addDummyPrefix, asSuffix = false, escape } = options;
  const mark = escape ? "\u2581" : " ";

  return {
    normalize(text: string, trace?: Trace): string {
      let begin = 0;
      let end = text.length;
      if (removeExtraSpaces) {
        while (begin < end && text[begin] === " ") begin++;
        if (begin < end) while (end > begin && (text[end - 1] === " " || text[end - 1] === mark)) end--;
      }
      if (begin === text.length && begin > 0) {
        trace?.remove(text.length);
        return "";
      }
      const isEmpty = begin === end;
      const inFront = addDummyPrefix && !asSuffix && !(isEmpty && removeExtraSpaces);
      const behind = addDummyPrefix && asSuffix;
      trace?.remove(begin);
      if (inFront) trace?.insert(1);
      const kept = begin === 0 && end === text.length ? text : text.slice(begin, end);
      const spaced = removeExtraSpaces ? collapse(kept, mark, trace) : escapeAll(kept, mark, trace);
      if (behind) trace?.insert(1);
      trace?.remove(text.length - end);
      return `${inFront ? mark : ""}${spaced}${behind ? mark : ""}`;
    },
  };
}

function escapeAll(text: string, mark: string, trace: Trace | undefined): string {
  trace?.keep(text.length);
  return mark === " " ? text : text.replaceAll(" ", mark);
}

/** Each run of spaces becomes one mark, which stands for all of it. */
function collapse(text: string, mark: string, trace: Trace | undefined): string {
  if (!trace) return text.replace(/ +/g, mark);
  let done = 0;
  const result = text.replace(/ +/g, (run, index: number) => {
    trace.keep(index - done);
    trace.replace(run.length, 1);
    done = index + run.length;
    return mark;
  });
  trace.keep(text.length - done);
  return result;
}
