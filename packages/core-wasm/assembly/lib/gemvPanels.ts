import { tileColumns } from "./matmulTile";
import { fma } from "./simd";

/** One row leaves most of a tile empty: so many panels side by side have as many sums as the largest tile. */
const panelsAtOnce: i32 = 6;

/** The columns that `gemvPanels` takes together; those that are left over are for the tiles. */
export const stripColumns: i32 = panelsAtOnce * tileColumns;

/**
 * y[j] = (accumulate ? y[j] : 0) + Σ_p x[p] · b[p, j] with a packed B. Every element is one chain of multiply-adds in the
 * order of p, as in the blocked product.
 *
 * @param yPtr      f32[n], n a multiple of `stripColumns`
 * @param xPtr      f32[depth], its elements `xStep` bytes apart
 * @param packedPtr f32[n / 8, depth, 8] with panels `panelBytes` apart
 */
export function gemvPanels(
  yPtr: usize,
  xPtr: usize,
  xStep: usize,
  packedPtr: usize,
  panelBytes: usize,
  n: i32,
  depth: i32,
  accumulate: bool,
): void {
  for (let j = 0; j < n; j += stripColumns) {
    strip(yPtr, xPtr, xStep, packedPtr, panelBytes, depth, accumulate);
    yPtr += stripColumns << 2;
    packedPtr += <usize>panelsAtOnce * panelBytes;
  }
}

function strip(
  yPtr: usize,
  xPtr: usize,
  xStep: usize,
  b0: usize,
  panelBytes: usize,
  depth: i32,
  accumulate: bool,
): void {
  let b1 = b0 + panelBytes;
  let b2 = b1 + panelBytes;
  let b3 = b2 + panelBytes;
  let b4 = b3 + panelBytes;
  let b5 = b4 + panelBytes;
  let y00 = f32x4.splat(0);
  let y01 = f32x4.splat(0);
  let y10 = f32x4.splat(0);
  let y11 = f32x4.splat(0);
  let y20 = f32x4.splat(0);
  let y21 = f32x4.splat(0);
  let y30 = f32x4.splat(0);
  let y31 = f32x4.splat(0);
  let y40 = f32x4.splat(0);
  let y41 = f32x4.splat(0);
  let y50 = f32x4.splat(0);
  let y51 = f32x4.splat(0);
  if (accumulate) {
    y00 = v128.load(yPtr);
    y01 = v128.load(yPtr, 16);
    y10 = v128.load(yPtr, 32);
    y11 = v128.load(yPtr, 48);
    y20 = v128.load(yPtr, 64);
    y21 = v128.load(yPtr, 80);
    y30 = v128.load(yPtr, 96);
    y31 = v128.load(yPtr, 112);
    y40 = v128.load(yPtr, 128);
    y41 = v128.load(yPtr, 144);
    y50 = v128.load(yPtr, 160);
    y51 = v128.load(yPtr, 176);
  }
  const bEnd = b0 + ((<usize>depth * tileColumns) << 2);
  while (b0 < bEnd) {
    const x = v128.load32_splat(xPtr);
    y00 = fma(x, v128.load(b0), y00);
    y01 = fma(x, v128.load(b0, 16), y01);
    y10 = fma(x, v128.load(b1), y10);
    y11 = fma(x, v128.load(b1, 16), y11);
    y20 = fma(x, v128.load(b2), y20);
    y21 = fma(x, v128.load(b2, 16), y21);
    y30 = fma(x, v128.load(b3), y30);
    y31 = fma(x, v128.load(b3, 16), y31);
    y40 = fma(x, v128.load(b4), y40);
    y41 = fma(x, v128.load(b4, 16), y41);
    y50 = fma(x, v128.load(b5), y50);
    y51 = fma(x, v128.load(b5, 16), y51);
    xPtr += xStep;
    b0 += tileColumns << 2;
    b1 += tileColumns << 2;
    b2 += tileColumns << 2;
    b3 += tileColumns << 2;
    b4 += tileColumns << 2;
    b5 += tileColumns << 2;
  }
  v128.store(yPtr, y00);
  v128.store(yPtr, y01, 16);
  v128.store(yPtr, y10, 32);
  v128.store(yPtr, y11, 48);
  v128.store(yPtr, y20, 64);
  v128.store(yPtr, y21, 80);
  v128.store(yPtr, y30, 96);
  v128.store(yPtr, y31, 112);
  v128.store(yPtr, y40, 128);
  v128.store(yPtr, y41, 144);
  v128.store(yPtr, y50, 160);
  v128.store(yPtr, y51, 176);
}
