import * as fc from "fast-check";
import type { SafetensorsArray, SafetensorsDType, TensorData } from "../../src/io/index.js";

const constructors = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  I64: BigInt64Array,
  I32: Int32Array,
  I16: Int16Array,
  I8: Int8Array,
  U64: BigUint64Array,
  U32: Uint32Array,
  U16: Uint16Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
} as const;

export const dtypes: SafetensorsDType[] = Object.keys(constructors) as SafetensorsDType[];

export function widthOf(dtype: SafetensorsDType): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/** The elements in a copy of `bytes`. */
export function arrayOf(dtype: SafetensorsDType, bytes: Uint8Array): SafetensorsArray {
  return new constructors[dtype](new Uint8Array(bytes).buffer);
}

export function bytesOf(array: SafetensorsArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A tensor of any element type, any bits, and a small shape, scalars and empty ones among them. */
export const anyTensor: fc.Arbitrary<TensorData & { dtype: SafetensorsDType; data: SafetensorsArray }> = fc
  .record({
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  })
  .chain(({ dtype, shape }) => {
    const length = shape.reduce((product, size) => product * size, widthOf(dtype));
    const byte = dtype === "BOOL" ? { min: 0, max: 1 } : { min: 0, max: 255 };
    return fc
      .array(fc.integer(byte), { minLength: length, maxLength: length })
      .map((bytes) => ({ dtype, shape, data: arrayOf(dtype, Uint8Array.from(bytes)) }));
  });

/** Names that parameters have, and names that try a parser. */
export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "weight",
    "rnn.weight_ih_l0",
    "",
    "__proto__",
    "constructor",
    "toString",
    "0",
    "10",
    "__metadata_",
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 6 }),
);

export const anyTensors: fc.Arbitrary<
  Map<string, TensorData & { dtype: SafetensorsDType; data: SafetensorsArray }>
> = fc
  .uniqueArray(fc.tuple(anyName, anyTensor), { selector: ([name]) => name, maxLength: 8 })
  .map((entries) => new Map(entries.filter(([name]) => name !== "__metadata__")));

export const anyMetadata: fc.Arbitrary<Record<string, string> | undefined> = fc.option(
  fc
    .array(fc.tuple(anyName, fc.string({ unit: "binary", maxLength: 20 })), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries)),
  { nil: undefined },
);
