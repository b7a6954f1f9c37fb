import type { TrainExports } from "../generated/trainExports.js";
import type { Pacer } from "./pacer.js";
import type { TrainKernel } from "./trainKernel.js";
import type { UnigramWords } from "./unigramWords.js";

/** Positions of text that are worked on between two looks at the clock: some milliseconds. */
const stretch = 1 << 15;
const gone = 0xffff_ffff;

/**
 * The words of a text with every way to cut each of them into the pieces of a vocabulary, in Wasm memory, and what Unigram
 * training does with them. Pieces are numbered: first the single characters, then the others, both in code point order.
 */
export class UnigramLattice {
  readonly #wasm: TrainExports;
  readonly #kernel: TrainKernel;
  readonly #words: UnigramWords;
  readonly #pacer: Pacer;
  readonly #longest: number;
  #size = 0;

  // Places in memory. Of words and text:
  readonly #text: number;
  readonly #starts: number;
  readonly #weights: number;
  readonly #work: number;
  // Of edges, by position:
  readonly #offsets: number;
  #edges = 0;
  #edgeLengths = 0;
  // Of pieces:
  #scores = 0;
  #probabilities = 0;
  #counts = 0;
  #places = 0;
  #lengths = 0;
  #scratch = 0;

  private constructor(kernel: TrainKernel, words: UnigramWords, longest: number, pacer: Pacer) {
    this.#kernel = kernel;
    this.#wasm = kernel.exports;
    this.#words = words;
    this.#pacer = pacer;
    this.#longest = longest;
    const { text, starts, weights } = words;
    let longestWord = 0;
    for (let i = 0; i < weights.length; i++) {
      longestWord = Math.max(longestWord, starts[i + 1]! - starts[i]!);
    }
    this.#text = this.#kernel.allocate(text.length * 4);
    this.#starts = this.#kernel.allocate(starts.length * 4);
    this.#weights = this.#kernel.allocate(weights.length * 8);
    this.#work = this.#kernel.allocate((3 * longestWord + 2 * longest + 8) * 8);
    this.#offsets = this.#kernel.allocate((text.length + 1) * 4);
    this.#kernel.u32(this.#text, text.length).set(text);
    this.#kernel.u32(this.#starts, starts.length).set(starts);
    this.#kernel.f64(this.#weights, weights.length).set(weights);
  }

  /**
   * Finds the pieces to begin with: all characters, and of the substrings that cannot be made longer without occurring less often
   * the `seedSize` whose occurrences make up the most text. Scores are the logarithms of the shares of text.
   *
   * @param kernel whose memory the lattice lies in, until it is given back
   * @param longest characters of the longest piece, at most 255
   * @throws OutOfMemoryError
   */
  static async create(
    kernel: TrainKernel,
    words: UnigramWords,
    longest: number,
    seedSize: number,
    pacer: Pacer,
  ): Promise<UnigramLattice> {
    const lattice = new UnigramLattice(kernel, words, longest, pacer);
    await lattice.#seed(seedSize);
    return lattice;
  }

  /** How many pieces there are. */
  get size(): number {
    return this.#size;
  }

  /** f64[size], log-probabilities; −∞ for a piece that the last maximisation gave up. A view, good until the next call. */
  get scores(): Float64Array {
    return this.#kernel.f64(this.#scores, this.#size);
  }

  /** How many times each piece was expected, or counted in the best segmentations, last. A view. */
  get counts(): Float64Array {
    return this.#kernel.f64(this.#counts, this.#size);
  }

  /** The text of a piece. */
  piece(id: number): string {
    const place = this.#kernel.u32(this.#places, this.#size)[id]!;
    const symbols = this.#words.text.subarray(
      place,
      place + this.#kernel.u32(this.#lengths, this.#size)[id]!,
    );
    return Array.from(symbols, (symbol) => this.#words.characters[symbol - 1]!).join("");
  }

  /** Where the words lie, and the pieces that fit them at each place. */
  get #edgesOfWords(): readonly [number, number, number, number, number] {
    return [this.#starts, this.#weights, this.#offsets, this.#edges, this.#edgeLengths];
  }

