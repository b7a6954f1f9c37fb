import golden from "../../core-wasm/test/golden/torch.json" with { type: "json" };

/** Outputs, gradients and traces of PyTorch in float64. */
export const torch = golden;

/** The golden inputs: scale · sin(1.7 i + 0.9 seed + 0.3), row-major. */
export function det(length: number, seed: number, scale: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 0.9 * seed + 0.3));
}
