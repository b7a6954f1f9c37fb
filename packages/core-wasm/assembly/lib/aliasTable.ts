import { exp64 } from "./exp64";
import { log64 } from "./log64";

/**
 * A table that draws i with probability weights[i] / Σ weights from one 32-bit word: its product with n has the column in
 * the high half, and in the low half the coin that decides between that column and its alias.
 *
 * Ref: Walker 1977, "An efficient method for generating discrete random variables with general distributions"; Vose 1991,
 * "A linear algorithm for generating random numbers with a given distribution".
 *
 * @param outPtr     u32[n, 2]: the greatest coin that stays with the column; its alias
 * @param weightsPtr f64[n], above 0; overwritten
 * @param workPtr    u32[n]
 */
export function aliasTable(outPtr: usize, weightsPtr: usize, n: u32, workPtr: usize): void {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < n; i++) sum += load<f64>(weightsPtr + ((<usize>i) << 3));
  // Columns that hold less than 1 stand at the front of the list, the others at its end.
  let small: u32 = 0;
  let large = n;
  for (let i: u32 = 0; i < n; i++) {
    const at = weightsPtr + ((<usize>i) << 3);
    const share = (load<f64>(at) / sum) * <f64>n;
    store<f64>(at, share);
    store<u32>(workPtr + ((<usize>(share < 1 ? small++ : --large)) << 2), i);
  }
  let next: u32 = 0;
  while (next < small && large < n) {
    const needy = load<u32>(workPtr + ((<usize>(next++)) << 2));
    const rich = load<u32>(workPtr + ((<usize>large) << 2));
    const share = load<f64>(weightsPtr + ((<usize>needy) << 3));
    const rest = load<f64>(weightsPtr + ((<usize>rich) << 3)) + share - 1;
    fill(outPtr, needy, share, rich);
    store<f64>(weightsPtr + ((<usize>rich) << 3), rest);
    if (rest < 1) {
      // The place of the first rich one is the next among the small ones: they meet.
      large++;
      store<u32>(workPtr + ((<usize>(small++)) << 2), rich);
    }
  }
  // What is left holds 1 but for rounding.
  for (; next < small; next++) {
    const i = load<u32>(workPtr + ((<usize>next) << 2));
    fill(outPtr, i, 1, i);
  }
  for (; large < n; large++) {
    const i = load<u32>(workPtr + ((<usize>large) << 2));
    fill(outPtr, i, 1, i);
  }
}

/** x[i] = x[i]^power: f64[n], above 0 and normal. */
export function powers(xPtr: usize, n: u32, power: f64): void {
  for (let i: u32 = 0; i < n; i++) {
    const at = xPtr + ((<usize>i) << 3);
    const x = log64(f64x2.splat(load<f64>(at)));
    store<f64>(at, f64x2.extract_lane(exp64(f64x2.mul(x, f64x2.splat(power))), 0));
  }
}

function fill(outPtr: usize, column: u32, share: f64, alias: u32): void {
  const at = outPtr + ((<usize>column) << 3);
  const coins = nearest(share * 4294967296) - 1;
  store<u32>(at, coins < 0 ? 0 : coins >= 4294967295 ? 0xffffffff : <u32>coins);
  store<u32>(at, alias, 4);
}
