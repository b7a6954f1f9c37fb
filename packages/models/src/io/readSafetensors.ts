import { DTypeError, FormatError } from "@lanewise/core-wasm";
import { formatShape } from "../tensor/tensor.js";
import { countBytes, isSafetensorsDType, type SafetensorsDType, safetensorsDTypes } from "./dtypes.js";
import { type HeaderJson, type HeaderObject, JsonNumber, parseHeaderJson, quote } from "./headerJson.js";
import { SafeTensor } from "./safeTensor.js";

/** What a safetensors file holds. */
export interface SafetensorsFile {
  /** In the order of their bytes. */
  readonly tensors: Map<string, SafeTensor>;
  /** The strings under `__metadata__`; empty if the file has none. */
  readonly metadata: Record<string, string>;
}

/** The longest header that a reader of the format accepts. */
export const maxHeaderBytes = 100_000_000;

/** The header's name for what is no tensor. */
export const metadataName = "__metadata__";

interface Entry {
  readonly name: string;
  readonly dtype: SafetensorsDType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a safetensors file. Nothing is copied: the tensors are views of `bytes`.
 *
 * The file is `header length: u64`, `header: JSON`, `data`, little-endian; the header maps each tensor's name to
 * `{dtype, shape, data_offsets: [begin, end]}`, and the tensors' bytes cover the data without a hole or an overlap.
 * All of that is checked before a tensor is made, so that a truncated, lying or hostile file cannot make this
 * function read beyond the file, allocate by the file's word, or throw anything but a FormatError.
 *
 * ```ts
 * const { tensors, metadata } = readSafetensors(bytes);
 * const weight = tensors.get("embedding.weight")?.toFloat32();
 * ```
 *
 * @throws FormatError if it is not such a file; DTypeError if `bytes` is no array of bytes
 *
 * Ref: https://github.com/huggingface/safetensors, "Format".
 */
export function readSafetensors(bytes: Uint8Array | ArrayBuffer): SafetensorsFile {
  const file = asBytes(bytes);
  const { header, dataBegin } = readHeader(file);
  const data = file.subarray(dataBegin);
  const entries: Entry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of header) {
    if (name === metadataName) metadata = readMetadata(value);
    else entries.push(readEntry(name, value, data.length));
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkCover(entries, data.length);
  const tensors = new Map<string, SafeTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, new SafeTensor(dtype, shape, data.subarray(begin, end)));
  }
  return { tensors, metadata };
}

function asBytes(bytes: unknown): Uint8Array {
  // By tag, not by class: an array may come from another realm, and Node's Buffer is a Uint8Array.
  const tag = Object.prototype.toString.call(bytes);
  if (tag === "[object ArrayBuffer]") return new Uint8Array(bytes as ArrayBuffer);
  if (tag === "[object Uint8Array]") {
    const { buffer, byteOffset, byteLength } = bytes as Uint8Array;
    return new Uint8Array(buffer, byteOffset, byteLength);
  }
  throw new DTypeError("bytes", "Uint8Array or ArrayBuffer", bytes);
}

function readHeader(file: Uint8Array): { header: HeaderObject; dataBegin: number } {
  if (file.length < 8)
    throw new FormatError("file", "at least 8 bytes, the header's length", `${file.length} bytes`);
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > maxHeaderBytes) {
    throw new FormatError("header", `a length of at most ${maxHeaderBytes} bytes`, `${length} bytes`);
  }
  const dataBegin = 8 + Number(length);
  if (dataBegin > file.length) {
    throw new FormatError("header", `${length} bytes, by the length before it`, `${file.length - 8} bytes`);
  }
  const parsed = parseHeaderJson(decodeText(file.subarray(8, dataBegin)));
  return { header: asObject("header", parsed), dataBegin };
}

