import { ShapeError } from "@lanewise/core-wasm";
import { sizeOf } from "../tensor/tensor.js";
import { elementsOf, type SafetensorsArrays, type SafetensorsDType } from "./dtypes.js";
import { fromBfloat16Into, fromFloat16Into } from "./halfPrecision.js";

/** A tensor in a file: its bytes as they stand there, and what they mean. */
export class SafeTensor<D extends SafetensorsDType = SafetensorsDType> {
  readonly dtype: D;
  /** Sizes from the outermost dimension to the innermost, row-major; `[]` is a scalar. */
  readonly shape: readonly number[];
  /** A view of the file, not a copy. */
  readonly bytes: Uint8Array;

  constructor(dtype: D, shape: readonly number[], bytes: Uint8Array) {
    this.dtype = dtype;
    this.shape = shape;
    this.bytes = bytes;
  }

  /** The number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /**
   * The elements as they are stored: BigInts for I64 and U64, the bits for F16 and BF16, 0 and 1 for BOOL. A view of
   * the file where the bytes lie on their alignment (those of a file that was read to the start of a buffer do), else
   * a copy.
   */
  get data(): SafetensorsArrays[D] {
    return elementsOf(this.dtype, this.bytes);
  }

  /**
   * A copy of the elements as float32. Exact for F32, F16, BF16, BOOL and whole numbers of 8 and 16 bits; the others
   * are rounded to nearest, ties to even, once.
   */
  toFloat32(): Float32Array<ArrayBuffer> {
    const out = new Float32Array(this.size);
    this.toFloat32Into(out);
    return out;
  }

  /** Writes what `toFloat32` returns into `out`. @throws ShapeError unless it has exactly `size` elements */
  toFloat32Into(out: Float32Array): void {
    if (out.length !== this.size)
      throw new ShapeError("out", `${this.size} elements`, `${out.length} elements`);
    const { dtype, data } = this as SafeTensor;
    if (dtype === "F16") fromFloat16Into(out, data as Uint16Array);
    else if (dtype === "BF16") fromBfloat16Into(out, data as Uint16Array);
    else if (dtype === "BOOL") out.set((data as Uint8Array).map((value) => (value === 0 ? 0 : 1)));
    else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      for (let i = 0; i < out.length; i++) out[i] = singleFromBigInt(data[i]!);
    } else out.set(data);
  }
}

/**
 * A number that rounds to the float32 nearest to `value`. Beyond 2^53 the lower 11 bits are cut off and remembered in
 * the last bit that stays (rounding to odd): rounding to a double first, then to float32, could go wrong at a tie.
 */
function singleFromBigInt(value: bigint): number {
  if (value >= -(2n ** 53n) && value <= 2n ** 53n) return Number(value);
  const lost = (value & 0x7ffn) !== 0n;
  return Number((value >> 11n) | (lost ? 1n : 0n)) * 2048;
}
