import fc from "fast-check";

const fragments = [
  "the", "The", "TOKENIZER", "un", "affable", "don't", "'s", "'ll", "I'm", "word", "hello world", "  ", "\t", "\n", "\r\n", "\n\n ", " ",
  "1", "234", "5678901", "٣", "Ⅻ", "½", ".", ",", "!?", "...", "—", "(", ")", "[MASK]", "[CLS]", "[UNK]", "<|endoftext|>", "<s>", "</s>", "##ing",
  "é", "e\u0301", "ñ", "Å", "\u212b", "ﬁ", "ſ", "İ", "ΑΣ", "Σ", "ß", "ẞ", "中文", "日本語", "カタカナ", "ｶﾞ", "한국어", "\u1112\u1161\u11ab", "русский", "ไทย", "हिन्दी", "العربية", "עִבְרִית",
  "😀", "👩‍👩‍👧", "🇨🇦", "\u0085", "\ufeff", "\u2028", "\u00a0", "\u200b", "\u200d", "\u3000", "\u0000", "\u001f", "\ufffd", "\u00ad", "\u0300", "\u0323\u0302", "𝔘", "\u{20000}", "▁", "Ġ",
  "_", "-", "`", "$", "^", "+", "²", "①", "℡", "\ue000", "\u{1d165}", "ǅ",
] as const; // prettier-ignore

const letters = fc.stringMatching(/^[a-z]{1,12}$/);

/** Of those and letters alone: the same in every version of Unicode that an engine may have. */
export const commonText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...fragments) }, { weight: 1, arbitrary: letters }),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));

/** Strings that tokenizers stumble over: scripts, marks, white space of all kinds, tokens' own names, any characters at all. */
export const anyText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...fragments) },
      { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 4 }) },
      { weight: 2, arbitrary: fc.string({ unit: "grapheme", maxLength: 6 }) },
      { weight: 2, arbitrary: letters },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));
