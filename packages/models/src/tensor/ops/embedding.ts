import { embeddingBackwardInto, embeddingInto, ShapeError, WasmArray } from "@lanewise/core-wasm";
import type { Tape } from "../tape.js";
import { formatShape, type Shape, sizeOf, type Tensor } from "../tensor.js";

/** Whole numbers that stand for things: copied onto the tape, or there already (and not to be changed in this step). */
export type Ids = ArrayLike<number> | WasmArray<"i32">;

/** The ids on the tape. */
export function residentIds(tape: Tape, ids: Ids): WasmArray<"i32"> {
  return ids instanceof WasmArray ? ids : tape.ids(ids);
}

/**
 * Rows of a table: out[i] = table[ids[i]]. The gradient is added to the rows in the order of the ids.
 *
 * `table: f32[vocabulary, dim]` → `f32[…shape, dim]`
 *
 * @param shape the ids' own shape. Default: [ids.length]
 * @throws ShapeError
 * @throws RangeError if an id is not in the table
 */
export function embedding(
  tape: Tape,
  table: Tensor,
  ids: Ids,
  { shape = [ids.length] }: { shape?: Shape | undefined } = {},
): Tensor {
  const [vocabulary, dim, ...more] = table.shape;
  if (vocabulary === undefined || dim === undefined || more.length > 0) {
    throw new ShapeError("table", "[vocabulary, dim]", formatShape(table.shape));
  }
  if (sizeOf(shape) !== ids.length) {
    throw new ShapeError(
      "ids",
      `${sizeOf(shape)} elements for ${formatShape(shape)}`,
      `${ids.length} elements`,
    );
  }
  const resident = residentIds(tape, ids);
  const options = { count: ids.length, dim, vocabulary };
  const out = tape.empty([...shape, dim]);
  embeddingInto(out.array, table.array, resident, options);
  tape.record(out, [table], (dy) => embeddingBackwardInto(tape.gradOf(table)!, dy, resident, options));
  return out;
}
