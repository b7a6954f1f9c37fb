import { FormatError } from "@lanewise/core-wasm";
import { quote } from "../io/headerJson.js";
import { readSafetensors, type SafeTensor, type TensorSource, writeSafetensors } from "../io/index.js";
import { longest, mostDimensions, type VectorRows } from "./vectorRows.js";

/** The tag, with its version, under `format` in the file's `__metadata__`. */
const fileFormat = "lanewise-word-vectors-v1";

interface VectorsFile {
  words: string[];
  dim: number;
  counts: Float64Array | undefined;
}

/** Vectors as float32, or as bytes with a scale each. */
type Contents = VectorsFile &
  (
    | { floats: Float32Array; quantized: undefined }
    | { floats: undefined; quantized: { values: Int8Array; scales: Float32Array } }
  );

/** What `WordVectors.save` returns. */
export function writeVectorsFile(
  words: readonly string[],
  { rows, dim, values, scales }: VectorRows,
  counts: Float64Array | undefined,
): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, TensorSource> = { vectors: { shape: [rows, dim], data: values } };
  if (scales) tensors["scales"] = { shape: [rows], data: scales };
  if (counts) tensors["counts"] = { shape: [rows], data: counts };
  return writeSafetensors(tensors, { format: fileFormat, words: JSON.stringify(words) });
}

/** What it was made of. @throws FormatError */
export function readVectorsFile(bytes: Uint8Array | ArrayBuffer): Contents {
  const { tensors, metadata } = readSafetensors(bytes);
  const format = Object.hasOwn(metadata, "format") ? metadata["format"]! : "nothing";
  if (format !== fileFormat) throw new FormatError("__metadata__.format", quote(fileFormat), quote(format));
  const words = parseWords(Object.hasOwn(metadata, "words") ? metadata["words"]! : "");
  const vectors = tensors.get("vectors");
  const [rows, dim] = vectors?.shape ?? [];
  if (vectors?.shape.length !== 2 || rows !== words.length || !(dim! >= 1 && dim! <= mostDimensions)) {
    throw new FormatError("vectors", `a tensor [${words.length}, dim]`, vectors?.shape.join(" × "));
  }
  const listed = tensors.get("counts");
  const counts = listed && (elements("counts", listed, "F64", words.length) as Float64Array);
  const bad = counts?.findIndex((count) => !(count >= 0 && count < Infinity)) ?? -1;
  if (bad >= 0) throw new FormatError(`counts[${bad}]`, "a number ≥ 0", counts![bad]);
  const size = words.length * dim!;
  if (vectors.dtype === "F32") {
    const floats = elements("vectors", vectors, "F32", size) as Float32Array;
    checkLengths(floats, dim!, () => 1);
    return { words, dim: dim!, counts, floats, quantized: undefined };
  }
  const values = elements("vectors", vectors, "I8", size) as Int8Array;
  const scales = elements("scales", tensors.get("scales"), "F32", words.length) as Float32Array;
  const negative = scales.findIndex((scale) => !(scale >= 0 && scale < Infinity));
  if (negative >= 0) throw new FormatError(`scales[${negative}]`, "a finite number ≥ 0", scales[negative]);
  checkLengths(values, dim!, (row) => scales[row]!);
  return { words, dim: dim!, counts, floats: undefined, quantized: { values, scales } };
}

function elements(
  name: string,
  tensor: SafeTensor | undefined,
  dtype: "F32" | "F64" | "I8",
  length: number,
): SafeTensor["data"] {
  if (tensor?.dtype !== dtype || tensor.size !== length) {
    const came = tensor && `${tensor.size} elements of ${tensor.dtype}`;
    throw new FormatError(name, `${length} elements of ${dtype}`, came ?? "nothing");
  }
  return tensor.data;
}

/** Each row times its scale, [rows, dim], must be finite, and short enough for the search. @throws FormatError */
function checkLengths(values: Float32Array | Int8Array, dim: number, scaleOf: (row: number) => number): void {
  for (let row = 0; row * dim < values.length; row++) {
    let squares = 0;
    for (const value of values.subarray(row * dim, (row + 1) * dim)) squares += value * value;
    const length = scaleOf(row) * Math.sqrt(squares);
    if (!(length < longest))
      throw new FormatError(`vectors, row ${row}`, `a vector shorter than ${longest}`, length);
  }
}

function parseWords(json: string): string[] {
  let words: unknown;
  try {
    words = JSON.parse(json);
  } catch (cause) {
    throw new FormatError("__metadata__.words", "a JSON array of words", json, { cause });
  }
  if (!Array.isArray(words) || words.length === 0 || !words.every(isString)) {
    throw new FormatError("__metadata__.words", "a JSON array of words", json);
  }
  const seen = new Set<string>();
  for (const word of words) {
    if (seen.has(word)) throw new FormatError("__metadata__.words", "each word once", quote(word));
    seen.add(word);
  }
  return words;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}
