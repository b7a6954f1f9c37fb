import type { DType, TypedArrays } from "./dtype.js";
import type { Frame, KernelArray } from "./frame.js";
import type { LinearMemory } from "./memory.js";
import type { Kernels, SplitOptions } from "./threads.js";
import { WasmArray } from "./wasmArray.js";

type Arrays = readonly (KernelArray<DType> | undefined)[];

/** A call of a kernel that treats each of `count` rows (or elements) by itself. */
export interface RowsCall extends SplitOptions {
  count: number;
  /** Arrays of `count` rows that the kernel writes in full. */
  output?: Arrays;
  /** Arrays of `count` rows that it reads and writes. */
  inout?: Arrays;
  /** Arrays of `count` rows that it reads. */
  input?: Arrays;
  /** What it reads in full for any row. */
  whole?: Arrays;
}

/** The addresses of a call's arrays, 0 for one that is left out. */
export type Pointers<C extends RowsCall> = {
  [Role in "output" | "inout" | "input" | "whole"]: Addresses<C[Role] extends Arrays ? C[Role] : readonly []>;
};

type Addresses<A extends Arrays> = { [I in keyof A]: number };

/** Calls the kernel for `count` rows, given where they begin. */
export type RowsPart<C extends RowsCall> = (wasm: Kernels, pointers: Pointers<C>, count: number) => void;

/**
 * What the copies of one piece may take. A piece is copied in, computed and copied out while it lies in a core's own cache
 * (half a megabyte or more on most): `add` on 1024² floats takes half the time that it takes in one piece.
 */
const pieceBytes = 384 * 1024;

/**
 * How many of `count` rows go through a kernel at once: as many as fit `pieceBytes`, and at least one. All of them where
 * little is copied, or where two arrays overlap without being one: results of the first piece would be operands of the next.
 * All, too, where a view into Wasm memory is among them: the copies of the first piece may make that grow, and detach it.
 */
export function rowsOfPiece(call: RowsCall, memory: LinearMemory): number {
  const { count, output = none, inout = none, input = none } = call;
  const bytes = bytesCopied(output, memory) + bytesCopied(inout, memory) + bytesCopied(input, memory);
  if (bytes <= 2 * pieceBytes || resultsAreRead(call, memory) || mayDetach(call, memory)) return count;
  // Multiples of four where rows are that short: only the last piece of an elementwise kernel has a tail then.
  const rows = Math.floor(pieceBytes / (bytes / count));
  return rows >= 4 ? rows - (rows % 4) : Math.max(rows, 1);
}

/** The call for rows [begin, end), on several threads where that is worth it. */
export function callPiece<C extends RowsCall>(
  frame: Frame,
  call: C,
  begin: number,
  end: number,
  part: RowsPart<C>,
): void {
  const { count, unit, nanoseconds, output = none, inout = none, input = none, whole = none } = call;
  const cut = (array: KernelArray<DType> | undefined): KernelArray<DType> | undefined =>
    array && rowsOf(array, count, begin, end);
  const placed = {
    output: output.map((array) => frame.optionalOutput(cut(array))),
    inout: inout.map((array) => frame.optionalInout(cut(array))),
    input: input.map((array) => frame.optionalInput(cut(array))),
    whole: whole.map((array) => frame.optionalInput(array)),
  };
  const rows = end - begin;
  const split = { unit, nanoseconds: nanoseconds * (rows / Math.max(count, 1)) };
  frame.split(rows, split, (wasm, first, length) => {
    const move = (ptrs: number[], arrays: Arrays): number[] =>
      ptrs.map((ptr, i) => ptr && ptr + first * (arrays[i]!.byteLength / count));
    const { whole } = placed;
    const pointers =
      first === 0
        ? placed
        : {
            output: move(placed.output, output),
            inout: move(placed.inout, inout),
            input: move(placed.input, input),
            whole,
          };
    part(wasm, pointers as Pointers<C>, length);
  });
}

const none: Arrays = [];

/** Rows [begin, end) of `count`. */
function rowsOf(array: KernelArray<DType>, count: number, begin: number, end: number): KernelArray<DType> {
  if (begin === 0 && end === count) return array;
  const stride = array.length / count;
  return array.subarray(begin * stride, end * stride);
}

function bytesCopied(arrays: Arrays, memory: LinearMemory): number {
  let bytes = 0;
  for (const array of arrays) if (isCopied(array, memory)) bytes += array.byteLength;
  return bytes;
}

/** Whether two copied arrays overlap without being one, or one overlaps what is read in full. */
function resultsAreRead(
  { output = none, inout = none, input = none, whole = none }: RowsCall,
  memory: LinearMemory,
): boolean {
  const rows = [...output, ...inout, ...input].filter((array) => isCopied(array, memory));
  const read = whole.filter((array) => isCopied(array, memory));
  return rows.some(
    (a, i) => read.some((b) => overlap(a, b)) || rows.some((b, j) => j > i && !isSame(a, b) && overlap(a, b)),
  );
}

function mayDetach(
  { output = none, inout = none, input = none, whole = none }: RowsCall,
  memory: LinearMemory,
): boolean {
  if (memory.shared) return false;
  return [...output, ...inout, ...input, ...whole].some(
    (array) => array !== undefined && !(array instanceof WasmArray) && memory.holds(array.buffer),
  );
}

function isCopied(array: KernelArray<DType> | undefined, memory: LinearMemory): array is TypedArrays[DType] {
  return array !== undefined && !(array instanceof WasmArray) && !memory.holds(array.buffer);
}

function isSame(a: TypedArrays[DType], b: TypedArrays[DType]): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.byteLength === b.byteLength;
}

function overlap(a: TypedArrays[DType], b: TypedArrays[DType]): boolean {
  if (a.buffer !== b.buffer) return false;
  return a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}
