export { activation, activationBackward } from "./kernels/activations";
export { containerMaxArea } from "./kernels/containerMaxArea";

/** 1 for the variant that fuses multiply and add, 0 for the baseline. */
export function isRelaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0;
}

/** The first byte after the module's own static data: memory from here on belongs to JavaScript. */
export function heapBase(): usize {
  return __heap_base;
}
