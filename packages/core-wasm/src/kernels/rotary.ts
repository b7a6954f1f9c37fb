import { checkHeads, type HeadLayout, headWords } from "../heads.js";
import {
  checkArray,
  checkCounts,
  checkFlags,
  checkInteger,
  checkNumber,
  type KernelOptions,
} from "../runtime/checks.js";
import { RangeError, ShapeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import { WasmArray } from "../runtime/wasmArray.js";

/** Which two dimensions turn together: (j, j + dims / 2), as GPT-NeoX and Hugging Face have it, or (2j, 2j + 1), as GPT-J. */
export type RotaryPairs = "halves" | "interleaved";

/** The angles: position · base^(−2j / dims) for pair j. */
export interface RotaryAngles {
  /** How many dimensions of a head turn, from the first on: even. Default: all */
  dims?: number | undefined;
  /** Default: 10000 */
  base?: number | undefined;
  /** The position of the first token. Default: 0 */
  position?: number | undefined;
}

export interface RotaryOptions extends RotaryAngles, KernelOptions {
  batch: number;
  heads: number;
  tokens: number;
  headDim: number;
  /** Default: "halves" */
  pairs?: RotaryPairs | undefined;
  /** i32[tokens], or i32[batch, tokens]: where each token is, instead of `position`. */
  positions?: KernelArray<"i32"> | undefined;
  /** f32[positions, 2, dims / 2] from `rotaryTable`, whose row p is for position p: then no angle is computed. */
  table?: KernelArray<"f32"> | undefined;
  /** Turns back. Default: false */
  inverse?: boolean | undefined;
  /** Where the heads lie. Default: [B, H, T, D] both */
  layouts?: { x?: HeadLayout | undefined; out?: HeadLayout | undefined } | undefined;
}

/**
 * Rotary position embedding: each pair of a head's dimensions is turned by an angle that grows with the token's position, so that
 * the product of a query and a key depends on how far they are apart.
 *
 *     θ = position · base^(−2j / dims),  out[a] = x[a] · cos θ − x[b] · sin θ,  out[b] = x[a] · sin θ + x[b] · cos θ
 *
 * out, x: f32[B, H, T, D], or wherever `layouts` says; `out` may be `x` where they lie alike, and overlap it in no other way.
 * Dimensions from `dims` on are copied. Angles are computed in float64, whole turns are cut off there, and cos θ and sin θ are
 * rounded once; the tests hold `out` to 2⁻²² · (|x[a]| + |x[b]|) at positions below 2²⁰.
 *
 * Ref: Su et al. 2021, arXiv:2104.09864, equation 34.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function rotaryInto(out: KernelArray<"f32">, x: KernelArray<"f32">, options: RotaryOptions): void {
  const { layouts = {}, inverse = false } = options;
  checkFlags({ inverse });
  rotate(out, x, layouts.out, layouts.x, options, inverse, false, "out", "x");
}

/** `rotaryInto` with a new array, f32[B, H, T, D]. */
export function rotary(
  x: KernelArray<"f32">,
  options: Omit<RotaryOptions, "layouts"> & { layouts?: { x?: HeadLayout } },
): Float32Array<ArrayBuffer> {
  const { batch, heads, tokens, headDim } = options;
  checkCounts({ batch, heads, tokens, headDim });
  const out = newArray(Float32Array, batch * heads * tokens * headDim);
  rotaryInto(out, x, options);
  return out;
}

/**
 * Adds the gradient: dx += dout turned back. Options as in the forward pass; `dx` lies as `x` and `dout` as `out`, and they may
 * not overlap.
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function rotaryBackwardInto(
  dx: KernelArray<"f32">,
  dout: KernelArray<"f32">,
  options: RotaryOptions,
): void {
  const { layouts = {}, inverse = false } = options;
  checkFlags({ inverse });
  rotate(dx, dout, layouts.x, layouts.out, options, !inverse, true, "dx", "dout");
}

/** The positions of a table, from `position` on. */
export interface RotaryTableOptions extends RotaryAngles, KernelOptions {
  tokens: number;
  /** How many dimensions of a head turn: even. */
  dims: number;
}

/**
 * The cosines and sines that `rotaryInto` takes as `table`, for those who rotate at the same positions again and again.
 *
 * table: f32[tokens, 2, dims / 2]
 *
 * @throws RangeError, DTypeError, ShapeError
 */
export function rotaryTableInto(
  table: KernelArray<"f32">,
  { tokens, dims, base = 10000, position = 0, runtime }: RotaryTableOptions,
): void {
  checkCounts({ tokens });
  checkAngles(dims, mostDims, base, position);
  checkArray("table", table, "f32", tokens * dims, "tokens × dims");
  if (table.length === 0) return;
  runtimeFor(runtime, table).call((exports, frame) => {
    const tablePtr = frame.output(table);
    frame.split(tokens, { nanoseconds: 2 * table.length }, (wasm, begin, length) => {
      const workPtr = frame.scratch(exports.rotaryWorkBytes(dims));
      wasm.rotaryTable(tablePtr + 4 * begin * dims, position + begin, length, dims, base, workPtr);
    });
  });
}

/** `rotaryTableInto` with a new array. */
export function rotaryTable(options: RotaryTableOptions): Float32Array<ArrayBuffer> {
  checkCounts({ tokens: options.tokens, dims: options.dims });
  const table = newArray(Float32Array, options.tokens * options.dims);
  rotaryTableInto(table, options);
  return table;
}

/** Far beyond any head. */
const mostDims = 2 ** 20;

function checkAngles(dims: number, most: number, base: number, position: number): void {
  checkInteger("dims", dims, 0, most);
  if (dims % 2 !== 0) throw new RangeError("dims", "an even number", dims);
  checkNumber("base", base, 2 ** -1022);
  checkInteger("position", position, -(2 ** 31), 2 ** 31 - 1);
}

function rotate(
  out: KernelArray<"f32">,
  x: KernelArray<"f32">,
  outLayout: HeadLayout | undefined,
  xLayout: HeadLayout | undefined,
  options: RotaryOptions,
  inverse: boolean,
  accumulate: boolean,
  outName: string,
  xName: string,
): void {
  const { batch, heads, tokens, headDim, pairs = "halves", dims = headDim, base = 10000 } = options;
  const { position = 0, positions, table, runtime } = options;
  checkCounts({ batch, heads, tokens });
  checkInteger("headDim", headDim, 0, mostDims);
  if (pairs !== "halves" && pairs !== "interleaved") {
    throw new RangeError("pairs", '"halves" or "interleaved"', pairs);
  }
  checkAngles(dims, headDim, base, position);
  const counts = { batch, heads, tokens, headDim };
  const to = checkHeads(outName, out, outLayout, counts, true);
  const from = checkHeads(xName, x, xLayout, counts);
  checkPositions(positions, batch, tokens);
  if (table !== undefined) checkTable(table, dims, position, positions, tokens);
  if (batch * heads * tokens * headDim === 0) return;
  runtimeFor(runtime, out, x, table).call((exports, frame) => {
    const whole = outLayout === undefined && !accumulate;
    const positionsPtr = frame.optionalInput(positions);
    const positionsBatch = positions !== undefined && positions.length !== tokens ? 4 * tokens : 0;
    const tablePtr = frame.optionalInput(table);
    const xPtr = frame.input(x);
    const outPtr = whole ? frame.output(out) : frame.inout(out);
    const nanoseconds = tokens * (0.4 * batch * heads * headDim + (table === undefined ? 2 * dims : 0));
    frame.split(tokens, { nanoseconds }, (wasm, begin, length) => {
      const plan = [
        batch,
        heads,
        length,
        headDim,
        dims,
        Number(pairs === "interleaved"),
        Number(inverse),
        Number(accumulate),
        position + begin,
        positionsPtr && positionsPtr + 4 * begin,
        positionsBatch,
        tablePtr,
        ...headWords(xPtr + 4 * begin * from.token, from),
        ...headWords(outPtr + 4 * begin * to.token, to),
      ];
      wasm.rotary(frame.input(Int32Array.from(plan)), base, frame.scratch(exports.rotaryWorkBytes(dims)));
    });
  });
}

/** @throws DTypeError, ShapeError */
function checkPositions(positions: KernelArray<"i32"> | undefined, batch: number, tokens: number): void {
  if (positions === undefined) return;
  checkArray("positions", positions, "i32", positions.length);
  if (positions.length !== tokens && positions.length !== batch * tokens) {
    const wanted = `${tokens} elements, or ${batch * tokens} with those of each batch entry`;
    throw new ShapeError("positions", wanted, `${positions.length} elements`);
  }
}

/** @throws DTypeError, ShapeError, RangeError where a token's position has no row */
function checkTable(
  table: KernelArray<"f32">,
  dims: number,
  position: number,
  positions: KernelArray<"i32"> | undefined,
  tokens: number,
): void {
  const rows = dims === 0 ? 0 : table.length / dims;
  checkArray("table", table, "f32", Math.floor(rows) * dims, "positions × dims");
  if (dims === 0) return;
  if (positions === undefined) {
    checkInteger("position", position, 0, Math.max(0, rows - tokens));
    if (tokens > rows) throw new ShapeError("table", `a row for each of ${tokens} tokens`, `${rows} rows`);
  } else {
    const values: Int32Array = positions instanceof WasmArray ? positions.view : positions;
    for (const value of values) checkInteger("positions", value, 0, rows - 1);
  }
}
