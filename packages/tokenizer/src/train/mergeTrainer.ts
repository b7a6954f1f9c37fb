import type { Pacer } from "./pacer.js";
import type { TrainKernel } from "./trainKernel.js";

/** Words as symbols of an alphabet, and how often each was met. */
export interface SymbolWords {
  /** The symbols' numbers, all words' one after the other; `BOUNDARY` parts a word into two. */
  readonly symbols: Uint8Array | Uint32Array;
  /** u32[words + 1] */
  readonly offsets: Uint32Array;
  readonly counts: Float64Array;
}

/** A symbol that no token holds. */
export const BOUNDARY = 0xffffffff;

export interface MergeRules {
  /** The bytes of the tokens to begin with, by number, no two the same. */
  readonly alphabet: readonly Uint8Array[];
  /** Tokens in all. */
  readonly tokens: number;
  /** Pairs that are met less often do not merge. */
  readonly minimumFrequency: number;
  /** In symbols of the alphabet. */
  readonly maximumTokenLength: number;
  /** Bytes of a continuing token's prefix, which its merge with what precedes leaves out. */
  readonly prefixBytes: number;
}

/** A merge that was learnt: the first makes the token behind the alphabet's, the next the one behind that, and so on. */
export interface LearntMerge {
  readonly left: number;
  readonly right: number;
  readonly token: number;
  readonly count: number;
}

/** Places that a call of the kernel works on: about ten milliseconds. */
const SLICE = 50_000;
/** Symbols that are laid out before a pause may be due: a power of two. */
const PLACED_AT_ONCE = 1 << 16;
/** Merges that a call can tell of. */
const LOG_ROOM = 4096;
/** What the kernel says (assembly/kernels/mergePairs.ts). */
const [DONE, NEEDS_PAIRS, NEEDS_HEAP, NEEDS_TOKEN_BYTES] = [1, 2, 3, 4];
/** The sizes of its records, in bytes, and of what it may read behind the tokens' bytes. */
const [POSITION, PAIR, HEAP_ENTRY, TOKEN, LOG_ENTRY, SLACK] = [24, 32, 24, 24, 24, 16];
/** Fields of the header, in u32 (assembly/lib/mergeState.ts). */
const Field = {
  positions: 0,
  positionCount: 1,
  wordCounts: 2,
  pairs: 4,
  pairRoom: 5,
  pairsUsed: 6,
  freePair: 7,
  pairSlots: 8,
  pairMask: 9,
  gainedPairs: 10,
  heap: 11,
  heapRoom: 12,
  heapSize: 13,
  tokens: 14,
  tokenCount: 15,
  tokenLimit: 16,
  tokenBytes: 17,
  tokenBytesRoom: 18,
  tokenBytesUsed: 19,
  prefixBytes: 20,
  maxSpan: 21,
  minimumCount: 22,
  log: 24,
  logRoom: 25,
  logSize: 26,
  current: 27,
  run: 29,
} as const;
const HEADER = 120;

/** Learns merges in Wasm memory: lays it out, lets the kernel work slice by slice, and makes room where it lacks it. */
export class MergeTrainer {
  readonly #kernel: TrainKernel;
  readonly #header: number;

  private constructor(kernel: TrainKernel) {
    this.#kernel = kernel;
    this.#header = kernel.allocateZeros(HEADER);
    for (const field of ["freePair", "gainedPairs", "current", "run"] as const) this.#set(field, BOUNDARY);
    this.#set("log", kernel.allocate(LOG_ROOM * LOG_ENTRY));
    this.#set("logRoom", LOG_ROOM);
  }

  /** @throws OutOfMemoryError */
  static async create(
    kernel: TrainKernel,
    words: SymbolWords,
    rules: MergeRules,
    pacer: Pacer,
  ): Promise<MergeTrainer> {
    const trainer = new MergeTrainer(kernel);
    trainer.#placeTokens(rules);
    await trainer.#placeWords(words, pacer);
    trainer.#resizePairs(1 << 12);
    trainer.#resizeHeap(1 << 12);
    return trainer;
  }

  /**
   * The merges, in order, as they are learnt.
   *
   * @param slice places that a call of the kernel works on; the merges do not depend on it
   * @throws OutOfMemoryError
   */
  async *merges(pacer: Pacer, slice: number = SLICE): AsyncGenerator<LearntMerge[], undefined, undefined> {
    for (;;) {
      const status = this.#kernel.exports.mergePairs(this.#header, slice);
      const learnt = this.#learnt();
      if (learnt.length > 0) yield learnt;
      if (status === DONE) return;
      if (status === NEEDS_PAIRS) this.#resizePairs(2 * this.#get("pairRoom"));
      else if (status === NEEDS_HEAP) this.#resizeHeap(2 * this.#get("heapRoom"));
      else if (status === NEEDS_TOKEN_BYTES) this.#resizeTokenBytes(2 * this.#get("tokenBytesRoom"));
      if (pacer.due) await pacer.pause();
    }
  }

