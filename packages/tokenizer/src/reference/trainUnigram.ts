/**
 * Unigram training as Kudo 2018 (arXiv:1804.10959) describes it, on words that are cut already: strings that no piece crosses the
 * ends of, and how often each occurs. The oracle of assembly/kernels/unigram*.ts; slow, and in logarithms throughout.
 */
export type CountedWords = ReadonlyMap<string, number>;

/** Log-probabilities (or, to begin with, what becomes of them) by piece. */
export type Scores = Map<string, number>;

export interface UnigramReferenceOptions {
  /** Pieces at the end. */
  readonly pieces: number;
  /** Pieces at which pruning ends. */
  readonly target: number;
  readonly longest: number;
  readonly shrinkingFactor: number;
  readonly subIterations: number;
}

const leastExpected = 0.5;

/** The pieces, by falling score; of equal ones single characters first, then in code point order. */
export function trainUnigramReference(
  words: CountedWords,
  options: UnigramReferenceOptions,
  seeds: Scores = seedsReference(words, options.longest),
): [piece: string, score: number][] {
  const characters = new Set([...words.keys()].flatMap((word) => [...word]));
  let scores = logShares(seeds);
  for (;;) {
    for (let i = 0; i < options.subIterations; i++) {
      scores = maximiseReference(expectReference(words, scores).counts, characters);
    }
    if (scores.size <= options.target) break;
    const target = Math.max(options.target, Math.floor(scores.size * options.shrinkingFactor));
    scores = pruneReference(words, scores, target);
  }
  let others = options.pieces - characters.size;
  return [...scores]
    .sort(([a, m], [b, n]) => n - m || byLengthClass(a) - byLengthClass(b) || byCodePoints(a, b))
    .filter(([piece]) => characters.has(piece) || others-- > 0);
}

/**
 * Pieces to begin with, and how much text each makes up: all characters; and the substrings of at least two that occur at
 * least twice, and less often with any character behind them.
 */
export function seedsReference(words: CountedWords, longest: number): Scores {
  const counts = new Map<string, number>();
  for (const [word, count] of words) {
    const characters = [...word];
    for (let i = 0; i < characters.length; i++) {
      for (let j = i + 1; j <= Math.min(i + longest + 1, characters.length); j++) {
        const piece = characters.slice(i, j).join("");
        counts.set(piece, (counts.get(piece) ?? 0) + count);
      }
    }
  }
  const goesOn = new Set<string>();
  for (const [piece, count] of counts) {
    const shorter = [...piece].slice(0, -1).join("");
    if (counts.get(shorter) === count) goesOn.add(shorter);
  }
  const seeds: Scores = new Map();
  for (const [piece, count] of counts) {
    const length = [...piece].length;
    if (length === 1) seeds.set(piece, count);
    else if (length <= longest && count >= 2 && !goesOn.has(piece)) seeds.set(piece, count * length);
  }
  return new Map([...seeds].sort(([a], [b]) => byLengthClass(a) - byLengthClass(b) || byCodePoints(a, b)));
}

/** Forward and backward: how often each piece is expected, and the words' log-likelihood. */
export function expectReference(
  words: CountedWords,
  scores: Scores,
): { counts: Map<string, number>; logLikelihood: number } {
  const counts = new Map([...scores.keys()].map((piece) => [piece, 0]));
  let logLikelihood = 0;
  for (const [word, weight] of words) {
    const edges = lattice(word, scores);
    const end = [...word].length;
    const alpha = Array.from({ length: end + 1 }, () => -Infinity);
    const beta = Array.from({ length: end + 1 }, () => -Infinity);
    alpha[0] = 0;
    beta[end] = 0;
    for (const { from, to, score } of edges) alpha[to] = logAdd(alpha[to]!, alpha[from]! + score);
    for (const { from, to, score } of edges.toReversed()) beta[from] = logAdd(beta[from]!, score + beta[to]!);
    for (const { piece, from, to, score } of edges) {
      const share = Math.exp(alpha[from]! + score + beta[to]! - alpha[end]!);
      counts.set(piece, counts.get(piece)! + weight * share);
    }
    logLikelihood += weight * alpha[end]!;
  }
  return { counts, logLikelihood };
}

