import type { DecoderStage } from "./stage.js";

/** Tokens mark the ends of words with a suffix: a space stands there, but not at the end of the text. */
export function bpe(suffix: string): DecoderStage {
  let held: string | undefined;
  return {
    push(token, next) {
      if (held !== undefined) next(held.replaceAll(suffix, " "));
      held = token;
    },
    end(next) {
      if (held !== undefined) next(held.replaceAll(suffix, ""));
      held = undefined;
    },
  };
}
