import { DTypeError } from "@lanewise/core-wasm";

/**
 * The typed array that holds the elements of each element type. F16 and BF16 are held as their bits: the array
 * type for them is younger than the engines this runs on.
 */
export interface SafetensorsArrays {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U64: BigUint64Array;
  U32: Uint32Array;
  U16: Uint16Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

/** An element type, by the name that the file gives it. */
export type SafetensorsDType = keyof SafetensorsArrays;

/** Any array of elements that a file can hold. */
export type SafetensorsArray = SafetensorsArrays[SafetensorsDType];

interface ArrayConstructor<D extends SafetensorsDType> {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): SafetensorsArrays[D];
}

/**
 * Every element type, in the order in which a file lays tensors out: descending alignment, and within one alignment
 * the order of the reference implementation.
 */
const constructors: { readonly [D in SafetensorsDType]: ArrayConstructor<D> } = {
  U64: BigUint64Array,
  I64: BigInt64Array,
  F64: Float64Array,
  F32: Float32Array,
  U32: Uint32Array,
  I32: Int32Array,
  BF16: Uint16Array,
  F16: Uint16Array,
  U16: Uint16Array,
  I16: Int16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** The names of all element types, in the order of their tensors in a file. */
export const safetensorsDTypes: readonly SafetensorsDType[] = Object.keys(constructors) as SafetensorsDType[];

const ranks: ReadonlyMap<SafetensorsDType, number> = new Map(
  safetensorsDTypes.map((dtype, rank) => [dtype, rank]),
);

export function isSafetensorsDType(name: unknown): name is SafetensorsDType {
  return typeof name === "string" && Object.hasOwn(constructors, name);
}

/** The bytes of one element. */
export function bytesPerElement(dtype: SafetensorsDType): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/**
 * The bytes of a tensor; undefined if they, or a product of its first sizes, are beyond 2^53 − 1 and so inexact. (The
 * reference implementation multiplies from the left too: a zero at the end saves no shape.)
 */
export function countBytes(dtype: SafetensorsDType, shape: readonly number[]): number | undefined {
  let count = bytesPerElement(dtype);
  for (const size of shape) {
    count *= size;
    if (count > Number.MAX_SAFE_INTEGER) return undefined;
  }
  return count;
}

/** Where an element type's tensors come in a file. */
export function rankOf(dtype: SafetensorsDType): number {
  return ranks.get(dtype)!;
}

/** The class of the typed array that holds elements of this type. */
export function arrayName(dtype: SafetensorsDType): string {
  return constructors[dtype].name;
}

/** The elements in `bytes`, little-endian: in place if they lie on their alignment, else a copy. */
export function elementsOf<D extends SafetensorsDType>(dtype: D, bytes: Uint8Array): SafetensorsArrays[D] {
  const construct = constructors[dtype];
  const size = construct.BYTES_PER_ELEMENT;
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new construct(buffer, byteOffset, bytes.byteLength / size);
}

const unnamedDTypes = ["F64", "F32", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8"] as const;

/** The element types that a typed array shows by its class. */
export type UnnamedDType = (typeof unnamedDTypes)[number];

/**
 * The element type that a typed array stands for when none is named: a Uint16Array is U16 and a Uint8Array U8.
 *
 * @throws DTypeError if it is no array that a file can hold
 */
export function dtypeOf(argument: string, array: unknown): UnnamedDType {
  // By tag, not by class: an array may come from another realm, and Node's Buffer is a Uint8Array.
  const tag: unknown = ArrayBuffer.isView(array) ? (array as Uint8Array)[Symbol.toStringTag] : undefined;
  const found = unnamedDTypes.find((dtype) => constructors[dtype].name === tag);
  if (found === undefined) throw new DTypeError(argument, "a typed array of floats or whole numbers", array);
  return found;
}
