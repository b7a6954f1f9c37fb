import { FormatError } from "@lanewise/core-wasm/errors";

/**
 * The wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding): a message is a row of fields,
 * each a tag (number · 8 + wire type) and a value.
 */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

export type WireType = (typeof WireType)[keyof typeof WireType];

export interface Field {
  readonly number: number;
  readonly wireType: WireType;
  /** A varint's low 32 bits, unsigned: no field that is read here has more. */
  readonly varint: number;
  /** The bytes of a length-delimited or a fixed field, as a view. */
  readonly bytes: Uint8Array;
}

const nothing = new Uint8Array();

/**
 * The fields of one message, in the order of the file.
 *
 * @param what the message's name, for the error
 * @throws FormatError where a field does not end before the message does, or its tag is none
 */
export function* fields(message: Uint8Array, what: string): Generator<Field> {
  let position = 0;
  const broken = (expected: string, received: string): FormatError =>
    new FormatError(what, expected, `${received} at byte ${position}`);

  /** Bytes of seven bits, the lowest first. */
  const varint = (maxBytes: number): number => {
    let value = 0;
    for (let shift = 0; shift < 7 * maxBytes; shift += 7) {
      const byte = message[position];
      if (byte === undefined) throw broken("a whole varint", "the end");
      position++;
      if (shift < 35) value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value % 2 ** 32;
    }
    throw broken(`a varint of at most ${maxBytes} bytes`, "a longer one");
  };

  const take = (length: number): Uint8Array => {
    if (length > message.length - position) {
      throw broken(`${length} bytes`, `${message.length - position} bytes`);
    }
    position += length;
    return message.subarray(position - length, position);
  };

  while (position < message.length) {
    const tag = varint(5);
    const number = tag >>> 3;
    if (number === 0) throw broken("a field number above 0", "0");
    const wireType = tag & 7;
    switch (wireType) {
      case WireType.varint:
        yield { number, wireType, varint: varint(10), bytes: nothing };
        break;
      case WireType.bytes:
        yield { number, wireType, varint: 0, bytes: take(varint(5)) };
        break;
      case WireType.fixed32:
      case WireType.fixed64:
        yield { number, wireType, varint: 0, bytes: take(wireType === WireType.fixed32 ? 4 : 8) };
        break;
      default:
        throw broken("a varint, bytes or a number of fixed width", `wire type ${wireType}`);
    }
  }
}

/** Builds one message, field by field. */
export class MessageWriter {
  #bytes: Uint8Array = new Uint8Array(256);
  #length = 0;

  varint(number: number, value: number): void {
    this.#tag(number, WireType.varint);
    // A negative int32 is written as the 64-bit number of the same value: ten bytes.
    let rest = BigInt.asUintN(64, BigInt(value));
    while (rest > 127n) {
      this.#byte(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    this.#byte(Number(rest));
  }

  bool(number: number, value: boolean): void {
    this.varint(number, value ? 1 : 0);
  }

  float(number: number, value: number): void {
    this.#tag(number, WireType.fixed32);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#append(bytes);
  }

  string(number: number, value: string): void {
    this.bytes(number, new TextEncoder().encode(value));
  }

  bytes(number: number, value: Uint8Array): void {
    this.#tag(number, WireType.bytes);
    this.#unsigned(value.length);
    this.#append(value);
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #tag(number: number, wireType: WireType): void {
    this.#unsigned(number * 8 + wireType);
  }

  #unsigned(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#byte((rest % 128) | 128);
    this.#byte(rest);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  #append(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + more));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}
