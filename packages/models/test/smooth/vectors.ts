/** A generator of its own for the tests (SplitMix32), so that a seed says all. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let h = state;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A row of 1 to `most` float32 numbers, of sizes from 1e-3 to 1e4; now and then whole, for ties, or far apart. */
export function randomRow(draw: () => number, most: number): Float64Array {
  const length = 1 + Math.floor(draw() * most);
  const size = [1e-3, 1, 10, 1e4][Math.floor(draw() * 4)]!;
  const whole = draw() < 0.2;
  const ends = draw() < 0.1;
  return Float64Array.from({ length }, () => {
    const x = ends ? (draw() < 0.5 ? -1e4 : 1e4) : (2 * draw() - 1) * size;
    return Math.fround(whole ? Math.round(x) : x);
  });
}