/** ψ(count) − ψ(Σ); what is expected too seldom goes, unless it is a character that is needed. */
export function maximiseReference(
  counts: ReadonlyMap<string, number>,
  characters: ReadonlySet<string>,
): Scores {
  const kept = [...counts]
    .filter(([piece, count]) => count >= leastExpected || characters.has(piece))
    .map(([piece, count]) => [piece, Math.max(count, leastExpected)] as const);
  const whole = digammaReference(kept.reduce((sum, [, count]) => sum + count, 0));
  return new Map(kept.map(([piece, count]) => [piece, digammaReference(count) - whole]));
}

/** Leaves the pieces that the likelihood would lose the most by, and all single characters. */
export function pruneReference(words: CountedWords, scores: Scores, target: number): Scores {
  const counts = new Map<string, number>();
  for (const [word, weight] of words) {
    for (const piece of bestReference(word, scores)) counts.set(piece, (counts.get(piece) ?? 0) + weight);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const losses: [piece: string, loss: number][] = [];
  for (const [piece, score] of scores) {
    const count = counts.get(piece) ?? 0;
    if ([...piece].length === 1) {
      losses.push([piece, Infinity]);
      continue;
    }
    const others = bestReference(piece, scores, piece);
    if (count === 0 || sumOf(others, scores) > score) continue;
    const newTotal = total + count * (others.length - 1);
    const after = others.map((other) => Math.log(((counts.get(other) ?? 0) + count) / newTotal));
    losses.push([piece, count * (Math.log(count / total) - after.reduce((sum, log) => sum + log, 0))]);
  }
  const kept = losses.toSorted(([, a], [, b]) => (a === b ? 0 : b - a)).slice(0, target);
  const names = new Set(kept.map(([piece]) => piece));
  return new Map([...scores].filter(([piece]) => names.has(piece) || [...piece].length === 1));
}

/** The best segmentation (Viterbi), without one piece; of equal ones the one whose last piece begins first, and so on. */
export function bestReference(word: string, scores: Scores, without?: string): string[] {
  const end = [...word].length;
  const best = Array.from({ length: end + 1 }, (_, i) => ({
    score: i === 0 ? 0 : -Infinity,
    pieces: [] as string[],
  }));
  for (const { piece, from, to, score } of lattice(word, scores)) {
    if (piece === without) continue;
    const sum = best[from]!.score + score;
    if (sum > best[to]!.score) best[to] = { score: sum, pieces: [...best[from]!.pieces, piece] };
  }
  return best[end]!.pieces;
}

/** ψ(x) for x > 0: the recurrence ψ(x) = ψ(x + 1) − 1/x up to 1,000, and there the first terms of the asymptotic series. */
export function digammaReference(x: number): number {
  let sum = 0;
  for (; x < 1000; x++) sum -= 1 / x;
  return sum + Math.log(x) - 1 / (2 * x) - 1 / (12 * x * x) + 1 / (120 * x ** 4);
}

export function logShares(seeds: Scores): Scores {
  const whole = Math.log([...seeds.values()].reduce((sum, share) => sum + share, 0));
  return new Map([...seeds].map(([piece, share]) => [piece, Math.log(share) - whole]));
}

interface Edge {
  readonly piece: string;
  readonly from: number;
  readonly to: number;
  readonly score: number;
}

/** All pieces at all places of a word, by the place that they begin at. */
function lattice(word: string, scores: Scores): Edge[] {
  const characters = [...word];
  const longest = longestOf(scores);
  const edges: Edge[] = [];
  for (let from = 0; from < characters.length; from++) {
    let piece = "";
    for (let to = from + 1; to <= Math.min(from + longest, characters.length); to++) {
      piece += characters[to - 1]!;
      const score = scores.get(piece);
      if (score !== undefined) edges.push({ piece, from, to, score });
    }
  }
  return edges;
}

const longestPieces = new WeakMap<Scores, number>();

/** Characters of the longest piece. */
function longestOf(scores: Scores): number {
  let longest = longestPieces.get(scores);
  if (longest === undefined) {
    longest = [...scores.keys()].reduce((most, piece) => Math.max(most, [...piece].length), 0);
    longestPieces.set(scores, longest);
  }
  return longest;
}

function sumOf(pieces: readonly string[], scores: Scores): number {
  return pieces.length === 0 ? -Infinity : pieces.reduce((sum, piece) => sum + scores.get(piece)!, 0);
}

function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === -Infinity ? most : most + Math.log(Math.exp(a - most) + Math.exp(b - most));
}

/** 0 for a single character, 1 for more. */
function byLengthClass(piece: string): number {
  return [...piece].length === 1 ? 0 : 1;
}

function byCodePoints(a: string, b: string): number {
  const [x, y] = [[...a], [...b]];
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return x.length - y.length;
}
