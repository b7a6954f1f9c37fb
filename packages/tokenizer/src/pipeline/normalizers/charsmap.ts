import { FormatError } from "@lanewise/core-wasm/errors";

/**
 * SentencePiece's table of replacements, as its files hold it: the size of a double array in bytes (u32, little-endian), the
 * double array, then strings that end in a zero byte. The double array is a trie over UTF-8 whose values say where in the
 * strings a replacement begins (Aoe 1989, doi:10.1109/32.31365; 32-bit units as the Darts-clone library packs them).
 */
export class Charsmap {
  /** u32 units: bits 0–7 the label, bit 8 whether a value hangs below, bits 9–31 the offset to the children. */
  readonly #units: Uint32Array;
  readonly #strings: Uint8Array;
  readonly #replacements = new Map<number, string>();
  /** One bit a code unit: 1 where no rule begins with it. A high surrogate's bit is 0. */
  readonly #inert = new Uint8Array(8192);
  /** u8[128]: whether no rule begins with that ASCII character and ends in it, or goes on with another ASCII character. */
  readonly #inertAscii = new Uint8Array(128);

  /** @throws FormatError where sizes and offsets do not fit the bytes */
  constructor(table: Uint8Array) {
    const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
    const size = table.length < 4 ? 0 : view.getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || size > table.length - 5) {
      throw new FormatError(
        "precompiled_charsmap",
        "a double array and its strings",
        `${table.length} bytes`,
      );
    }
    this.#units = new Uint32Array(size / 4);
    for (let i = 0; i < this.#units.length; i++) this.#units[i] = view.getUint32(4 + 4 * i, true);
    this.#strings = new Uint8Array(table.subarray(4 + size));
    if (this.#strings.at(-1) !== 0) {
      throw new FormatError("precompiled_charsmap", "strings that end in a zero byte", "one without an end");
    }
    this.#findInert();
  }

  /** Where, from `begin` on, a rule may match: what lies between stays as it is. */
  nextCandidate(text: string, begin: number): number {
    for (let i = begin; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 128) {
        if (this.#inertAscii[unit] !== 1) return i;
        if (i + 1 < text.length && text.charCodeAt(i + 1) >= 128 && !this.#isInert(unit)) return i;
      } else if (!this.#isInert(unit)) return i;
    }
    return text.length;
  }

  /**
   * The longest rule that matches at `begin`: where it ends, and what it makes of what it matches. Lone surrogates count as
   * U+FFFD.
   *
   * @throws FormatError where the table points outside itself
   */
  longestMatch(
    text: string,
    begin: number,
  ): { readonly end: number; readonly replacement: string } | undefined {
    let node = childrenOf(this.#units[0]!);
    let end = -1;
    let value = 0;
    for (let i = begin; i < text.length;) {
      const codePoint = scalarAt(text, i);
      i += codePoint > 0xffff ? 2 : 1;
      node = this.#step(node, codePoint);
      if (node < 0) break;
      const leaf = this.#lastHasLeaf ? this.#units[node] : undefined;
      if (leaf !== undefined) {
        end = i;
        value = leaf & 0x7fffffff;
      }
    }
    return end < 0 ? undefined : { end, replacement: this.#replacement(value) };
  }

  /** Whether a value hangs below the unit that `#step` came to last. */
  #lastHasLeaf = false;

  /** From a node down the bytes of one character; −1 where nothing is there. */
  #step(node: number, codePoint: number): number {
    if (codePoint < 0x80) return this.#stepByte(node, codePoint);
    if (codePoint < 0x800) {
      return this.#stepByte(this.#stepByte(node, 0xc0 | (codePoint >> 6)), 0x80 | (codePoint & 63));
    }
    let at: number;
    if (codePoint < 0x10000) {
      at = this.#stepByte(node, 0xe0 | (codePoint >> 12));
    } else {
      at = this.#stepByte(node, 0xf0 | (codePoint >> 18));
      at = this.#stepByte(at, 0x80 | ((codePoint >> 12) & 63));
    }
    at = this.#stepByte(at, 0x80 | ((codePoint >> 6) & 63));
    return this.#stepByte(at, 0x80 | (codePoint & 63));
  }

  #stepByte(node: number, byte: number): number {
    if (node < 0) return -1;
    const at = (node ^ byte) >>> 0;
    if (at >= this.#units.length) return -1;
    const unit = this.#units[at]!;
    // A value has bit 31, so that it is no child of any label.
    if ((unit & 0x800000ff) !== byte) return -1;
    this.#lastHasLeaf = (unit & 0x100) !== 0;
    return (at ^ childrenOf(unit)) >>> 0;
  }

  #replacement(offset: number): string {
    let text = this.#replacements.get(offset);
    if (text === undefined) {
      const end = this.#strings.indexOf(0, offset);
      if (end < 0) {
        throw new FormatError("precompiled_charsmap", `an offset below ${this.#strings.length}`, offset);
      }
      text = decoder.decode(this.#strings.subarray(offset, end));
      this.#replacements.set(offset, text);
    }
    return text;
  }

  #findInert(): void {
    const root = childrenOf(this.#units[0]!);
    for (let codePoint = 0; codePoint < 0x10000; codePoint++) {
      // Surrogates are looked at as pairs, lone ones as U+FFFD.
      if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
      const node = this.#step(root, codePoint);
      const isLeaf = node >= 0 && this.#lastHasLeaf;
      if (node < 0) this.#inert[codePoint >> 3]! |= 1 << (codePoint & 7);
      if (codePoint > 127) continue;
      const continues = ascii.some((next) => this.#stepByte(node, next) >= 0);
      this.#inertAscii[codePoint] = isLeaf || continues ? 0 : 1;
    }
  }

  #isInert(unit: number): boolean {
    return ((this.#inert[unit >> 3]! >> (unit & 7)) & 1) === 1;
  }
}

const ascii = Array.from({ length: 128 }, (_, codePoint) => codePoint);

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A unit's offset: 21 bits, or 13 bits times 256. */
function childrenOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >> 6);
}

function scalarAt(text: string, index: number): number {
  const codePoint = text.codePointAt(index)!;
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint;
}
