import { RangeError } from "@lanewise/core-wasm/errors";

/** The tokens of a tokenizer, as bytes, by id. */
export class Vocabulary {
  /** All tokens' bytes, one after the other, in order of their ids. */
  readonly bytes: Uint8Array;
  /** u32[size + 1]: token `id` is `bytes[offsets[id] … offsets[id + 1])`. An id that stands for no token has no bytes. */
  readonly offsets: Uint32Array;

  constructor(bytes: Uint8Array, offsets: Uint32Array) {
    this.bytes = bytes;
    this.offsets = offsets;
  }

  /** From one array of bytes, or one string (as UTF-8), an id; `undefined` where an id stands for no token. */
  static from(tokens: readonly (Uint8Array | string | undefined)[]): Vocabulary {
    const encoder = new TextEncoder();
    const parts = tokens.map((token) =>
      typeof token === "string" ? encoder.encode(token) : (token ?? new Uint8Array()),
    );
    const offsets = new Uint32Array(parts.length + 1);
    parts.forEach((part, id) => (offsets[id + 1] = offsets[id]! + part.length));
    const bytes = new Uint8Array(offsets[parts.length]!);
    parts.forEach((part, id) => bytes.set(part, offsets[id]));
    return new Vocabulary(bytes, offsets);
  }

  /** One more than the highest id. */
  get size(): number {
    return this.offsets.length - 1;
  }

  /**
   * The bytes of one token, as a view.
   *
   * @throws RangeError where there is no such id
   */
  token(id: number): Uint8Array {
    if (!Number.isInteger(id) || id < 0 || id >= this.size) {
      throw new RangeError("id", `an integer in [0, ${this.size})`, id);
    }
    return this.bytes.subarray(this.offsets[id], this.offsets[id + 1]);
  }
}
