// Texts that take encoders with quadratic merging minutes: pieces that have no end. Plain JavaScript, so that
// makeLongTexts.mjs runs by itself.

/** 32 bits a call, the same everywhere: Marsaglia 2003, "Xorshift RNGs". */
export function randomBits(seed) {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

function draw(alphabet, length, seed) {
  const bits = randomBits(seed);
  const characters = [...alphabet];
  return Array.from({ length }, () => characters[(bits() >>> 3) % characters.length]).join("");
}

const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const cjk = Array.from({ length: 3000 }, (_, i) => String.fromCodePoint(0x4e00 + 7 * i)).join("");

export const longTexts = {
  "100,000 a": () => "a".repeat(100_000),
  "100,000 spaces": () => " ".repeat(100_000),
  "100,000 times 中": () => "中".repeat(100_000),
  "100,000 CJK characters": () => draw(cjk, 100_000, 1),
  "100,000 random letters": () => draw("abcdefghijklmnopqrstuvwxyz", 100_000, 2),
  "1 MB of base64": () => draw(base64, 1 << 20, 3),
  "100,000 ^": () => "^".repeat(100_000),
};
