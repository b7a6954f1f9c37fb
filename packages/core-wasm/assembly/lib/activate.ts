import { loadPartial, storePartial } from "./partial";
import { sigmoid4 } from "./sigmoid";
import { tanh4 } from "./tanh";

// Activations in place over a run of floats. A loop with nothing else in it keeps several vectors in flight, and the
// cells of all kinds share it.

/** x[i] = σ(x[i]) */
export function sigmoidInPlace(xPtr: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    v128.store(xPtr, sigmoid4(v128.load(xPtr)));
    xPtr += 16;
  }
  if (i < n) storePartial(xPtr, sigmoid4(loadPartial(xPtr, n - i)), n - i);
}

/** x[i] = tanh(x[i]) */
export function tanhInPlace(xPtr: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    v128.store(xPtr, tanh4(v128.load(xPtr)));
    xPtr += 16;
  }
  if (i < n) storePartial(xPtr, tanh4(loadPartial(xPtr, n - i)), n - i);
}
