/** Doors to lib/'s float64 functions, for test/lib/float64.node.test.ts. No part of the shipped module. */
import { exp64 } from "../lib/exp64";
import { log64 } from "../lib/log64";
import { cosQuarter, cosTurn, quarters, remainder, sinQuarter, sinTurn } from "../lib/sincos64";

/** y[i] = ln x[i], f64[n], n even. */
export function log(yPtr: usize, xPtr: usize, n: u32): void {
  for (let i: usize = 0; i < (<usize>n) << 3; i += 16) v128.store(yPtr + i, log64(v128.load(xPtr + i)));
}

/** y[i] = e^x[i], f64[n], n even. */
export function exp(yPtr: usize, xPtr: usize, n: u32): void {
  for (let i: usize = 0; i < (<usize>n) << 3; i += 16) v128.store(yPtr + i, exp64(v128.load(xPtr + i)));
}

/** y[i] = sin 2πx[i], f64[n], n even. */
export function sin(yPtr: usize, xPtr: usize, n: u32): void {
  for (let i: usize = 0; i < (<usize>n) << 3; i += 16) {
    const u = v128.load(xPtr + i);
    const q = quarters(u);
    const r = remainder(u, q);
    v128.store(yPtr + i, sinTurn(q, sinQuarter(r), cosQuarter(r)));
  }
}

/** y[i] = cos 2πx[i], f64[n], n even. */
export function cos(yPtr: usize, xPtr: usize, n: u32): void {
  for (let i: usize = 0; i < (<usize>n) << 3; i += 16) {
    const u = v128.load(xPtr + i);
    const q = quarters(u);
    const r = remainder(u, q);
    v128.store(yPtr + i, cosTurn(q, sinQuarter(r), cosQuarter(r)));
  }
}
