import type { HeadLayout } from "./heads.js";
import { checkArray, checkFlags, checkInteger, checkNumber, type KernelOptions } from "./runtime/checks.js";
import { RangeError, ShapeError } from "./runtime/errors.js";
import type { Frame, KernelArray } from "./runtime/frame.js";
import { WasmArray } from "./runtime/wasmArray.js";

/** A mask by blocks of queries and keys: what is all hidden costs nothing, what is all seen is not looked at pair by pair. */
export interface AttentionBlockMask {
  /**
   * u8[⌈queries / queryBlock⌉, ⌈keys / keyBlock⌉], or one such for each batch entry: 0 where the queries of a block see none of
   * its keys, 1 where they see all, 2 where `mask` says which.
   */
  states: KernelArray<"u8">;
  /** Queries a block. */
  queryBlock: number;
  /** Keys a block. */
  keyBlock: number;
}

/** The sizes of an attention, and who sees whom. What several options say holds together. */
export interface AttentionOptions extends KernelOptions {
  batch: number;
  /** Heads of the queries. */
  heads: number;
  /** Heads of keys and values, of which `heads` is a multiple: so many query heads in a row share one. Default: `heads` */
  kvHeads?: number | undefined;
  queries: number;
  keys: number;
  headDim: number;
  /** Default: 1 / √headDim */
  scale?: number | undefined;
  /** Query i sees the keys up to i + keys − queries: the last query sees all. Default: false */
  causal?: boolean | undefined;
  /** i32[batch]: how many keys of each batch entry count; those behind are padding, and are not read. Default: all */
  keyLengths?: KernelArray<"i32"> | undefined;
  /** u8[queries, keys], or one such for each batch entry: 0 where a query may not look. */
  mask?: KernelArray<"u8"> | undefined;
  blockMask?: AttentionBlockMask | undefined;
  /** Where the heads lie. Default: [B, H, T, D] each. Gradients lie as what they are the gradients of. */
  layouts?: { [Name in "q" | "k" | "v" | "out"]?: HeadLayout | undefined } | undefined;
}

/** The kernels count with 32 bits and a sign. */
const mostCount = 2 ** 31 - 1;
/** Far beyond any head: working memory is up to 2 KiB for each. */
const mostHeadDim = 2 ** 20;

/** The sizes with nothing left out. */
export interface AttentionSizes {
  batch: number;
  heads: number;
  kvHeads: number;
  queries: number;
  keys: number;
  headDim: number;
}

/** @throws RangeError, DTypeError, ShapeError */
export function checkSizes(options: AttentionOptions): AttentionSizes {
  const { batch, heads, kvHeads = heads, queries, keys, headDim, scale, causal = false } = options;
  const { keyLengths, mask, blockMask } = options;
  for (const [name, count] of Object.entries({ batch, queries, keys }))
    checkInteger(name, count, 0, mostCount);
  checkInteger("heads", heads, 1, mostCount);
  checkInteger("headDim", headDim, 1, mostHeadDim);
  checkInteger("kvHeads", kvHeads, 1, heads);
  if (heads % kvHeads !== 0) throw new RangeError("kvHeads", `a divisor of heads (${heads})`, kvHeads);
  if (scale !== undefined) checkNumber("scale", scale);
  checkFlags({ causal });
  if (keyLengths !== undefined) {
    checkArray("keyLengths", keyLengths, "i32", batch, "batch");
    for (const length of elements(keyLengths)) checkInteger("keyLengths", length, 0, keys);
  }
  if (mask !== undefined) checkMask("mask", mask, queries * keys, batch);
  if (blockMask !== undefined) {
    const { states, queryBlock, keyBlock } = blockMask;
    checkInteger("blockMask.queryBlock", queryBlock, 1);
    checkInteger("blockMask.keyBlock", keyBlock, 1);
    checkMask(
      "blockMask.states",
      states,
      Math.ceil(queries / queryBlock) * Math.ceil(keys / keyBlock),
      batch,
    );
    for (const state of elements(states))
      checkInteger("blockMask.states", state, 0, mask === undefined ? 1 : 2);
  }
  return { batch, heads, kvHeads, queries, keys, headDim };
}

/** One mask for all, or one for each batch entry. @throws DTypeError, ShapeError */
function checkMask(name: string, mask: KernelArray<"u8">, size: number, batch: number): void {
  checkArray(name, mask, "u8", mask?.length);
  if (mask.length !== size && mask.length !== batch * size) {
    const wanted = `${size} elements, or ${batch * size} with one for each batch entry`;
    throw new ShapeError(name, wanted, `${mask.length} elements`);
  }
}

function elements<D extends "i32" | "u8">(array: KernelArray<D>): Iterable<number> {
  return array instanceof WasmArray ? array.view : array;
}

/** To see a float as a word. */
const floats = new Float32Array(1);
const words = new Int32Array(floats.buffer);

/** The plan's words up to `lse`. */
export function planWords(sizes: AttentionSizes, options: AttentionOptions, frame: Frame): number[] {
  const { batch, heads, kvHeads, queries, keys, headDim } = sizes;
  const { scale = 1 / Math.sqrt(headDim), causal = false, keyLengths, mask, blockMask } = options;
  floats[0] = scale;
  const perEntry = (mask: KernelArray<"u8"> | undefined, size: number): number =>
    mask !== undefined && mask.length !== size ? size : 0;
  const states = blockMask?.states;
  const { queryBlock = 1, keyBlock = 1 } = blockMask ?? {};
  return [
    ...[batch, heads, kvHeads, queries, keys, headDim, words[0]!, Number(causal)],
    frame.optionalInput(keyLengths),
    frame.optionalInput(mask),
    perEntry(mask, queries * keys),
    frame.optionalInput(states),
    perEntry(states, Math.ceil(queries / queryBlock) * Math.ceil(keys / keyBlock)),
    // A block of more than there are is one of all; the kernels' sums with it so stay within 32 bits.
    Math.min(queryBlock, Math.max(queries, 1)),
    Math.min(keyBlock, Math.max(keys, 1)),
  ];
}

/** Places an array that is given in several roles once. */
export function readOnce(frame: Frame): (array: KernelArray<"f32">) => number {
  const places = new Map<KernelArray<"f32">, number>();
  return (array) => {
    const ptr = places.get(array) ?? frame.input(array);
    places.set(array, ptr);
    return ptr;
  };
}
