import type { Decoder } from "../../definition.js";
import type { DecoderStage } from "./stage.js";
import { cleanUp } from "./wordPiece.js";

type Options = Omit<Extract<Decoder, { type: "ctc" }>, "type">;

/** Connectionist temporal classification: of equal neighbours one stays, and the blank goes. */
export function ctc({ padToken, wordDelimiterToken, cleanup }: Options): DecoderStage {
  let last: string | undefined;
  return {
    push(token, next) {
      if (token === last) return;
      last = token;
      const text = token.replaceAll(padToken, "");
      const cleaned = cleanup ? cleanUp(text).replaceAll(wordDelimiterToken, " ") : text;
      if (cleaned !== "") next(cleaned);
    },
    end() {
      last = undefined;
    },
  };
}
