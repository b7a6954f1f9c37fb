import { DTypeError, RangeError, ShapeError, WasmArray } from "@lanewise/core-wasm";
import { formatShape, type Shape, sizeOf, type Tensor } from "../tensor/tensor.js";
import {
  arrayName,
  countBytes,
  dtypeOf,
  rankOf,
  type SafetensorsArray,
  type SafetensorsDType,
  safetensorsDTypes,
  type UnnamedDType,
} from "./dtypes.js";
import { toBfloat16, toFloat16 } from "./halfPrecision.js";
import { loneSurrogate, quote } from "./headerJson.js";
import { maxHeaderBytes, metadataName } from "./readSafetensors.js";

/** Elements with a shape, for a file. A `SafeTensor` that was read is one, and keeps its bits. */
export interface TensorData {
  /**
   * The element type in the file. Default: that of `data`, where a Uint16Array is U16 and a Uint8Array U8. Say F16 or
   * BF16 for a Uint16Array of bits, BOOL for a Uint8Array of 0 and 1; floats of 32 and 64 bits are rounded to any float
   * type (to nearest, ties to even). Nothing else is converted.
   */
  readonly dtype?: SafetensorsDType | undefined;
  /** Sizes from the outermost dimension to the innermost; `[]` is a scalar. */
  readonly shape: Shape;
  /** Row-major. */
  readonly data: SafetensorsArray | WasmArray;
}

/** What can be written under a name. An array by itself has one dimension. */
export type TensorSource = TensorData | Tensor | TensorData["data"];

/** Named tensors, in any order. */
export type TensorSources = ReadonlyMap<string, TensorSource> | Readonly<Record<string, TensorSource>>;

interface Entry {
  readonly name: string;
  readonly dtype: SafetensorsDType;
  readonly shape: Shape;
  readonly data: SafetensorsArray;
  /** What `data` holds, before it is rounded to `dtype`. */
  readonly held: UnnamedDType;
  readonly bytes: number;
}

/**
 * Writes a safetensors file. The same tensors and metadata give the same bytes, whatever order they come in: tensors
 * lie as the reference implementation lays them, by descending alignment and then by name (by code points), and the
 * keys of the metadata are sorted. The data begin at a multiple of 8, so every tensor lies on its alignment.
 *
 * ```ts
 * const bytes = writeSafetensors(model.parameters(), { trainedOn: "tiny-shakespeare" });
 * ```
 *
 * @param metadata strings to go under `__metadata__`
 * @throws RangeError for a name that the format cannot hold, or a header beyond 100 MB; ShapeError if an array does not
 * fit its shape; DTypeError if it cannot be written as its `dtype`
 *
 * Ref: https://github.com/huggingface/safetensors, "Format".
 */
export function writeSafetensors(
  tensors: TensorSources,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const entries = Array.from(entriesOf(tensors), ([name, source]) => readSource(name, source));
  entries.sort((a, b) => rankOf(a.dtype) - rankOf(b.dtype) || compareCodePoints(a.name, b.name));

  const members: string[] = [];
  if (metadata !== undefined) members.push(`"${metadataName}":${metadataJson(metadata)}`);
  let dataBytes = 0;
  for (const { name, dtype, shape, bytes } of entries) {
    const begin = dataBytes;
    dataBytes += bytes;
    const info = `{"dtype":"${dtype}","shape":[${shape.join(",")}],"data_offsets":[${begin},${dataBytes}]}`;
    members.push(`${JSON.stringify(name)}:${info}`);
  }
  const json = new TextEncoder().encode(`{${members.join(",")}}`);
  const headerBytes = Math.ceil(json.length / 8) * 8;
  if (headerBytes > maxHeaderBytes) {
    throw new RangeError(
      "header",
      `at most ${maxHeaderBytes} bytes of names, shapes and metadata`,
      headerBytes,
    );
  }

  const file = new Uint8Array(8 + headerBytes + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  file.fill(0x20, 8 + json.length, 8 + headerBytes);
  let at = 8 + headerBytes;
  for (const entry of entries) {
    const stored = round(entry);
    file.set(new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength), at);
    at += stored.byteLength;
  }
  return file;
}