  /** How many tokens there are. */
  get tokenCount(): number {
    return this.#get("tokenCount");
  }

  /** The bytes of a token, copied. */
  token(number: number): Uint8Array<ArrayBuffer> {
    const record = this.#kernel.u32(this.#get("tokens") + number * TOKEN, 4);
    return this.#kernel.u8(this.#get("tokenBytes") + record[2]!, record[3]!).slice();
  }

  #learnt(): LearntMerge[] {
    const size = this.#get("logSize");
    const pairs = this.#kernel.u32(this.#get("log"), 6 * size);
    const counts = this.#kernel.f64(this.#get("log"), 3 * size);
    return Array.from({ length: size }, (_, i) => ({
      left: pairs[6 * i]!,
      right: pairs[6 * i + 1]!,
      token: pairs[6 * i + 2]!,
      count: counts[3 * i + 2]!,
    }));
  }

  #placeTokens({ alphabet, tokens, minimumFrequency, maximumTokenLength, prefixBytes }: MergeRules): void {
    const kernel = this.#kernel;
    const limit = Math.max(tokens, alphabet.length);
    this.#set("tokens", kernel.allocate(limit * TOKEN));
    this.#set("tokenCount", alphabet.length);
    this.#set("tokenLimit", limit);
    this.#set("prefixBytes", prefixBytes);
    this.#set("maxSpan", Math.min(maximumTokenLength, 0x7fffffff));
    kernel.f64(this.#header + 4 * Field.minimumCount, 1)[0] = minimumFrequency;

    const ends = new Uint32Array(alphabet.length);
    let used = 0;
    alphabet.forEach((bytes, token) => (ends[token] = used += bytes.length));
    this.#resizeTokenBytes(Math.max(1 << 12, 2 * used));
    this.#set("tokenBytesUsed", used);
    const pool = kernel.u8(this.#get("tokenBytes"), used);
    alphabet.forEach((bytes, token) => pool.set(bytes, ends[token]! - bytes.length));
    const endsPtr = kernel.allocate(4 * ends.length);
    kernel.u32(endsPtr, ends.length).set(ends);
    kernel.exports.enterAlphabet(this.#header, endsPtr);
  }

  /** A boundary, then every word of two symbols or more, with a boundary behind it. */
  async #placeWords({ symbols, offsets, counts }: SymbolWords, pacer: Pacer): Promise<void> {
    const kernel = this.#kernel;
    let count = 1;
    for (let word = 0; word < counts.length; word++) {
      const length = offsets[word + 1]! - offsets[word]!;
      if (length > 1) count += length + 1;
    }
    const pointer = kernel.allocate(count * POSITION);
    const countsPtr = kernel.allocate(8 * counts.length);
    kernel.f64(countsPtr, counts.length).set(counts);
    const positions = kernel.u32(pointer, (count * POSITION) / 4);
    positions[0] = BOUNDARY;
    let at = POSITION / 4;
    for (let word = 0; word < counts.length; word++) {
      const end = offsets[word + 1]!;
      if (end - offsets[word]! < 2) continue;
      for (let i = offsets[word]!; i < end; i++, at += POSITION / 4) {
        positions[at] = symbols[i]!;
        positions[at + 2] = word;
        if ((i & (PLACED_AT_ONCE - 1)) === 0 && pacer.due) await pacer.pause();
      }
      positions[at] = BOUNDARY;
      at += POSITION / 4;
    }
    this.#set("positions", pointer);
    this.#set("positionCount", count);
    this.#set("wordCounts", countsPtr);
  }

  #resizePairs(room: number): void {
    this.#move("pairs", this.#get("pairsUsed") * PAIR, room * PAIR);
    this.#set("pairRoom", room);
    this.#set("pairSlots", this.#kernel.allocateZeros(2 * room * 4));
    this.#set("pairMask", 2 * room - 1);
    this.#kernel.exports.rehashPairs(this.#header);
  }

  #resizeHeap(room: number): void {
    this.#move("heap", this.#get("heapSize") * HEAP_ENTRY, room * HEAP_ENTRY);
    this.#set("heapRoom", room);
  }

  #resizeTokenBytes(room: number): void {
    this.#move("tokenBytes", this.#get("tokenBytesUsed"), room + SLACK);
    this.#set("tokenBytesRoom", room);
  }

  /** A larger place for a part, with what was in it. */
  #move(part: "pairs" | "heap" | "tokenBytes", used: number, bytes: number): void {
    const kernel = this.#kernel;
    const pointer = kernel.allocate(bytes);
    if (used > 0) kernel.u8(pointer, used).set(kernel.u8(this.#get(part), used));
    this.#set(part, pointer);
  }

  #get(field: keyof typeof Field): number {
    return this.#kernel.u32(this.#header + 4 * Field[field], 1)[0]!;
  }

  #set(field: keyof typeof Field, value: number): void {
    this.#kernel.u32(this.#header + 4 * Field[field], 1)[0] = value;
  }
}
