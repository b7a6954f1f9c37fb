import type { ScannerName } from "../definition.js";
import { characterClasses as of } from "../generated/characterClasses.js";

// The patterns as they are published, with Unicode's properties written out: the engine that runs this may know another
// version of Unicode than tiktoken does, and its `\s` has U+FEFF and lacks U+0085.
const letter = `[${of.letter}]`;
const number = `[${of.number}]`;
const space = `[${of.whiteSpace}]`;
const notSpace = `[^${of.whiteSpace}]`;
const other = `[^${of.whiteSpace}${of.letter}${of.number}]`;
const beforeWord = `[^\\r\\n${of.letter}${of.number}]`;
const upper = `[${of.uppercase}${of.titlecase}${of.modifier}${of.otherLetter}${of.mark}]`;
const lower = `[${of.lowercase}${of.modifier}${of.otherLetter}${of.mark}]`;
// (?i:'s|'t|'re|'ve|'m|'ll|'d), for engines without such groups: by Unicode's simple case folding ſ is an s.
const contraction = "(?:'[sSſ]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])";

function likeCl100k(mostNumbers: number): string[] {
  return [
    contraction,
    `${beforeWord}?${letter}+`,
    `${number}{1,${mostNumbers}}`,
    ` ?${other}+[\\r\\n]*`,
    `${space}*[\\r\\n]+`,
    `${space}+(?!${notSpace})`,
    `${space}+`,
  ];
}

function anyOf(alternatives: readonly string[]): RegExp {
  return new RegExp(alternatives.join("|"), "gu");
}

const patterns: Readonly<Record<ScannerName, RegExp>> = {
  r50k: anyOf([
    "'s|'t|'re|'ve|'m|'ll|'d",
    ` ?${letter}+`,
    ` ?${number}+`,
    ` ?${other}+`,
    `${space}+(?!${notSpace})`,
    `${space}+`,
  ]),
  cl100k: anyOf(likeCl100k(3)),
  qwen2: anyOf(likeCl100k(1)),
  o200k: anyOf([
    `${beforeWord}?${upper}*${lower}+${contraction}?`,
    `${beforeWord}?${upper}+${lower}*${contraction}?`,
    `${number}{1,3}`,
    ` ?${other}+[\\r\\n/]*`,
    `${space}*[\\r\\n]+`,
    `${space}+(?!${notSpace})`,
    `${space}+`,
  ]),
};

/**
 * The pieces that a scanner cuts a text into: all of the text, in order.
 *
 * @param text lone surrogates count as symbols, as U+FFFD does
 */
export function scan(scanner: ScannerName, text: string): string[] {
  return text.match(patterns[scanner]) ?? [];
}
