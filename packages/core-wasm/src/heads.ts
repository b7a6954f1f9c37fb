import { checkArray, checkInteger } from "./runtime/checks.js";
import { ShapeError } from "./runtime/errors.js";
import type { KernelArray } from "./runtime/frame.js";

/**
 * Where the heads of a tensor lie: element (b, h, t, d) is at offset + b · batch + h · head + t · token + d, in elements. An
 * attention so reads what a projection wrote, and a part of a cache, where they are.
 */
export interface HeadLayout {
  /** From one batch entry to the next. */
  batch: number;
  /** From one head to the next. */
  head: number;
  /** From one token to the next. */
  token: number;
  /** Where the first element lies. Default: 0 */
  offset?: number | undefined;
}

/** How many heads of what there are. */
export interface HeadCounts {
  batch: number;
  heads: number;
  tokens: number;
  headDim: number;
}

/**
 * [B, H, tokens, D], which is what every layout is by default. For a cache, `tokens` is its capacity.
 *
 * @throws RangeError
 */
export function headsFirst({ heads, tokens, headDim }: Omit<HeadCounts, "batch">): HeadLayout {
  for (const [name, count] of Object.entries({ heads, tokens, headDim })) checkInteger(name, count, 0);
  return { batch: heads * tokens * headDim, head: tokens * headDim, token: headDim };
}

/**
 * [B, tokens, width], as a linear layer writes it: the heads of a token lie side by side, from `offset` on. The keys of a fused
 * projection to queries, keys and values of H heads each: width 3·H·D, offset H·D.
 *
 * @throws RangeError
 */
export function tokensFirst({
  tokens,
  headDim,
  width,
  offset = 0,
}: {
  tokens: number;
  headDim: number;
  width: number;
  offset?: number;
}): HeadLayout {
  for (const [name, count] of Object.entries({ tokens, headDim, width, offset }))
    checkInteger(name, count, 0);
  return { batch: tokens * width, head: headDim, token: width, offset };
}

/**
 * The layout itself, or the default one, once the array is seen to hold it.
 *
 * @param written elements must not share a place then
 * @throws DTypeError, ShapeError, RangeError
 */
export function checkHeads(
  name: string,
  array: KernelArray<"f32">,
  layout: HeadLayout | undefined,
  counts: HeadCounts,
  written = false,
): HeadLayout {
  const { batch, heads, tokens, headDim } = counts;
  if (layout === undefined) {
    checkArray(name, array, "f32", batch * heads * tokens * headDim, "batch × heads × tokens × headDim");
    return headsFirst(counts);
  }
  const { offset = 0 } = layout;
  const strides = { batch: layout.batch, head: layout.head, token: layout.token };
  for (const [part, stride] of Object.entries({ ...strides, offset })) {
    checkInteger(`layouts: ${name}.${part}`, stride, 0, mostElements);
  }
  checkArray(name, array, "f32", array?.length);
  if (batch * heads * tokens === 0) return layout;
  const { length } = array;
  const end =
    offset +
    (batch - 1) * strides.batch +
    (heads - 1) * strides.head +
    (tokens - 1) * strides.token +
    headDim;
  if (end > length) throw new ShapeError(name, `at least ${end} elements (its layout)`, `${length} elements`);
  if (written) checkApart(name, layout, counts);
  return layout;
}

/** As many elements as four bytes each leave room for. */
const mostElements = 2 ** 30 - 1;

/** @throws ShapeError if two elements may share a place: each stride has to pass all that lies within it */
function checkApart(name: string, layout: HeadLayout, { batch, heads, tokens, headDim }: HeadCounts): void {
  const strides = [
    [layout.batch, batch],
    [layout.head, heads],
    [layout.token, tokens],
  ] as const;
  let extent = headDim;
  for (const [stride, count] of strides.filter(([, count]) => count > 1).sort(([a], [b]) => a - b)) {
    if (stride < extent) throw new ShapeError(name, `strides of ${extent} or more`, `a stride of ${stride}`);
    extent += (count - 1) * stride;
  }
}

/** A tensor of heads as the kernels read it: its address and its strides in bytes. */
export function headWords(ptr: number, layout: HeadLayout): number[] {
  return [ptr + 4 * (layout.offset ?? 0), 4 * layout.batch, 4 * layout.head, 4 * layout.token];
}
