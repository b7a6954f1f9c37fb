/** Strings that bring out what tokenizers get wrong, the same for the same seed. */
export function fuzzStrings(count: number, seed: number): string[] {
  const random = generator(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const atom = (): string => {
    const kind = random();
    if (kind < 0.35) return pick(words);
    if (kind < 0.55) return pick(spaces);
    if (kind < 0.7) return pick(odd);
    if (kind < 0.8) return pick(scripts);
    if (kind < 0.88) return String.fromCodePoint(scalar(random() * 0x250));
    if (kind < 0.95) return String.fromCodePoint(scalar(random() * 0x10000));
    return String.fromCodePoint(scalar(random() * 0x110000));
  };
  return Array.from({ length: count }, () => {
    const length = Math.floor(random() ** 2 * 24);
    let text = "";
    for (let i = 0; i < length; i++) {
      const one = atom();
      text += random() < 0.15 ? one.repeat(1 + Math.floor(random() * 6)) : one;
      if (random() < 0.3) text += " ";
    }
    return text;
  });
}

/** mulberry32, a generator of 32-bit state by Tommy Ettinger (public domain): numbers in [0, 1). */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Lone surrogates among them: one in a few code points of that range. */
function scalar(value: number): number {
  return Math.floor(value);
}

const words =
  "the The hello world tokenizer grabbed I don't can't we'll it's 2024 3.14 1,000,000 ... !!! ?! -- (a) x=y; function() { return 0; } http://example.com/a?b=c&d=e#f naïve café über straße ſ K ﬁ ﬂ ½ ① Ⅷ ㎏ ㍿ ｶﾞ Ａｂｃ ＊ ª º".split(
    " ",
  );
const spaces = [
  " ",
  "  ",
  "   ",
  "\t",
  "\n",
  "\r\n",
  "\n\n",
  "\u00A0",
  "\u2003",
  "\u3000",
  "\u0085",
  "\u2028",
  "\u200B",
  "\u2581",
  "▁ ",
];
const odd = [
  "\u0000",
  "\u0007",
  "\u007F",
  "\uFEFF",
  "\uFFFD",
  "\uD800",
  "\uDC00",
  "\u0301",
  "e\u0301",
  "\u1E9B\u0323",
  "ᄒ\u1161\u11ab",
  "\u00AD",
  "\u202E",
  "<s>",
  "</s>",
  "<unk>",
  "<0x0A>",
  "<0x41>",
  "[MASK]",
  "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
  "🦙",
  "👍🏽",
  "🇩🇪",
  "\u{10FFFF}",
  "𝒳",
  "ﷺ",
  "¨",
  "´a",
];
const scripts = [
  "日本語",
  "中文字符",
  "한국어",
  "Привет",
  "γειά",
  "שלום",
  "مرحبا",
  "नमस्ते",
  "ไทย",
  "镇",
  "ก็",
  "እ",
  "᠎",
  "ꙮ",
];
