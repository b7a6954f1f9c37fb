import { activation, activationBackward } from "./activations.js";

/** silu(gate[i]) · up[i]. */
export function swiglu(gate: ArrayLike<number>, up: ArrayLike<number>): Float64Array {
  return activation(gate, { kind: "silu" }).map((silu, i) => silu * up[i]!);
}

/** dy[i] · up[i] · silu′(gate[i]) and dy[i] · silu(gate[i]). */
export function swigluBackward(
  dy: ArrayLike<number>,
  gate: ArrayLike<number>,
  up: ArrayLike<number>,
): { dgate: Float64Array; dup: Float64Array } {
  const products = Float64Array.from(up, (up, i) => dy[i]! * up);
  return {
    dgate: activationBackward(products, gate, { kind: "silu" }),
    dup: activation(gate, { kind: "silu" }).map((silu, i) => silu * dy[i]!),
  };
}
