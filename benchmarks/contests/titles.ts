// What the contests call their comparisons: the report finds the results by these.
import type { ProductShape, RowFunction } from "../peers/peer.ts";

export const cubes = [64, 128, 256, 512, 1024];

/** Square, odd, those of a BERT layer, and a vector with a matrix from either side. */
export const productShapes: readonly ProductShape[] = [
  ...cubes.map((size) => ({ m: size, n: size, k: size })),
  { m: 257, n: 255, k: 259 },
  { m: 128, n: 384, k: 384 },
  { m: 128, n: 1536, k: 384 },
  { m: 128, n: 384, k: 1536 },
  { m: 1, n: 1024, k: 1024 },
  { m: 1024, n: 1, k: 1024 },
];

export function matmulTitle({ m, n, k }: ProductShape): string {
  return `matmul ${m}×${n}×${k}`;
}

export const rowFunctions: readonly RowFunction[] = ["softmax", "layerNorm", "gelu", "exp", "add"];
export const [rows, cols] = [1024, 1024];

export function rowFunctionTitle(kind: RowFunction): string {
  return `${kind} ${rows}×${cols}`;
}

export const [lstmInputs, lstmHidden] = [256, 256];

export function lstmTitle(batch: number): string {
  return `LSTM step B=${batch}, I=${lstmInputs}, H=${lstmHidden}`;
}

export const bert = { rows: 128, width: 384, heads: 12, inner: 1536 };
export const bertTitle = `BERT layer S=${bert.rows}, D=${bert.width}, ${bert.heads} heads, FFN ${bert.inner}`;

export const int8Shape: ProductShape = { m: 128, n: 384, k: 1536 };
export const int8Title = "int8 linear 128×384×1536, activations quantised in the call";

export const threadCubes = [256, 512, 1024];

export function threadTitle(size: number): string {
  return `two threads, matmul ${size}×${size}×${size}`;
}

export const startupTitle = "import to first 64³ product";
