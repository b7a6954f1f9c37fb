/** out[i, :] = table[ids[i], :]. */
export function embedding(
  table: ArrayLike<number>,
  ids: ArrayLike<number>,
  { count, dim }: { count: number; dim: number },
): Float64Array {
  return Float64Array.from({ length: count * dim }, (_, at) => {
    const [i, j] = [Math.floor(at / dim), at % dim];
    return table[ids[i]! * dim + j]!;
  });
}

/** What each row of the table gets: Σ over i with ids[i] = row of dy[i, :]. */
export function embeddingBackward(
  dy: ArrayLike<number>,
  ids: ArrayLike<number>,
  { count, dim, vocabulary }: { count: number; dim: number; vocabulary: number },
): Float64Array {
  const dtable = new Float64Array(vocabulary * dim);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dim; j++) dtable[ids[i]! * dim + j]! += dy[i * dim + j]!;
  }
  return dtable;
}
