import { Epilogue, epilogueBytes } from "../lib/epilogue";
import { panelsBytes } from "../lib/matmulBlocks";
import { packColumns } from "../lib/matmulPack";
import { multiplyFused, multiplyPackedFused, productWorkBytes } from "../lib/matmulProduct";

/** The bytes of working memory that the products below need for these sizes, or for smaller ones. */
export function matmulWorkBytes(m: i32, n: i32, k: i32): usize {
  return epilogueBytes + productWorkBytes(m, n, k);
}

/** The bytes of B[k, n] once packed: its columns are filled up to a multiple of 8. */
export function matmulPackedBytes(n: i32, k: i32): usize {
  return panelsBytes(n, k);
}

/**
 * Packs B for `matmulPacked`: panels of 8 columns, in each of them all of k, and within k the 8 neighbours.
 *
 *     packed: f32[⌈n / 8⌉, k, 8],  packed[j div 8, p, j mod 8] = b[p, j],  zeros beyond column n
 *
 * @param bPtr f32[k, n], or f32[n, k] if `transposeB`, with rows `ldb` elements apart
 */
export function matmulPack(packedPtr: usize, bPtr: usize, ldb: i32, transposeB: bool, n: i32, k: i32): void {
  packColumns(packedPtr, bPtr, (<usize>ldb) << 2, transposeB, n, k);
}

/**
 * c = (accumulate ? c : 0) + a · b with a B that `matmulPack` has packed. Every element is one chain, for any m and n: the bits
 * of `matmul`, without its exception. Columns from a multiple of 8 on are a packed B of their own.
 *
 * @param cPtr    f32[m, n] with rows `ldc` elements apart
 * @param aPtr    f32[m, k], or f32[k, m] if `transposeA`, with rows `lda` elements apart
 * @param workPtr `matmulWorkBytes(m, n, k)` bytes, aligned to 16
 */
export function matmulPacked(
  cPtr: usize,
  ldc: i32,
  aPtr: usize,
  lda: i32,
  transposeA: bool,
  packedPtr: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  multiplyPackedFused(cPtr, ldc, aPtr, lda, transposeA, packedPtr, m, n, k, accumulate, null, workPtr);
}

/**
 * `batch` products c = activation((accumulate ? c : 0) + a · b + bias) + residual, with one packed B. The bits of
 * `matmulPacked`, `addRow`, `activation` and `add` one after the other; a block of C goes through them while it is in the cache.
 *
 * @param cPtr        f32[m, n], rows `ldc` apart, products `cStride` elements apart
 * @param aPtr        f32[m, k], or f32[k, m] if `transposeA`; rows `lda` apart, products `aStride` apart
 * @param biasPtr     f32[n], or 0 for none
 * @param kind        as in `activation`, or −1 for none
 * @param residualPtr f32[m, n], or 0 for none; rows `ldr` apart, products `rStride` apart; may not overlap C
 */
export function matmulPackedFused(
  cPtr: usize,
  ldc: i32,
  cStride: i32,
  aPtr: usize,
  lda: i32,
  aStride: i32,
  transposeA: bool,
  packedPtr: usize,
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  biasPtr: usize,
  kind: i32,
  alpha: f32,
  residualPtr: usize,
  ldr: i32,
  rStride: i32,
  workPtr: usize,
): void {
  const epilogue = setEpilogue(workPtr, biasPtr, kind, alpha, residualPtr, ldr);
  workPtr += epilogueBytes;
  for (let i = 0; i < batch; i++) {
    multiplyPackedFused(cPtr, ldc, aPtr, lda, transposeA, packedPtr, m, n, k, accumulate, epilogue, workPtr);
    cPtr += (<usize>cStride) << 2;
    aPtr += (<usize>aStride) << 2;
    if (residualPtr) epilogue.residual += (<usize>rStride) << 2;
  }
}

