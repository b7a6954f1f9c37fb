// Tokens to bytes, whatever the model: a gather over the vocabulary.

/**
 * How many bytes `n` ids make. Nothing is written.
 *
 * @param offsets u32[size + 1]
 * @returns −1 − i where the i-th id stands for no token
 */
export function decodedLength(offsets: usize, size: u32, ids: usize, n: u32): f64 {
  // Tokens may be so long that 32 bits would not hold the sum.
  let bytes: u64 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const id = load<u32>(ids + (<usize>i << 2));
    if (id >= size) return -1 - <f64>i;
    const entry = offsets + (<usize>id << 2);
    const length = load<u32>(entry, 4) - load<u32>(entry);
    if (length == 0) return -1 - <f64>i;
    bytes += length;
  }
  return <f64>bytes;
}

/** Writes the bytes of `n` ids that `decodedLength` has seen, and up to 16 bytes behind them. */
export function decode(bytes: usize, offsets: usize, ids: usize, n: u32, out: usize): void {
  for (let i: u32 = 0; i < n; i++) {
    const entry = offsets + (<usize>load<u32>(ids + (<usize>i << 2)) << 2);
    const begin = load<u32>(entry);
    const length = load<u32>(entry, 4) - begin;
    v128.store(out, v128.load(bytes + begin));
    if (length > 16) memory.copy(out + 16, bytes + begin + 16, length - 16);
    out += length;
  }
}
