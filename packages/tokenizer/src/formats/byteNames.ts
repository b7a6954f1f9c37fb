/** What vocabularies with byte fallback call the token of a byte: `<0x0A>`. */
export function nameOfByte(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

/** The byte that a token's name stands for; undefined where it is no such name. */
export function byteOfName(name: string): number | undefined {
  const byte = /^<0x([0-9A-F]{2})>$/.exec(name)?.[1];
  return byte === undefined ? undefined : Number.parseInt(byte, 16);
}
