/** The least i with ids[i] outside [0, vocabulary), or −1: i32[count]. */
export function embeddingBadId(idsPtr: usize, count: u32, vocabulary: u32): i32 {
  for (let i: u32 = 0; i < count; i++) {
    // As unsigned a negative id is greater than any vocabulary.
    if (load<u32>(idsPtr + ((<usize>i) << 2)) >= vocabulary) return i;
  }
  return -1;
}

/** out[i] = table[ids[i]]: f32[count, dim] from f32[vocabulary, dim]; the ids must be valid. */
export function embedding(outPtr: usize, tablePtr: usize, idsPtr: usize, count: u32, dim: u32): void {
  const rowBytes = (<usize>dim) << 2;
  for (let i: u32 = 0; i < count; i++) {
    const id = <usize>load<u32>(idsPtr + ((<usize>i) << 2));
    memory.copy(outPtr + <usize>i * rowBytes, tablePtr + id * rowBytes, rowBytes);
  }
}

/** dtable[ids[i]] += dy[i], i ascending: f32[vocabulary, dim] and f32[count, dim]; the ids must be valid. */
export function embeddingBackward(dtablePtr: usize, dyPtr: usize, idsPtr: usize, count: u32, dim: u32): void {
  const rowBytes = (<usize>dim) << 2;
  const vectorBytes = rowBytes & ~15;
  for (let i: u32 = 0; i < count; i++) {
    const to = dtablePtr + <usize>load<u32>(idsPtr + ((<usize>i) << 2)) * rowBytes;
    const from = dyPtr + <usize>i * rowBytes;
    let j: usize = 0;
    for (; j < vectorBytes; j += 16) v128.store(to + j, f32x4.add(v128.load(to + j), v128.load(from + j)));
    for (; j < rowBytes; j += 4) store<f32>(to + j, load<f32>(to + j) + load<f32>(from + j));
  }
}
