import { clipGradNorm as clip, type WasmArray } from "@lanewise/core-wasm";
import type { Parameter } from "../tensor/index.js";

/**
 * Scales all gradients by min(1, maxNorm / (norm + 1e-6)), with the norm taken over all of them together, and returns
 * the norm before. Where it is not finite the gradients are left as they are: skip the step.
 *
 * @throws RangeError unless maxNorm ≥ 0
 */
export function clipGradNorm(parameters: ReadonlyMap<string, Parameter>, maxNorm: number): number {
  const gradients: WasmArray<"f32">[] = [];
  for (const { grad, requiresGrad } of parameters.values()) if (grad && requiresGrad) gradients.push(grad);
  return clip(gradients, { maxNorm });
}
