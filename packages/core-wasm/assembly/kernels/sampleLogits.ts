import { drawsAtOnce, drawsBytes, gumbels16 } from "../lib/draws";
import { exp64 } from "../lib/exp64";

/**
 * Draws a column of each row with probability softmax(logits / temperature), by the Gumbel-max trick: the column
 * whose logit / temperature + Gumbel noise is greatest. Noise is float64 with 53 bits behind it (lib/draws.ts).
 *
 * Row r, column c takes noise from block offset + r · ⌈cols / 2⌉ + (c >> 1).
 */

/** The least row that holds a NaN or ∞, or nothing but −∞; −1 if there is none. logits: f32[rows, cols] */
export function sampleLogitsBadRow(logitsPtr: usize, rows: u32, cols: u32): i32 {
  for (let row: u32 = 0; row < rows; row++) {
    const rowPtr = logitsPtr + (<usize>row * <usize>cols) * 4;
    let greatest: f32 = -Infinity;
    for (let c: u32 = 0; c < cols; c++) {
      const x = load<f32>(rowPtr + ((<usize>c) << 2));
      if (!(x < Infinity)) return row;
      greatest = max(greatest, x);
    }
    if (greatest == -Infinity) return row;
  }
  return -1;
}

/**
 * out: i32[rows], logits: f32[rows, cols], rows as `sampleLogitsBadRow` wants them. temperature 0 takes the
 * greatest logit, topK = 0, topP = 1 and minP = 0 leave a filter out.
 *
 * @param workPtr 384 bytes, and 8 · cols more where topK or topP filter
 */
export function sampleLogits(
  outPtr: usize,
  logitsPtr: usize,
  rows: u32,
  cols: u32,
  temperature: f64,
  topK: u32,
  topP: f64,
  minP: f64,
  seed: f64,
  stream: f64,
  offset: f64,
  workPtr: usize,
): void {
  const blocks = (<u64>cols + 1) >> 1;
  for (let row: u32 = 0; row < rows; row++) {
    const rowPtr = logitsPtr + (<usize>row * <usize>cols) * 4;
    const best = argmax(rowPtr, cols);
    let drawn = best;
    if (temperature > 0) {
      const top = <f64>load<f32>(rowPtr + ((<usize>best) << 2));
      const selects = (topK > 0 && topK < cols) || topP < 1;
      const least = selects ? leastKept(rowPtr, cols, top, temperature, topK, topP, workPtr + drawsBytes) : 0;
      const block = <u64>offset + <u64>row * blocks;
      drawn = draw(rowPtr, cols, top, temperature, least, minP, block, <u64>seed, <u64>stream, workPtr);
    }
    store<i32>(outPtr + ((<usize>row) << 2), drawn);
  }
}

function argmax(rowPtr: usize, cols: u32): i32 {
  let best: i32 = 0;
  let greatest = load<f32>(rowPtr);
  for (let c: u32 = 1; c < cols; c++) {
    const x = load<f32>(rowPtr + ((<usize>c) << 2));
    if (x > greatest) {
      greatest = x;
      best = c;
    }
  }
  return best;
}

/** The column with the greatest noisy score among those whose key is at least `least` and weight at least `minP`. */
function draw(
  rowPtr: usize,
  cols: u32,
  top: f64,
  temperature: f64,
  least: u64,
  minP: f64,
  block: u64,
  seed: u64,
  stream: u64,
  workPtr: usize,
): i32 {
  let drawn: i32 = -1;
  let greatest: f64 = -Infinity;
  for (let c: u32 = 0; c < cols; c += drawsAtOnce) {
    const count = min(cols - c, drawsAtOnce);
    let kept: u32 = 0;
    for (let j: u32 = 0; j < count; j++) {
      const x = load<f32>(rowPtr + ((<usize>(c + j)) << 2));
      if (x == -Infinity || key(x, c + j) < least) continue;
      if (minP > 0 && weight(x, top, temperature) < minP) continue;
      kept |= 1 << j;
    }
    if (!kept) continue;
    gumbels16(workPtr, block + (c >> 1), seed, stream);
    for (; kept; kept &= kept - 1) {
      const j = ctz(kept);
      const x = <f64>load<f32>(rowPtr + ((<usize>(c + j)) << 2));
      const score = (x - top) / temperature + load<f64>(workPtr + ((<usize>j) << 3));
      if (score > greatest) {
        greatest = score;
        drawn = c + j;
      }
    }
  }
  return drawn;
}

