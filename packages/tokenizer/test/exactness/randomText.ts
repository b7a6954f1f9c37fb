import { hardStrings, loneSurrogates } from "../scan/hardText.js";
import { randomBits } from "./longTexts.mjs";

/** Words that have tokens of their own, so that random texts are not only single bytes. */
const words = [
  ..." the| and| of|The|I| don|'t|function| return|const|_name|Name|=>|://|www|.com|())|());|{\n|\n\n|    |\t\t\t".split(
    "|",
  ),
  ..."Привет| мир|你好|世界|こんにちは|안녕|नमस्ते|שלום|مرحبا| café|naïve|ĲSSEL|ΣΊΣΥΦΟΣ|ǅungla|ﬁn|İstanbul|e\u0301te\u0301".split(
    "|",
  ),
];

/** Random strings, from none to some hundred characters: hard ones, words, runs, and any code point. */
export function* randomTexts(count: number, seed: number): Generator<string> {
  const bits = randomBits(seed);
  const below = (n: number): number => (bits() >>> 4) % n;
  const any = (strings: readonly string[]): string => strings[below(strings.length)]!;
  const part = (): string => {
    const kind = below(100);
    if (kind < 62) return any(hardStrings);
    if (kind < 84) return any(words);
    if (kind < 86) return any(loneSurrogates);
    if (kind < 90) return String.fromCodePoint(below(0x3000));
    if (kind < 94) return String.fromCodePoint(below(0x110000));
    if (kind < 97) return String.fromCodePoint(0x61 + below(26)).repeat(1 + below(12));
    return any(hardStrings).repeat(1 + below(kind === 99 ? 120 : 20));
  };
  for (let i = 0; i < count; i++) {
    let text = "";
    for (let parts = below(16); parts >= 0; parts--) text += part();
    yield text;
  }
}
