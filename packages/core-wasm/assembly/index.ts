export { containerMaxArea } from "./kernels/containerMaxArea";

/** The first byte after the module's own static data: memory from here on belongs to JavaScript. */
export function heapBase(): usize {
  return __heap_base;
}
