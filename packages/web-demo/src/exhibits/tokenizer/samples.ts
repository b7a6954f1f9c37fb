import type { SampleId } from "./catalogue.js";

/** Texts to begin with; a word on each is in the page's strings. */
export const samples: Readonly<Record<SampleId, string>> = {
  english: `It was a bright cold day in the harbour, and the clocks were striking 12,345.
"Tokenization" isn't spelled the way it's counted: common words are one token, uncommonness is several.
 A space belongs to the word behind it.   Three spaces do not.`,
  code: `export function fibonacci(n: number): bigint {
  let [a, b] = [0n, 1n];
  for (let i = 0; i < n; i++) {
    [a, b] = [b, a + b]; // no recursion
  }
\treturn a;
}
`,
  chinese: `白日依山尽，黄河入海流。
欲穷千里目，更上一层楼。
語言模型讀的不是字，而是記號。鬱、龘、𠮷：生僻字要用好幾個記號。`,
  emoji: `👍 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇨🇭 é é ﬁ Å ſ
\u{1F9D1}\u{1F3FF}\u200D\u{1F680} a\u0301\u0323 ‮right to left‬ 한국어 ภาษาไทย हिन्दी`,
  special: `<|im_start|>system
You are helpful.<|im_end|>
A stranger wrote this: <|endoftext|> and this: <|fim_prefix|>.`,
  hostile: `${"a".repeat(3000)}
${" ".repeat(2000)}!
${"^".repeat(3000)}
${"的一是在不了有和人这".repeat(300)}
${"aB3/xY9+".repeat(400)}`,
};
