import { DTypeError } from "./errors.js";

/** The element types that kernels take. */
export interface TypedArrays {
  f32: Float32Array;
  f64: Float64Array;
  i32: Int32Array;
  u32: Uint32Array;
  i8: Int8Array;
  u8: Uint8Array;
}

/** The name of an element type. */
export type DType = keyof TypedArrays;

interface TypedArrayConstructor<D extends DType> {
  new (length: number): TypedArrays[D];
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArrays[D];
  readonly BYTES_PER_ELEMENT: number;
}

const constructors: { readonly [D in DType]: TypedArrayConstructor<D> } = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  i8: Int8Array,
  u8: Uint8Array,
};

/** The JavaScript typed array of an element type. @throws DTypeError if it is none */
export function arrayType<D extends DType>(dtype: D): TypedArrayConstructor<D> {
  const type: TypedArrayConstructor<D> | undefined = constructors[dtype];
  if (type === undefined) throw new DTypeError("dtype", Object.keys(constructors).join(", "), dtype);
  return type;
}

export function bytesPerElement(dtype: DType): number {
  return arrayType(dtype).BYTES_PER_ELEMENT;
}
