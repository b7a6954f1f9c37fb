import { RangeError, ShapeError } from "@lanewise/core-wasm/errors";
import { Vocabulary } from "../vocabulary.js";
import type { EngineMemory } from "./engineMemory.js";
import type { PlacedVocabulary } from "./placedModel.js";

/** Copies a vocabulary to an engine's memory, where 16 bytes may be read behind each token. */
export function placeVocabulary(vocabulary: Vocabulary, memory: EngineMemory): PlacedVocabulary {
  const { bytes, offsets, size } = vocabulary;
  if (size < 0 || offsets[0] !== 0 || offsets[size] !== bytes.length) {
    throw new ShapeError(
      "vocabulary.offsets",
      `from 0 to the ${bytes.length} bytes`,
      `from ${offsets[0]} to ${offsets[size]}`,
    );
  }
  for (let id = 0; id < size; id++) {
    if (offsets[id]! > offsets[id + 1]!)
      throw new ShapeError("vocabulary.offsets", "rising", `a fall at ${id}`);
  }
  return { size, bytes: memory.place(bytes), offsets: memory.place(offsets) };
}

/**
 * The same vocabulary with the tokens that stand for single bytes being those bytes, whatever files call them.
 *
 * @param fallback u32[256]: their ids
 */
export function withByteTokens(vocabulary: Vocabulary, fallback: Uint32Array): Vocabulary {
  if (fallback.length !== 256) throw new ShapeError("byteFallback", "256 ids", fallback.length);
  const { size } = vocabulary;
  const byteOf = new Int16Array(size).fill(-1);
  fallback.forEach((id, byte) => {
    if (id >= size) throw new RangeError("byteFallback", `ids in [0, ${size})`, id);
    byteOf[id] = byte;
  });
  const offsets = new Uint32Array(size + 1);
  for (let id = 0; id < size; id++) {
    const length = byteOf[id]! >= 0 ? 1 : vocabulary.offsets[id + 1]! - vocabulary.offsets[id]!;
    offsets[id + 1] = offsets[id]! + length;
  }
  const bytes = new Uint8Array(offsets[size]!);
  for (let id = 0; id < size; id++) {
    if (byteOf[id]! >= 0) bytes[offsets[id]!] = byteOf[id]!;
    else
      bytes.set(vocabulary.bytes.subarray(vocabulary.offsets[id], vocabulary.offsets[id + 1]), offsets[id]);
  }
  return new Vocabulary(bytes, offsets);
}

/** Whether U+2581 follows another character in no token: merges and matches then never cross its left side. */
export function cutsAtWords(vocabulary: Vocabulary): boolean {
  const { bytes, offsets, size } = vocabulary;
  const isMark = (i: number): boolean => bytes[i] === 0xe2 && bytes[i + 1] === 0x96 && bytes[i + 2] === 0x81;
  let isToken = false;
  for (let id = 0; id < size; id++) {
    const begin = offsets[id]!;
    const end = offsets[id + 1]!;
    if (end - begin === 3 && isMark(begin)) isToken = true;
    for (let i = begin + 1; i + 3 <= end; i++) {
      if (isMark(i) && !(i - 3 >= begin && isMark(i - 3))) return false;
    }
  }
  return isToken;
}
