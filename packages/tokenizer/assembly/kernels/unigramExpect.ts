import { at4, at8 } from "../lib/elements";

/** Between rescalings: at most so many symbols. Each costs at most 2⁻⁵⁰ or so, what a piece seen once in 10¹² costs. */
const BLOCK: u32 = 8;
// @ts-ignore: decorator
@inline
const SMALL: f64 = 2.938735877055719e-39; // 2⁻¹²⁸
// @ts-ignore: decorator
@inline
const LARGE: f64 = 3.402823669209385e38; // 2¹²⁸

/**
 * How often each piece is expected in the words from `first` to `end`, over all segmentations, by the forward–backward
 * recursions. With p of a piece, α the sum over segmentations of what is before a position and β of what is behind it:
 *
 *     αⱼ = Σ αᵢ p(i…j),   βᵢ = Σ p(i…j) βⱼ,   Z = α of the end,   counts[piece] += weight · αᵢ p(i…j) βⱼ / Z
 *
 * Probabilities themselves, not their logarithms: where all of α ahead fall below 2⁻¹²⁸ they are raised by a power of two,
 * and the β of the same places with them, so that words of any length neither vanish nor overflow.
 *
 * @param startsPtr u32[words + 1], first symbols of the words, each of which ends with a 0
 * @param weightsPtr f64[words]
 * @param offsetsPtr u32[n + 1], edgesPtr u32[edges], lengthsPtr u8[edges]: the lattices, see `unigramFillEdges`
 * @param probabilitiesPtr f64[pieces]
 * @param longest symbols of the longest piece
 * @param countsPtr f64[pieces], added to
 * @param workPtr f64[2 · (m + longest + 1) + m / 8 + 1] for the longest word, of m symbols
 * @returns Σ weight · ln Z
 *
 * Ref: Kudo 2018, arXiv:1804.10959, section 3.2; Rabiner 1989 for the recursions.
 */
export function unigramExpect(
  first: u32,
  end: u32,
  startsPtr: usize,
  weightsPtr: usize,
  offsetsPtr: usize,
  edgesPtr: usize,
  lengthsPtr: usize,
  probabilitiesPtr: usize,
  longest: u32,
  countsPtr: usize,
  workPtr: usize,
): f64 {
  let logLikelihood: f64 = 0;
  for (let word = first; word < end; word++) {
    const start = load<u32>(at4(startsPtr, word));
    const m = load<u32>(at4(startsPtr, word + 1)) - 1 - start;
    const wordOffsets = at4(offsetsPtr, start);
    const alpha = workPtr;
    const beta = at8(alpha, m + longest + 1);
    const factors = at8(beta, m + longest + 1);
    memory.fill(alpha, 0, ((<usize>m + longest + 1) << 3) * 2);
    store<f64>(alpha, 1);
    let raised: f64 = 0; // in powers of 2¹²⁸
    for (let i: u32 = 0; i < m; i++) {
      if (i % BLOCK == 0 && i > 0) raised += raise(at8(alpha, i), longest, at8(factors, i / BLOCK));
      const a = load<f64>(at8(alpha, i));
      const last = load<u32>(at4(wordOffsets, i + 1));
      for (let edge = load<u32>(at4(wordOffsets, i)); edge < last; edge++) {
        const p = load<f64>(at8(probabilitiesPtr, load<u32>(at4(edgesPtr, edge))));
        const j = at8(alpha, i + <u32>load<u8>(lengthsPtr + <usize>edge));
        store<f64>(j, load<f64>(j) + a * p);
      }
    }
    const z = load<f64>(at8(alpha, m));
    const weight = load<f64>(at8(weightsPtr, word));
    logLikelihood += weight * (Math.log(z) - raised * 88.722839111673); // 128 ln 2
    const share = weight / z;
    store<f64>(at8(beta, m), 1);
    for (let i = m; i-- > 0; ) {
      const a = load<f64>(at8(alpha, i)) * share;
      let b: f64 = 0;
      const last = load<u32>(at4(wordOffsets, i + 1));
      for (let edge = load<u32>(at4(wordOffsets, i)); edge < last; edge++) {
        const id = load<u32>(at4(edgesPtr, edge));
        const j = at8(beta, i + <u32>load<u8>(lengthsPtr + <usize>edge));
        const tail = load<f64>(at8(probabilitiesPtr, id)) * load<f64>(j);
        b += tail;
        const count = at8(countsPtr, id);
        store<f64>(count, load<f64>(count) + a * tail);
      }
      store<f64>(at8(beta, i), b);
      if (i % BLOCK == 0 && i > 0) multiply(at8(beta, i), longest, load<f64>(at8(factors, i / BLOCK)));
    }
  }
  return logLikelihood;
}

