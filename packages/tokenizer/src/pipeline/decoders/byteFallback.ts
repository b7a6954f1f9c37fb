import type { DecoderStage } from "./stage.js";

const byteToken = /^<0x([0-9A-Fa-f]{2})>$/;

/** Tokens `<0xNN>` are bytes of UTF-8; of what is none, each byte becomes U+FFFD. Characters are given on when they are whole. */
export function byteFallback(): DecoderStage {
  const bytes = new CharacterAssembler();
  return {
    push(token, next) {
      const match = byteToken.exec(token);
      if (match) {
        const text = bytes.push(parseInt(match[1]!, 16));
        if (text !== "") next(text);
        return;
      }
      const rest = bytes.end();
      if (rest !== "") next(rest);
      next(token);
    },
    end(next) {
      const rest = bytes.end();
      if (rest !== "") next(rest);
    },
  };
}

/** Puts characters together of the bytes of UTF-8 (RFC 3629). */
class CharacterAssembler {
  #held: number[] = [];
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  /** The character that the byte completes, with U+FFFD for bytes that turn out to be part of none. */
  push(byte: number): string {
    this.#held.push(byte);
    let text = "";
    while (this.#held.length > 0 && !isBeginning(this.#held)) {
      const character = this.#whole();
      text += character ?? "\ufffd";
      this.#held = character === undefined ? this.#held.slice(1) : [];
    }
    return text;
  }

  end(): string {
    const text = "\ufffd".repeat(this.#held.length);
    this.#held = [];
    return text;
  }

  #whole(): string | undefined {
    if (this.#held.length !== lengthBy(this.#held[0]!)) return undefined;
    try {
      return this.#decoder.decode(Uint8Array.from(this.#held));
    } catch {
      return undefined;
    }
  }
}

/** Whether more bytes could make a character of these. */
function isBeginning(bytes: readonly number[]): boolean {
  const first = bytes[0]!;
  if (bytes.length >= lengthBy(first)) return false;
  const second = bytes[1];
  if (second === undefined) return true;
  // Not longer than needed, no surrogates, not beyond U+10FFFF.
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return false;
  return bytes.slice(2).every((byte) => (byte & 0xc0) === 0x80);
}

/** Bytes of the character that a byte begins; 1 for what begins none. */
function lengthBy(first: number): number {
  if (first < 0xc2 || first > 0xf4) return 1;
  return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}
