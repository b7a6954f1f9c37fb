export { bpeAddPairs, bpeAddTokens, bpeFindBytes, bpeFindPairs } from "./kernels/bpe";
export { decode, decodedLength } from "./kernels/decode";
export { encodePieces, encodeText, lastCut } from "./kernels/encodeText";
export { pieceEnds } from "./kernels/scan";

/** Where the memory that belongs to JavaScript begins. */
export function heapBase(): usize {
  return __heap_base;
}