/**
 * The scores that the counts call for: ψ(count) − ψ(Σ), ψ being the digamma function. Against log(count / Σ) it takes from the
 * rare pieces, as a Dirichlet prior does that favours few of them. A piece that is expected less than `least` times goes, but
 * for the single characters, which count as `least` then: without them there would be words that cannot be written.
 *
 * @param characters the first ids are those of single characters
 * @param scoresPtr f64[pieces], out: log-probabilities, −∞ for what goes
 * @param probabilitiesPtr f64[pieces], out
 * @returns how many pieces stay
 *
 * Ref: Liang & Klein 2007, "Structured Bayesian nonparametric models with variational inference", for ψ.
 */
export function unigramMaximise(
  pieces: u32,
  characters: u32,
  least: f64,
  countsPtr: usize,
  scoresPtr: usize,
  probabilitiesPtr: usize,
): u32 {
  let sum: f64 = 0;
  let kept: u32 = 0;
  for (let id: u32 = 0; id < pieces; id++) {
    const count = load<f64>(at8(countsPtr, id));
    if (count >= least) sum += count;
    else if (id < characters) sum += least;
    else continue;
    kept++;
  }
  const whole = digamma(sum);
  for (let id: u32 = 0; id < pieces; id++) {
    let count = load<f64>(at8(countsPtr, id));
    if (count < least && id < characters) count = least;
    const score = count < least ? -Infinity : digamma(count) - whole;
    store<f64>(at8(scoresPtr, id), score);
    store<f64>(at8(probabilitiesPtr, id), Math.exp(score));
  }
  return kept;
}

/** x[i] = e^x[i], f64[n]. */
export function unigramExponentials(n: u32, xPtr: usize): void {
  for (let i: u32 = 0; i < n; i++) store<f64>(at8(xPtr, i), Math.exp(load<f64>(at8(xPtr, i))));
}

/** x[i] = ln(x[i] / Σ x), f64[n]. */
export function unigramLogShares(n: u32, xPtr: usize): void {
  let sum: f64 = 0;
  for (let i: u32 = 0; i < n; i++) sum += load<f64>(at8(xPtr, i));
  const whole = Math.log(sum);
  for (let i: u32 = 0; i < n; i++) store<f64>(at8(xPtr, i), Math.log(load<f64>(at8(xPtr, i))) - whole);
}

/**
 * ψ(x) for x > 0: up to 10 by ψ(x) = ψ(x + 1) − 1/x, from there on by the asymptotic series
 * ln x − 1/2x − 1/12x² + 1/120x⁴ − 1/252x⁶ + 1/240x⁸ − 1/132x¹⁰ + 691/32760x¹². To 10⁻¹⁴, relative to the greater of |ψ| and 1.
 * Ref: Abramowitz & Stegun, 6.3.5 and 6.3.18.
 */
export function digamma(x: f64): f64 {
  let y: f64 = 0;
  while (x < 10) {
    y -= 1 / x;
    x += 1;
  }
  const z = 1 / (x * x);
  const series =
    z * (1 / 12.0 - z * (1 / 120.0 - z * (1 / 252.0 - z * (1 / 240.0 - z * (1 / 132.0 - z * (691 / 32760.0))))));
  return y + Math.log(x) - 0.5 / x - series;
}

/** Multiplies α ahead by 2¹²⁸ as often as it takes for the greatest to reach 2⁻¹²⁸; returns how often. */
// @ts-ignore: decorator
@inline
function raise(alphaPtr: usize, longest: u32, factorPtr: usize): f64 {
  let most: f64 = 0;
  for (let k: u32 = 0; k <= longest; k++) most = max(most, load<f64>(at8(alphaPtr, k)));
  let factor: f64 = 1;
  let times: f64 = 0;
  while (most * factor < SMALL && times < 7) {
    factor *= LARGE;
    times += 1;
  }
  multiply(alphaPtr, longest, factor);
  store<f64>(factorPtr, factor);
  return times;
}

// @ts-ignore: decorator
@inline
function multiply(xPtr: usize, longest: u32, factor: f64): void {
  if (factor == 1) return;
  for (let k: u32 = 0; k <= longest; k++) store<f64>(at8(xPtr, k), load<f64>(at8(xPtr, k)) * factor);
}