  /** Fills `counts` with how often each piece is expected. @returns the words' log-likelihood, in nats */
  async expect(): Promise<number> {
    return this.#overWords((first, end) =>
      this.#wasm.unigramExpect(
        ...([first, end, ...this.#edgesOfWords] as const),
        ...([this.#probabilities, this.#longest, this.#counts, this.#work] as const),
      ),
    );
  }

  /** Sets the scores by `counts`; what is expected less than `least` times is given up. @returns how many pieces stay */
  maximise(least: number): number {
    const { characters } = this.#words;
    return this.#wasm.unigramMaximise(
      ...([this.#size, characters.length, least, this.#counts, this.#scores, this.#probabilities] as const),
    );
  }

  /** Fills `counts` with how often each piece is in the best segmentations. @returns their log-probability, in nats */
  async best(): Promise<number> {
    return this.#overWords((first, end) =>
      this.#wasm.unigramBest(
        ...([first, end, ...this.#edgesOfWords] as const),
        ...([this.#scores, this.#counts, this.#work] as const),
      ),
    );
  }

  /** Takes out what the likelihood loses the least by, down to `target` pieces, and all that no best segmentation wants. */
  async prune(target: number): Promise<void> {
    await this.best();
    const size = this.#size;
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    const losses = this.#scratch;
    const pieces = stretch >> 3;
    for (let first = 0; first < size; first += pieces) {
      this.#wasm.unigramLosses(
        ...([
          first,
          Math.min(size, first + pieces),
          total,
          this.#counts,
          this.#places,
          this.#lengths,
        ] as const),
        ...([this.#offsets, this.#edges, this.#edgeLengths, this.#scores, losses, this.#work] as const),
      );
      if (this.#pacer.due) await this.#pacer.pause();
    }
    const keep = keepGreatest(this.#kernel.f64(losses, size), target);
    this.#keep(keep);
  }

  /** Leaves only the pieces that the flags (of 0 and 1) name. */
  #keep(flags: Uint8Array): void {
    const size = this.#size;
    const idsPtr = this.#scratch;
    const ids = this.#kernel.u32(idsPtr, size);
    const [scores, probabilities, counts] = [
      this.scores,
      this.#kernel.f64(this.#probabilities, size),
      this.counts,
    ];
    const [places, lengths] = [this.#kernel.u32(this.#places, size), this.#kernel.u32(this.#lengths, size)];
    let kept = 0;
    for (let id = 0; id < size; id++) {
      if (!flags[id]) {
        ids[id] = gone;
        continue;
      }
      for (const column of [scores, probabilities, counts, places, lengths]) column[kept] = column[id]!;
      ids[id] = kept++;
    }
    this.#wasm.unigramKeepEdges(
      this.#words.text.length,
      idsPtr,
      this.#offsets,
      this.#edges,
      this.#edgeLengths,
    );
    this.#size = kept;
  }

  /** Clears the counts, and sums what the kernel returns for the words, a stretch after the other. */
  async #overWords(kernel: (first: number, end: number) => number): Promise<number> {
    const { starts, weights } = this.#words;
    this.counts.fill(0);
    let sum = 0;
    for (let first = 0; first < weights.length;) {
      let end = first + 1;
      while (end < weights.length && starts[end + 1]! - starts[first]! <= stretch) end++;
      sum += kernel(first, end);
      first = end;
      if (this.#pacer.due) await this.#pacer.pause();
    }
    return sum;
  }

  async #seed(seedSize: number): Promise<void> {
    const { text, starts, weights, characters } = this.#words;
    const n = text.length;
    const depth = this.#longest + 1;
    const order = this.#kernel.allocate(n * 4);
    const lcp = this.#kernel.allocate((n + 1) * 4);
    await this.#sortSuffixes(order, depth);
    this.#wasm.commonPrefixes(n, depth, this.#text, order, lcp);

    const word = this.#kernel.allocate(n * 4);
    const wordOf = this.#kernel.u32(word, n);
    for (let i = 0; i < weights.length; i++) wordOf.fill(i, starts[i], starts[i + 1]);
    const sums = this.#kernel.allocate((n + 1) * 8);
    const stack = this.#kernel.allocate((n + 1) * 8);
    const seeds = this.#kernel.allocate(n * 24);
    const seedCounts = this.#kernel.allocate(n * 16);
    const found = this.#wasm.unigramSeeds(
      ...([n, this.#longest, this.#text, order, lcp, word, this.#weights] as const),
      ...([sums, stack, seeds, seedCounts] as const),
    );
    if (this.#pacer.due) await this.#pacer.pause();
    const pieces = chooseSeeds(
      this.#kernel.u32(seeds, found * 3),
      this.#kernel.f64(seedCounts, found),
      n,
      Math.max(0, seedSize - characters.length),
    );
    if (this.#pacer.due) await this.#pacer.pause();

    const count = pieces.counts.length;
    this.#kernel.u32(seeds, count * 3).set(pieces.triples);
    this.#size = characters.length + count;
    this.#scores = this.#kernel.allocate(this.#size * 8);
    this.#probabilities = this.#kernel.allocate(this.#size * 8);
    this.#counts = this.#kernel.allocate(this.#size * 8);
    this.#places = this.#kernel.allocate(this.#size * 4);
    this.#lengths = this.#kernel.allocate(this.#size * 4);
    this.#scratch = this.#kernel.allocate(this.#size * 8);
    await this.#listEdges(order, seeds, count);
    this.#describePieces(order, pieces);
  }

  async #sortSuffixes(order: number, depth: number): Promise<void> {
    const n = this.#words.text.length;
    const symbols = this.#words.characters.length + 1;
    const rank = this.#kernel.allocate(n * 4);
    const work = this.#kernel.allocate(n * 4);
    const counts = this.#kernel.allocate((Math.max(n, symbols) + 1) * 4);
    this.#wasm.suffixArrayStart(n, symbols, this.#text, order, rank, counts);
    for (let sorted = 1; sorted < depth; sorted *= 2) {
      if (this.#pacer.due) await this.#pacer.pause();
      if (this.#wasm.suffixArrayDouble(n, sorted, order, rank, work, counts) === n) break;
    }
  }

  async #listEdges(order: number, seeds: number, count: number): Promise<void> {
    const { text, characters } = this.#words;
    const n = text.length;
    let offsets = this.#kernel.u32(this.#offsets, n + 1).fill(0);
    for (let i = 0; i < n; i++) offsets[i + 1] = text[i] === 0 ? 0 : 1;
    this.#wasm.unigramCountEdges(count, order, seeds, this.#offsets);
    let edges = 0;
    for (let i = 0; i <= n; i++) offsets[i] = edges += offsets[i]!;
    if (this.#pacer.due) await this.#pacer.pause();
    this.#edges = this.#kernel.allocate(edges * 4);
    this.#edgeLengths = this.#kernel.allocate(edges);
    this.#wasm.unigramFillEdges(
      ...([n, characters.length, count, this.#text, order, seeds, this.#offsets] as const),
      ...([this.#edges, this.#edgeLengths] as const),
    );
    // Each list's end is where the next begins.
    offsets = this.#kernel.u32(this.#offsets, n + 1);
    offsets.copyWithin(1, 0, n);
    offsets[0] = 0;
    if (this.#pacer.due) await this.#pacer.pause();
  }

  #describePieces(order: number, { triples, counts }: Seeds): void {
    const { text, starts, weights, characters } = this.#words;
    const size = this.#size;
    const orders = this.#kernel.u32(order, text.length);
    const [places, lengths] = [this.#kernel.u32(this.#places, size), this.#kernel.u32(this.#lengths, size)];
    const scores = this.scores.fill(0);
    for (let word = 0; word < weights.length; word++) {
      for (let i = starts[word]!; i < starts[word + 1]! - 1; i++) {
        const id = text[i]! - 1;
        places[id] = i;
        lengths[id] = 1;
        scores[id]! += weights[word]!;
      }
    }
    for (let i = 0; i < counts.length; i++) {
      const id = characters.length + i;
      places[id] = orders[triples[3 * i]!]!;
      const length = triples[3 * i + 2]!;
      lengths[id] = length;
      scores[id] = counts[i]! * length;
    }
    this.#wasm.unigramLogShares(size, this.#scores);
    this.#kernel.f64(this.#probabilities, size).set(this.scores);
    this.#wasm.unigramExponentials(size, this.#probabilities);
  }
}

/** Substrings as the kernel gives them: first suffix, end, length. */
interface Seeds {
  readonly triples: Uint32Array;
  readonly counts: Float64Array;
}

/** At most `most` of them, those that make up the most text (count · length), in code point order. */
function chooseSeeds(triples: Uint32Array, counts: Float64Array, n: number, most: number): Seeds {
  // The kernel closes long ones first. By their first suffixes, and from behind, a prefix comes before what it begins.
  const next = new Uint32Array(n + 1);
  for (let i = 0; i < counts.length; i++) next[triples[3 * i]! + 1]!++;
  for (let i = 1; i <= n; i++) next[i]! += next[i - 1]!;
  const order = new Uint32Array(counts.length);
  for (let i = counts.length; i-- > 0;) order[next[triples[3 * i]!]!++] = i;
  const scores = Float64Array.from(order, (i) => counts[i]! * triples[3 * i + 2]!);
  const keep = keepGreatest(scores, most);
  const chosen = order.filter((_, place) => keep[place]);
  const sorted = new Uint32Array(3 * chosen.length);
  chosen.forEach((seed, i) => sorted.set(triples.subarray(3 * seed, 3 * seed + 3), 3 * i));
  return { triples: sorted, counts: Float64Array.from(chosen, (seed) => counts[seed]!) };
}

/** Flags for the `count` greatest of the values, of equals the first; −∞ is never among them, +∞ always. */
function keepGreatest(values: Float64Array, count: number): Uint8Array {
  const sorted = values.toSorted();
  const bound = count < values.length ? (count > 0 ? sorted[values.length - count]! : Infinity) : -Infinity;
  let above = 0;
  for (const value of values) if (value > bound || value === Infinity) above++;
  let equal = Math.max(0, count - above);
  return Uint8Array.from(values, (value) => {
    if (value === Infinity || (value > bound && value > -Infinity)) return 1;
    return value === bound && value > -Infinity && equal-- > 0 ? 1 : 0;
  });
}
