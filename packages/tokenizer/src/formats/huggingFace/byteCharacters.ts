/**
 * How byte-level vocabularies write bytes as characters, so that no token holds white space or control characters: the
 * printable ones of Latin-1 stand for themselves, the others, in order, for U+0100 and on. (GPT-2's `bytes_to_unicode`.)
 */
const characters: readonly string[] = (() => {
  const printable = (byte: number): boolean =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
  let others = 0;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCharCode(printable(byte) ? byte : 0x100 + others++),
  );
})();
const bytes = new Map(characters.map((character, byte) => [character, byte]));

export function charactersOfBytes(token: Uint8Array): string {
  let text = "";
  for (const byte of token) text += characters[byte]!;
  return text;
}

/** Undefined where a character stands for no byte. */
export function bytesOfCharacters(text: string): Uint8Array | undefined {
  const token = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const byte = bytes.get(text[i]!);
    if (byte === undefined) return undefined;
    token[i] = byte;
  }
  return token;
}
