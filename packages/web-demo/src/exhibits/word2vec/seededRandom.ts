/**
 * Numbers from 0 to below 1, the same for the same seed in every browser: a 32-bit counter through a mixing function
 * (the finaliser of MurmurHash3, public domain). Good enough to plant a corpus and to lay out a map.
 */
export function seededRandom(seed: number): () => number {
  let counter = seed >>> 0;
  return () => {
    counter = (counter + 0x9e3779b9) >>> 0;
    let mixed = counter;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
