/** What a token shows: its text, with white space and what cannot be seen made visible. */
export interface Glyph {
  readonly text: string;
  /** It stands for something that has no shape of its own. */
  readonly isSign: boolean;
}

const signs: Readonly<Record<string, string>> = {
  " ": "·",
  "\t": "→",
  "\n": "↵",
  "\r": "␍",
  "\u00A0": "⍽",
  "\u3000": "□",
};

/** Characters without a shape, or that act on their neighbours: controls, formats, joiners, lone marks, private use. */
const shapeless = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

/** A token's text, sign by sign. */
export function glyphsOf(text: string): Glyph[] {
  const glyphs: Glyph[] = [];
  const add = (piece: string, isSign: boolean): void => {
    const last = glyphs.at(-1);
    if (last && last.isSign === isSign) glyphs[glyphs.length - 1] = { text: last.text + piece, isSign };
    else glyphs.push({ text: piece, isSign });
  };
  for (const character of text) {
    const sign = signs[character];
    if (sign !== undefined) add(sign, true);
    else if (shapeless.test(character)) add(codePoint(character), true);
    else add(character, false);
  }
  return glyphs;
}

function codePoint(character: string): string {
  return `[${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** `E2 80 99` */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
}

/** The text of some bytes, or where they are no whole characters, the bytes: `<E2 80>`. */
export function readable(bytes: Uint8Array): string {
  return decoded(bytes) ?? `<${hexOf(bytes)}>`;
}

/** Whether the bytes are whole characters. */
export function isText(bytes: Uint8Array): boolean {
  return decoded(bytes) !== undefined;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