/**
 * The key of the last column that top-k and top-p keep. The keys form a heap, from which they come in descending
 * order for as long as they are wanted.
 */
function leastKept(
  rowPtr: usize,
  cols: u32,
  top: f64,
  temperature: f64,
  topK: u32,
  topP: f64,
  heapPtr: usize,
): u64 {
  let size: u32 = 0;
  let mass: f64 = 0;
  for (let c: u32 = 0; c < cols; c++) {
    const x = load<f32>(rowPtr + ((<usize>c) << 2));
    if (x == -Infinity) continue;
    store<u64>(heapPtr + ((<usize>size) << 3), key(x, c));
    size++;
  }
  for (let i = size >> 1; i > 0; i--) sink(heapPtr, i - 1, size);

  const limit = topK > 0 && topK < size ? topK : size;
  if (topP < 1) {
    // Each popped key goes to the place that the heap gives up: the first of them last.
    let left = size;
    if (limit < size) {
      for (let i: u32 = 0; i < limit; i++) mass += keyWeight(pop(heapPtr, left--), top, temperature);
    } else {
      for (let c: u32 = 0; c < cols; c++) {
        const x = load<f32>(rowPtr + ((<usize>c) << 2));
        if (x != -Infinity) mass += weight(x, top, temperature);
      }
    }
    const wanted = topP * mass;
    let sum: f64 = 0;
    let last: u64 = 0;
    for (let i: u32 = 0; i < limit; i++) {
      last = limit < size ? load<u64>(heapPtr + ((<usize>(size - 1 - i)) << 3)) : pop(heapPtr, left--);
      sum += keyWeight(last, top, temperature);
      if (sum >= wanted) break;
    }
    return last;
  }
  let last: u64 = 0;
  for (let i: u32 = 0; i < limit; i++) last = pop(heapPtr, size - i);
  return last;
}

/** Orders columns: a greater logit is a greater key, and so is a lower index of equal logits (−0 equals 0). */
// @ts-ignore: decorator
@inline
function key(x: f32, column: u32): u64 {
  const bits = reinterpret<u32>(x + 0);
  const ordered = bits & 0x80000000 ? ~bits : bits | 0x80000000;
  return ((<u64>ordered) << 32) | <u64>(~column);
}

/** softmax(logits / temperature) but for the sum: 1 for the greatest. */
function weight(x: f32, top: f64, temperature: f64): f64 {
  return f64x2.extract_lane(exp64(f64x2.splat((<f64>x - top) / temperature)), 0);
}

function keyWeight(k: u64, top: f64, temperature: f64): f64 {
  const ordered = <u32>(k >> 32);
  return weight(reinterpret<f32>(ordered & 0x80000000 ? ordered & 0x7fffffff : ~ordered), top, temperature);
}

/** Takes the greatest key of a heap of `size`, and leaves it in the place that falls free. */
function pop(heapPtr: usize, size: u32): u64 {
  const last = heapPtr + ((<usize>(size - 1)) << 3);
  const greatest = load<u64>(heapPtr);
  store<u64>(heapPtr, load<u64>(last));
  store<u64>(last, greatest);
  sink(heapPtr, 0, size - 1);
  return greatest;
}

/** Restores the heap below place i. */
function sink(heapPtr: usize, i: u32, size: u32): void {
  const sinking = load<u64>(heapPtr + ((<usize>i) << 3));
  for (let child: u32 = 2 * i + 1; child < size; child = 2 * i + 1) {
    let greater = load<u64>(heapPtr + ((<usize>child) << 3));
    if (child + 1 < size) {
      const right = load<u64>(heapPtr + ((<usize>(child + 1)) << 3));
      if (right > greater) {
        greater = right;
        child++;
      }
    }
    if (greater <= sinking) break;
    store<u64>(heapPtr + ((<usize>i) << 3), greater);
    i = child;
  }
  store<u64>(heapPtr + ((<usize>i) << 3), sinking);
}
