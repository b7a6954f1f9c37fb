import { aboveUnderflow, bounded, expMinusAbs4, sigmoidOf, sigmoidSlopeOf, silu4 } from "../lib/sigmoid";
import { fma } from "../lib/simd";
import { loadUpTo4, storeUpTo4 } from "../lib/tail";

/**
 * out[r, c] = silu(gate[r, c]) · up[r, c].
 *
 * @param outPtr f32[rows, cols]
 * @param stride floats from one row of gate, and of up, to the next: 2 · cols where they are the halves of one array
 */
export function swiglu(outPtr: usize, gatePtr: usize, upPtr: usize, rows: usize, cols: usize, stride: usize): void {
  for (let r: usize = 0; r < rows; r++) {
    for (let i: usize = 0; i < cols; i += 4) {
      const at = i << 2;
      const left = cols - i;
      const y = f32x4.mul(silu4(loadUpTo4(gatePtr + at, left)), loadUpTo4(upPtr + at, left));
      storeUpTo4(outPtr + at, y, left);
    }
    outPtr += cols << 2;
    gatePtr += stride << 2;
    upPtr += stride << 2;
  }
}

/**
 * dgate[r, c] += dy[r, c] · up[r, c] · silu′(gate[r, c]), dup[r, c] += dy[r, c] · silu(gate[r, c]).
 *
 * @param dyPtr  f32[rows, cols]
 * @param stride as in `swiglu`, of the gradients too
 */
export function swigluBackward(
  dgatePtr: usize,
  dupPtr: usize,
  dyPtr: usize,
  gatePtr: usize,
  upPtr: usize,
  rows: usize,
  cols: usize,
  stride: usize,
): void {
  for (let r: usize = 0; r < rows; r++) {
    for (let i: usize = 0; i < cols; i += 4) {
      const at = i << 2;
      const left = cols - i;
      const gate = loadUpTo4(gatePtr + at, left);
      const dy = loadUpTo4(dyPtr + at, left);
      const z = expMinusAbs4(gate);
      const sigmoid = sigmoidOf(gate, z);
      const slope = fma(bounded(gate), sigmoidSlopeOf(z), sigmoid);
      const silu = f32x4.mul(aboveUnderflow(gate), sigmoid);
      const dgate = fma(f32x4.mul(dy, loadUpTo4(upPtr + at, left)), slope, loadUpTo4(dgatePtr + at, left));
      storeUpTo4(dgatePtr + at, dgate, left);
      storeUpTo4(dupPtr + at, fma(dy, silu, loadUpTo4(dupPtr + at, left)), left);
    }
    dyPtr += cols << 2;
    dgatePtr += stride << 2;
    dupPtr += stride << 2;
    gatePtr += stride << 2;
    upPtr += stride << 2;
  }
}
