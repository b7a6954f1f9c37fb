export { bpeAddPairs, bpeAddTokens, bpeBuildTrie, bpeFindBytes, bpeFindPairs } from "./kernels/bpe";
export { bpeUnpack, bpeUnpackPairs } from "./kernels/bpeUnpack";
export { decode, decodedLength } from "./kernels/decode";
export { encodePieces, encodeText, lastCut } from "./kernels/encodeText";
export { pieceEnds } from "./kernels/scan";
export { unigramBegin } from "./kernels/unigram";

/** Where the memory that belongs to JavaScript begins. */
export function heapBase(): usize {
  return __heap_base;
}