/**
 * `batch` products c = (accumulate ? c : 0) + a · b, row-major, with leading dimensions in elements, so that each may be a
 * part of a wider matrix. C may not overlap A or B.
 *
 * Every element is one chain of multiply-adds in the order of k that starts at c (or 0): its bits depend on its row of A and
 * its column of B alone, not on m, n or the blocking. One exception: for m ≤ 3 with a transposed B, and for n = 1 with an A
 * that is not transposed, eight chains run side by side and are added to c at the end. So a part of a product has the bits of
 * the whole if, where the whole has more than 3 rows and more than 1 column, the part has too.
 *
 * @param cPtr    f32[m, n], rows `ldc` apart, products `cStride` elements apart
 * @param aPtr    f32[m, k], or f32[k, m] if `transposeA`; rows `lda` apart, products `aStride` apart
 * @param bPtr    f32[k, n], or f32[n, k] if `transposeB`; rows `ldb` apart, products `bStride` (0: the same B) apart
 * @param workPtr `matmulWorkBytes(m, n, k)` bytes, aligned to 16
 */
export function matmul(
  cPtr: usize,
  ldc: i32,
  cStride: i32,
  aPtr: usize,
  lda: i32,
  aStride: i32,
  transposeA: bool,
  bPtr: usize,
  ldb: i32,
  bStride: i32,
  transposeB: bool,
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  for (let i = 0; i < batch; i++) {
    multiply(cPtr, ldc, aPtr, lda, transposeA, bPtr, ldb, transposeB, m, n, k, accumulate, workPtr);
    cPtr += (<usize>cStride) << 2;
    aPtr += (<usize>aStride) << 2;
    bPtr += (<usize>bStride) << 2;
  }
}

/**
 * `matmul`, then c = activation(c + bias) + residual: the bits of `matmul`, `addRow`, `activation` and `add` one after the
 * other. A block of C goes through them while it is in the cache.
 *
 * @param biasPtr     f32[n], or 0 for none
 * @param kind        as in `activation`, or −1 for none
 * @param residualPtr f32[m, n], or 0 for none; rows `ldr` apart, products `rStride` apart; may not overlap C
 */
export function matmulFused(
  cPtr: usize,
  ldc: i32,
  cStride: i32,
  aPtr: usize,
  lda: i32,
  aStride: i32,
  transposeA: bool,
  bPtr: usize,
  ldb: i32,
  bStride: i32,
  transposeB: bool,
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  biasPtr: usize,
  kind: i32,
  alpha: f32,
  residualPtr: usize,
  ldr: i32,
  rStride: i32,
  workPtr: usize,
): void {
  const epilogue = setEpilogue(workPtr, biasPtr, kind, alpha, residualPtr, ldr);
  workPtr += epilogueBytes;
  for (let i = 0; i < batch; i++) {
    multiplyFused(
      cPtr,
      ldc,
      aPtr,
      lda,
      transposeA,
      bPtr,
      ldb,
      transposeB,
      m,
      n,
      k,
      accumulate,
      epilogue,
      workPtr,
    );
    cPtr += (<usize>cStride) << 2;
    aPtr += (<usize>aStride) << 2;
    bPtr += (<usize>bStride) << 2;
    if (residualPtr) epilogue.residual += (<usize>rStride) << 2;
  }
}

function setEpilogue(
  ptr: usize,
  biasPtr: usize,
  kind: i32,
  alpha: f32,
  residualPtr: usize,
  ldr: i32,
): Epilogue {
  const epilogue = changetype<Epilogue>(ptr);
  epilogue.bias = biasPtr;
  epilogue.kind = kind;
  epilogue.alpha = alpha;
  epilogue.residual = residualPtr;
  epilogue.residualStep = (<usize>ldr) << 2;
  return epilogue;
}

/** One product of `matmul`. */
export function multiply(
  cPtr: usize,
  ldc: i32,
  aPtr: usize,
  lda: i32,
  transposeA: bool,
  bPtr: usize,
  ldb: i32,
  transposeB: bool,
  m: i32,
  n: i32,
  k: i32,
  accumulate: bool,
  workPtr: usize,
): void {
  multiplyFused(cPtr, ldc, aPtr, lda, transposeA, bPtr, ldb, transposeB, m, n, k, accumulate, null, workPtr);
}
