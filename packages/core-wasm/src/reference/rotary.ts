/** What is rotated, and how: as in the kernel of this name, with the heads in the order [B, H, T, D]. */
export interface RotaryShape {
  batch: number;
  heads: number;
  tokens: number;
  headDim: number;
  pairs?: "halves" | "interleaved";
  dims?: number;
  base?: number;
  position?: number;
  positions?: ArrayLike<number>;
  inverse?: boolean;
}

/** The angle of pair j at a position: position · base^(−2j / dims). */
export function rotaryAngle(position: number, j: number, dims: number, base: number): number {
  return position * base ** ((-2 * j) / dims);
}

/** Each pair (a, b) of a head turned by its angle: (a cos − b sin, a sin + b cos). The dimensions from `dims` on stay. */
export function rotary(x: ArrayLike<number>, shape: RotaryShape): Float64Array<ArrayBuffer> {
  const { batch, heads, tokens, headDim, pairs = "halves", inverse = false } = shape;
  const { dims = headDim, base = 10000, position = 0, positions } = shape;
  const out = Float64Array.from({ length: x.length }, (_, i) => x[i]!);
  for (let row = 0; row < batch * heads * tokens; row++) {
    const [b, t] = [Math.floor(row / (heads * tokens)), row % tokens];
    const at = positions === undefined ? position + t : positions[(b * tokens + t) % positions.length]!;
    for (let j = 0; j < dims / 2; j++) {
      const angle = rotaryAngle(at, j, dims, base) * (inverse ? -1 : 1);
      const first = row * headDim + (pairs === "halves" ? j : 2 * j);
      const second = first + (pairs === "halves" ? dims / 2 : 1);
      out[first] = x[first]! * Math.cos(angle) - x[second]! * Math.sin(angle);
      out[second] = x[first]! * Math.sin(angle) + x[second]! * Math.cos(angle);
    }
  }
  return out;
}
