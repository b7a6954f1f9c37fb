import { type Runtime, type WasmArray } from "@lanewise/core-wasm";

/** How the numbers of vectors are kept: as float32, or as bytes with a scale a vector. */
export type VectorFormat = "f32" | "i8";

/** A matrix of vectors in Wasm memory, one a row. */
export interface VectorRows {
  readonly runtime: Runtime;
  readonly format: VectorFormat;
  readonly rows: number;
  readonly dim: number;
  /** f32[rows, dim] or i8[rows, dim]. */
  readonly values: WasmArray<"f32"> | WasmArray<"i8">;
  /** f32[rows]: what a row's bytes are multiplied by, for "i8". */
  readonly scales: WasmArray<"f32"> | undefined;
  /** f32[rows]: 1 / |row|, and 0 for a row of zeros. */
  readonly inverseNorms: WasmArray<"f32">;
}
