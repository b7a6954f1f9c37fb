import { type DecoderStage, firstAndOthers } from "./stage.js";

/** Tokens that begin with the prefix continue a word; a space stands before all others. */
export function wordPiece(prefix: string, cleanup: boolean): DecoderStage {
  return firstAndOthers((token, isFirst) => {
    const text = isFirst ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
    return cleanup ? cleanUp(text) : text;
  });
}

/** English without the spaces that tokenizing put before marks and contractions. */
export function cleanUp(text: string): string {
  return text
    .replaceAll(" .", ".")
    .replaceAll(" ?", "?")
    .replaceAll(" !", "!")
    .replaceAll(" ,", ",")
    .replaceAll(" ' ", "'")
    .replaceAll(" n't", "n't")
    .replaceAll(" 'm", "'m")
    .replaceAll(" do not", " don't")
    .replaceAll(" 's", "'s")
    .replaceAll(" 've", "'ve")
    .replaceAll(" 're", "'re");
}
