interface Rows {
  rows: number;
  cols: number;
  temperature?: number;
}

/** Elements of a sorted row that share a mean: [begin, end). */
interface Block {
  begin: number;
  end: number;
}

/**
 * The point of the permutahedron of x that is nearest to ρ / τ, ρ = (1, …, n): ascending, with the sum of x. In blocks B of the sorted
 * row, s_i = (ρ_i − mean_B ρ) / τ + mean_B x.
 */
export function softSort(x: ArrayLike<number>, { rows, cols, temperature = 1 }: Rows): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const { sorted } = sortRow(x, r, cols);
    for (const block of sortBlocks(sorted, temperature)) {
      const mean = meanOf(sorted, block);
      for (let i = block.begin; i < block.end; i++) {
        out[r * cols + i] = (i - (block.begin + block.end - 1) / 2) / temperature + mean;
      }
    }
  }
  return out;
}

/** dx = mean_B dy, taken back to where the elements of the block came from. */
export function softSortBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  { rows, cols, temperature = 1 }: Rows,
): Float64Array {
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const { order, sorted } = sortRow(x, r, cols);
    const slopes = Float64Array.from({ length: cols }, (_, i) => dy[r * cols + i]!);
    for (const block of sortBlocks(sorted, temperature)) {
      const mean = meanOf(slopes, block);
      for (let i = block.begin; i < block.end; i++) dx[r * cols + order[i]!] = mean;
    }
  }
  return dx;
}

/**
 * The point of the permutahedron of ρ = (1, …, n) that is nearest to x / τ: ranks from 1 for the least, with the sum n (n + 1) / 2. In
 * blocks B of the sorted row, r_i = (x_i − mean_B x) / τ + mean_B ρ.
 */
export function softRank(x: ArrayLike<number>, { rows, cols, temperature = 1 }: Rows): Float64Array {
  const out = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const { order, sorted } = sortRow(x, r, cols);
    for (const block of rankBlocks(sorted, temperature)) {
      const mean = meanOf(sorted, block);
      for (let i = block.begin; i < block.end; i++) {
        out[r * cols + order[i]!] = (sorted[i]! - mean) / temperature + (block.begin + block.end + 1) / 2;
      }
    }
  }
  return out;
}

/** dx_i = (dy_i − mean_B dy) / τ. */
export function softRankBackward(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  { rows, cols, temperature = 1 }: Rows,
): Float64Array {
  const dx = new Float64Array(rows * cols);
  for (let r = 0; r < rows; r++) {
    const { order, sorted } = sortRow(x, r, cols);
    const slopes = Float64Array.from(order, (i) => dy[r * cols + i]!);
    for (const block of rankBlocks(sorted, temperature)) {
      const mean = meanOf(slopes, block);
      for (let i = block.begin; i < block.end; i++)
        dx[r * cols + order[i]!] = (slopes[i]! - mean) / temperature;
    }
  }
  return dx;
}

function sortRow(x: ArrayLike<number>, r: number, cols: number): { order: number[]; sorted: Float64Array } {
  const order = Array.from({ length: cols }, (_, c) => c);
  order.sort((a, b) => x[r * cols + a]! - x[r * cols + b]!);
  return { order, sorted: Float64Array.from(order, (c) => x[r * cols + c]!) };
}

function sortBlocks(sorted: Float64Array, temperature: number): Block[] {
  return poolAdjacent(sorted.map((x, i) => (i + 1) / temperature - x));
}

function rankBlocks(sorted: Float64Array, temperature: number): Block[] {
  return poolAdjacent(sorted.map((x, i) => x / temperature - (i + 1)));
}

/** The blocks of the non-decreasing row that is nearest to y, by pool-adjacent-violators. */
function poolAdjacent(y: Float64Array): Block[] {
  const blocks: (Block & { sum: number })[] = [];
  for (const [i, value] of y.entries()) {
    let last = { begin: i, end: i + 1, sum: value };
    for (let before = blocks.at(-1); before && meanOfSum(before) > meanOfSum(last); before = blocks.at(-1)) {
      last = { begin: before.begin, end: last.end, sum: before.sum + last.sum };
      blocks.pop();
    }
    blocks.push(last);
  }
  return blocks;
}

function meanOfSum({ begin, end, sum }: Block & { sum: number }): number {
  return sum / (end - begin);
}

function meanOf(values: Float64Array, { begin, end }: Block): number {
  return values.subarray(begin, end).reduce((sum, value) => sum + value, 0) / (end - begin);
}
