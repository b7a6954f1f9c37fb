export { pieceEnds } from "./kernels/scan";

/** Where the memory that belongs to JavaScript begins. */
export function heapBase(): usize {
  return __heap_base;
}
