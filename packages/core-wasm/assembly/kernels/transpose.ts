/**
 * out[c, r] = x[r, c], in blocks of 4 × 4: four rows of x come in as vectors and four of its columns go out.
 *
 * @param outPtr f32[cols, rows]; must not overlap x
 * @param xPtr   f32[rows, cols]
 */
export function transpose(outPtr: usize, xPtr: usize, rows: usize, cols: usize): void {
  // No rows go with any number of columns, up to where `strip + 16` would start again from 0.
  if (rows == 0) return;
  const inStride = cols << 2;
  const outStride = rows << 2;
  const wholeRows = rows & ~3;
  // Strips of 16 columns: their 16 rows of `out` stay in the nearest cache while r runs.
  for (let strip: usize = 0; strip < cols; strip += 16) {
    const end = min(strip + 16, cols);
    for (let r: usize = 0; r < wholeRows; r += 4) {
      let c = strip;
      for (; c + 4 <= end; c += 4) {
        const from = xPtr + r * inStride + (c << 2);
        transposeBlock(outPtr + c * outStride + (r << 2), outStride, from, inStride);
      }
      for (; c < end; c++) copyColumn(outPtr, outStride, xPtr, inStride, r, r + 4, c);
    }
    for (let c = strip; c < end; c++) copyColumn(outPtr, outStride, xPtr, inStride, wholeRows, rows, c);
  }
}

// @ts-ignore: decorator
@inline
function transposeBlock(outPtr: usize, outStride: usize, xPtr: usize, inStride: usize): void {
  const a = v128.load(xPtr); //                 a0 a1 a2 a3
  const b = v128.load(xPtr + inStride); //      b0 b1 b2 b3
  const c = v128.load(xPtr + 2 * inStride); //  c0 c1 c2 c3
  const d = v128.load(xPtr + 3 * inStride); //  d0 d1 d2 d3
  const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5); // a0 b0 a1 b1
  const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7); // a2 b2 a3 b3
  const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
  const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
  v128.store(outPtr, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5)); // a0 b0 c0 d0
  v128.store(outPtr + outStride, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
  v128.store(outPtr + 2 * outStride, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
  v128.store(outPtr + 3 * outStride, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
}

/** Rows [from, end) of one column. */
// @ts-ignore: decorator
@inline
function copyColumn(
  outPtr: usize,
  outStride: usize,
  xPtr: usize,
  inStride: usize,
  from: usize,
  end: usize,
  c: usize,
): void {
  for (let r = from; r < end; r++) {
    store<f32>(outPtr + c * outStride + (r << 2), load<f32>(xPtr + r * inStride + (c << 2)));
  }
}
