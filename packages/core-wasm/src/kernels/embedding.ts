import type { CoreExports } from "../generated/exports.js";
import { checkArray, checkCounts, type KernelOptions } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";

export interface EmbeddingOptions extends KernelOptions {
  /** How many ids there are. */
  count: number;
  /** The length of a row. */
  dim: number;
  /** How many rows the table has: ids lie in [0, vocabulary). */
  vocabulary: number;
}

/**
 * Gathers rows: out[i, :] = table[ids[i], :].
 *
 * out: f32[count, dim], table: f32[vocabulary, dim], ids: i32[count], row-major; out may not overlap table
 *
 * Exact.
 *
 * @throws RangeError for an id outside [0, vocabulary), ShapeError, DTypeError; nothing is written then
 */
export function embeddingInto(
  out: KernelArray<"f32">,
  table: KernelArray<"f32">,
  ids: KernelArray<"i32">,
  { count, dim, vocabulary, runtime }: EmbeddingOptions,
): void {
  checkCounts({ count, dim, vocabulary });
  checkArray("out", out, "f32", count * dim, "count × dim");
  checkArray("table", table, "f32", vocabulary * dim, "vocabulary × dim");
  checkArray("ids", ids, "i32", count, "count");
  runtimeFor(runtime, out, table, ids).call((wasm, frame) => {
    const idsPtr = frame.input(ids);
    checkIds(wasm, ids, idsPtr, vocabulary);
    const [outPtr, tablePtr] = [frame.output(out), frame.input(table)];
    frame.split(count, { nanoseconds: 0.25 * count * dim }, (kernels, begin, length) =>
      kernels.embedding(outPtr + 4 * begin * dim, tablePtr, idsPtr + 4 * begin, length, dim),
    );
  });
}

/** See `embeddingInto`. */
export function embedding(
  table: KernelArray<"f32">,
  ids: KernelArray<"i32">,
  options: EmbeddingOptions,
): Float32Array<ArrayBuffer> {
  checkCounts({ count: options.count, dim: options.dim });
  const out = newArray(Float32Array, options.count * options.dim);
  embeddingInto(out, table, ids, options);
  return out;
}

/**
 * Scatters a gradient back: dtable[ids[i], :] += dy[i, :], for i = 0, 1, … in this order, so that an id that comes
 * twice adds up to the same bits every time.
 *
 * dtable: f32[vocabulary, dim], added to; dy: f32[count, dim]; ids: i32[count]; dtable may not overlap dy
 *
 * Each sum is held to 1e-6 relative · √(times the id comes).
 *
 * @throws RangeError for an id outside [0, vocabulary), ShapeError, DTypeError; nothing is written then
 */
export function embeddingBackwardInto(
  dtable: KernelArray<"f32">,
  dy: KernelArray<"f32">,
  ids: KernelArray<"i32">,
  { count, dim, vocabulary, runtime }: EmbeddingOptions,
): void {
  checkCounts({ count, dim, vocabulary });
  checkArray("dtable", dtable, "f32", vocabulary * dim, "vocabulary × dim");
  checkArray("dy", dy, "f32", count * dim, "count × dim");
  checkArray("ids", ids, "i32", count, "count");
  runtimeFor(runtime, dtable, dy, ids).call((wasm, frame) => {
    const idsPtr = frame.input(ids);
    checkIds(wasm, ids, idsPtr, vocabulary);
    wasm.embeddingBackward(frame.inout(dtable), frame.input(dy), idsPtr, count, dim);
  });
}

function checkIds(wasm: CoreExports, ids: KernelArray<"i32">, idsPtr: number, vocabulary: number): void {
  const bad = wasm.embeddingBadId(idsPtr, ids.length, vocabulary);
  if (bad < 0) return;
  const id = ids instanceof Int32Array ? ids[bad] : ids.view[bad];
  throw new RangeError(`ids[${bad}]`, `an id from 0 to ${vocabulary - 1}`, id);
}
