/** 32 bits a call, the same everywhere: Marsaglia 2003, "Xorshift RNGs". */
export function randomBits(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