/** The names and tensors of either form. */
export function entriesOf(tensors: TensorSources): Iterable<[string, TensorSource]> {
  return tensors instanceof Map ? tensors : Object.entries(tensors as Record<string, TensorSource>);
}

/** Checks one tensor, and that it can be written, before anything is. */
function readSource(name: string, source: TensorSource): Entry {
  checkText("name", name);
  if (name === metadataName) throw new RangeError("name", `anything but "${metadataName}"`, name);
  const argument = `tensor ${quote(name)}`;
  const { dtype: named, shape, data: given } = asData(source);
  const data: unknown = given instanceof WasmArray ? given.view : given;
  const held = dtypeOf(`${argument} data`, data);
  const dtype = named ?? held;
  if (!safetensorsDTypes.includes(dtype)) {
    throw new DTypeError(`${argument} dtype`, `one of ${safetensorsDTypes.join(", ")}`, dtype);
  }
  const array = data as SafetensorsArray;
  const isFloat = (type: SafetensorsDType): boolean => type.includes("F");
  if (arrayName(dtype) !== arrayName(held) && !(isFloat(dtype) && isFloat(held))) {
    const wanted = isFloat(dtype) ? `${arrayName(dtype)}, Float32Array or Float64Array` : arrayName(dtype);
    throw new DTypeError(`${argument} data`, `${wanted} for ${dtype}`, array);
  }
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new ShapeError(`${argument} shape`, "an array of whole numbers ≥ 0", String(shape));
  }
  const bytes = countBytes(dtype, shape);
  if (bytes === undefined)
    throw new ShapeError(`${argument} shape`, "at most 2^53 - 1 bytes", formatShape(shape));
  if (sizeOf(shape) !== array.length) {
    throw new ShapeError(
      `${argument} data`,
      `${sizeOf(shape)} elements for ${formatShape(shape)}`,
      `${array.length}`,
    );
  }
  return { name, dtype, shape, data: array, held, bytes };
}

function asData(source: TensorSource): TensorData {
  if ("array" in source) return { shape: source.shape, data: source.array };
  return "data" in source ? source : { shape: [source.length], data: source };
}

/** The elements as they go into the file: as they are, unless they are floats of another width. */
function round({ dtype, data, held }: Entry): SafetensorsArray {
  if (dtype === held || (held !== "F32" && held !== "F64")) return data;
  const floats = data as Float32Array | Float64Array;
  if (dtype === "F16") return toFloat16(floats);
  if (dtype === "BF16") return toBfloat16(floats);
  return dtype === "F32" ? new Float32Array(floats) : new Float64Array(floats);
}

function metadataJson(metadata: Readonly<Record<string, string>>): string {
  const keys = Object.keys(metadata).sort(compareCodePoints);
  const members = keys.map((key) => {
    const value: unknown = metadata[key];
    if (typeof value !== "string") throw new DTypeError(`metadata ${quote(key)}`, "a string", value);
    checkText("metadata key", key);
    checkText(`metadata ${quote(key)}`, value);
    return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
  });
  return `{${members.join(",")}}`;
}

/** Half of a surrogate pair has no UTF-8. */
function checkText(argument: string, text: string): void {
  if (loneSurrogate.test(text)) throw new RangeError(argument, "whole Unicode characters", quote(text));
}

/** The order of UTF-8's bytes, which is that of code points; `<` compares UTF-16 units, where emoji come before "ﬀ". */
function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [surrogateX, surrogateY] = [(x & 0xf800) === 0xd800, (y & 0xf800) === 0xd800];
    return surrogateX === surrogateY ? x - y : surrogateX ? 1 : -1;
  }
  return a.length - b.length;
}