function decodeText(bytes: Uint8Array): string {
  if (bytes[0] !== 0x7b) {
    const came = bytes.length === 0 ? "an empty header" : `the byte ${bytes[0]}`;
    throw new FormatError("header", 'a JSON object, beginning with "{"', came);
  }
  try {
    // Some engines do not decode shared memory: only that is copied.
    const own = bytes.buffer instanceof ArrayBuffer ? bytes : bytes.slice();
    return new TextDecoder("utf-8", { fatal: true }).decode(own);
  } catch (cause) {
    throw new FormatError("header", "UTF-8", "other bytes", { cause });
  }
}

function readMetadata(value: HeaderJson): Record<string, string> {
  const metadata = asObject(metadataName, value);
  for (const [key, text] of metadata) {
    if (typeof text !== "string")
      throw new FormatError(`${metadataName}.${quote(key)}`, "a string", kindOf(text));
  }
  // Unlike an assignment, this makes "__proto__" a property like any other.
  return Object.fromEntries(metadata as Map<string, string>);
}

function readEntry(name: string, value: HeaderJson, dataBytes: number): Entry {
  const argument = `tensor ${quote(name)}`;
  const info = asObject(argument, value);
  const dtype = info.get("dtype");
  if (!isSafetensorsDType(dtype)) {
    throw new FormatError(`${argument} dtype`, `one of ${safetensorsDTypes.join(", ")}`, kindOf(dtype));
  }
  const shape = readCounts(`${argument} shape`, info.get("shape"));
  const offsets = readCounts(`${argument} data_offsets`, info.get("data_offsets"));
  const [begin, end] = offsets;
  if (begin === undefined || end === undefined || offsets.length > 2) {
    throw new FormatError(`${argument} data_offsets`, "two numbers", `${offsets.length}`);
  }
  if (begin > end || end > dataBytes) {
    throw new FormatError(`${argument} data_offsets`, `0 ≤ begin ≤ end ≤ ${dataBytes}`, formatShape(offsets));
  }
  const wanted = countBytes(dtype, shape);
  if (wanted === undefined)
    throw new FormatError(`${argument} shape`, "at most 2^53 - 1 bytes", quoteShape(shape));
  if (end - begin !== wanted) {
    const expected = `${wanted} bytes for ${dtype} ${quoteShape(shape)}`;
    throw new FormatError(`${argument} data_offsets`, expected, `${end - begin} bytes`);
  }
  return { name, dtype, shape, begin, end };
}

/** The tensors, sorted, must follow one upon the other from the first byte to the last. */
function checkCover(entries: readonly Entry[], dataBytes: number): void {
  let reached = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== reached) {
      const what = begin > reached ? "a hole" : "an overlap";
      const expected = `a tensor that begins at byte ${reached} of the data`;
      throw new FormatError("data_offsets", expected, `${what}: ${quote(name)} begins at ${begin}`);
    }
    reached = end;
  }
  if (reached !== dataBytes) {
    throw new FormatError("data", `${reached} bytes, by the tensors' offsets`, `${dataBytes} bytes`);
  }
}

function readCounts(argument: string, value: HeaderJson | undefined): number[] {
  if (!Array.isArray(value)) throw new FormatError(argument, "an array of whole numbers ≥ 0", kindOf(value));
  return value.map((element) => {
    const lexeme = element instanceof JsonNumber ? element.lexeme : "";
    const count = /^[0-9]+$/.test(lexeme) ? Number(lexeme) : NaN;
    if (!Number.isSafeInteger(count)) {
      throw new FormatError(argument, "whole numbers from 0 to 2^53 - 1", kindOf(element));
    }
    return count;
  });
}

function asObject(argument: string, value: HeaderJson): HeaderObject {
  if (!(value instanceof Map)) throw new FormatError(argument, "an object", kindOf(value));
  return value;
}

/** What came, for a message. */
function kindOf(value: HeaderJson | undefined): string {
  if (value === undefined) return "nothing";
  if (value instanceof JsonNumber) return value.lexeme;
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return "an array";
  if (value instanceof Map) return "an object";
  return String(value);
}

function quoteShape(shape: readonly number[]): string {
  return shape.length <= 8 ? formatShape(shape) : `[${shape.slice(0, 8).join(", ")}, …]`;
}
