/** Where the memory that belongs to JavaScript begins. */
export function heapBase(): usize {
  return __heap_base;
}

export { countWords } from "./kernels/countWords";
export { rehashWords } from "./lib/wordTable";
export { mergePairs } from "./kernels/mergePairs";
export { rehashPairs } from "./lib/pairTable";
export { enterAlphabet } from "./lib/tokenTable";
export { commonPrefixes, suffixArrayDouble, suffixArrayStart } from "./kernels/suffixArray";
export {
  digamma,
  unigramExpect,
  unigramExponentials,
  unigramLogShares,
  unigramMaximise,
} from "./kernels/unigramExpect";
export { unigramBest, unigramLosses } from "./kernels/unigramPrune";
export {
  unigramCountEdges,
  unigramFillEdges,
  unigramKeepEdges,
  unigramSeeds,
} from "./kernels/unigramSeeds";
