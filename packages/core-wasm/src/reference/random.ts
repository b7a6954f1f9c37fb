/** Where draws come from: see `RandomSource`. */
interface Source {
  seed: number;
  stream?: number;
  offset?: number;
}

/** Philox4x32-10: ten rounds on a counter of four words, with a key of two that goes on by a constant a round. */
export function philox4x32(counter: ArrayLike<number>, key: ArrayLike<number>): Uint32Array {
  let [x0, x1, x2, x3] = [counter[0]!, counter[1]!, counter[2]!, counter[3]!];
  let [k0, k1] = [key[0]!, key[1]!];
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = wideProduct(0xd2511f53, x0);
    const [high1, low1] = wideProduct(0xcd9e8d57, x2);
    [x0, x1, x2, x3] = [(high1 ^ x1 ^ k0) >>> 0, low1, (high0 ^ x3 ^ k1) >>> 0, low0];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return Uint32Array.of(x0, x1, x2, x3);
}

/** Four words a block; the attempt sits in the eleven highest bits of the counter. */
function block({ seed, stream = 0, offset = 0 }: Source, index: number, attempt = 0): Uint32Array {
  const at = BigInt(offset) + BigInt(index);
  const counter = [...halves(at), ...halves(BigInt(stream) | (BigInt(attempt) << 53n))];
  return philox4x32(counter, halves(BigInt(seed)));
}

/** The generator's words as they are. */
export function randomBits(n: number, source: Source): Uint32Array {
  return Uint32Array.from({ length: n }, (_, i) => block(source, i >> 2)[i & 3]!);
}

/** max(k, ½) · 2^−53 from the 53 leading bits of two words. */
function uniform53(high: number, low: number): number {
  return Math.max(high * 2 ** 21 + (low >>> 11), 0.5) * 2 ** -53;
}

/** low + (high − low) · u with 53 bits of u: the float64 kernel's draws, to the bit. */
export function randomUniform(
  n: number,
  { low = 0, high = 1, ...source }: Source & { low?: number; high?: number },
): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const words = block(source, i >> 1);
    const u = i % 2 === 0 ? uniform53(words[0]!, words[1]!) : uniform53(words[2]!, words[3]!);
    return Math.min(Math.max(u * (high - low) + low, low), high);
  });
}

/** max(k, ½) · 2^−24 with the 24 leading bits of a word: the float32 kernel's draws in (0, 1), to the bit. */
export function randomUniformFloat32(n: number, source: Source): Float32Array {
  return Float32Array.from(randomBits(n, source), (word) => Math.max(word >>> 8, 0.5) * 2 ** -24);
}

/** Box and Muller: √(−2 ln u) cos 2πv, then √(−2 ln u) sin 2πv. */
export function randomNormal(
  n: number,
  { mean = 0, std = 1, ...source }: Source & { mean?: number; std?: number },
): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => {
    const words = block(source, i >> 1);
    const radius = Math.sqrt(-2 * Math.log(uniform53(words[0]!, words[1]!)));
    const angle = 2 * Math.PI * uniform53(words[2]!, words[3]!);
    return mean + std * radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
}

/** −ln(−ln u). */
export function randomGumbel(n: number, source: Source): Float64Array {
  return randomUniform(n, source).map((u) => -Math.log(-Math.log(u)));
}

/** Lemire's way: the high half of word · span, drawn again where the low half falls under 2³² mod span. */
export function randomIntegers(
  n: number,
  { low, high, ...source }: Source & { low: number; high: number },
): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => low + below(high - low, i, source));
}

/** Fisher and Yates: the last place takes any of the n, the one before any of the n − 1 that are left, … */
export function randomPermutation(n: number, source: Source): Float64Array {
  const order = Float64Array.from({ length: n }, (_, i) => i);
  for (let i = 0; i < n; i++) {
    const last = n - 1 - i;
    const other = below(last + 1, i, source);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

function below(span: number, i: number, source: Source): number {
  const threshold = 2 ** 32 % span;
  for (let attempt = 0; ; attempt++) {
    const [high, low] = wideProduct(block(source, i >> 2, attempt)[i & 3]!, span);
    if (low >= threshold) return high;
  }
}

/** The high and the low 32 bits of a product of two whole numbers up to 2³². */
function wideProduct(a: number, b: number): [high: number, low: number] {
  const product = BigInt(a) * BigInt(b);
  return [Number(product >> 32n), Number(product & 0xffffffffn)];
}

function halves(value: bigint): [low: number, high: number] {
  return [Number(value & 0xffffffffn), Number(value >> 32n)];
}
