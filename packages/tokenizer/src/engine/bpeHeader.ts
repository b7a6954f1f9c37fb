import type { EngineMemory } from "./engineMemory.js";
import type { PlacedVocabulary } from "./placedModel.js";

export const NONE = 0xffffffff;

/** The fields of `BpeModel` in assembly/lib/bpeModel.ts, in their order. */
const fields = [
  "scratch",
  "size",
  "bytes",
  "offsets",
  "tokens",
  "tokensShift",
  "pairs",
  "pairsShift",
  "lacksPairs",
  "byteIds",
  "knownBytes",
  "fallback",
  "characters",
  "wholePieces",
  "unknownId",
  "fuseUnknown",
  "priorities",
  "results",
  "parts",
  "joined",
  "shortCache",
  "shortShift",
  "longCache",
  "longShift",
  "longPiece",
  "patience",
  "trie",
  "trieShift",
  "canonical",
  "monotone",
  "splits",
] as const;

type Field = (typeof fields)[number];

/** What a byte-pair encoding is, apart from its tokens and merges. */
export interface BpeRules {
  readonly characters: boolean;
  readonly wholePieces: boolean;
  readonly unknownId: number;
  readonly fuseUnknown: boolean;
  /** u32[256], or where it is absent, found. */
  readonly byteIds: Uint32Array | undefined;
  /** u32[V], or absent: the ids, or the places in the list of merges. */
  readonly priorities: Uint32Array | undefined;
  /** Merges come as a list, whose order is the priority. Otherwise no token is made by two pairs. */
  readonly listed: boolean;
  /** No two tokens have the same priority. */
  readonly distinct: boolean;
  /** The table of pairs is written when a piece first needs it. */
  readonly latePairs?: boolean;
}

export interface BpeSizes {
  /** Tokens that are found by their bytes. */
  readonly tokens: number;
  readonly merges: number;
  /** Bytes of the longest token. */
  readonly longest: number;
}

/** How many pieces a cache keeps, as powers of two: sets of two, 128 bytes for short pieces, 512 for long ones. */
export interface CacheBits {
  readonly short: number;
  readonly long: number;
}

/** Memory is touched as pieces come: 8 MB each at most. */
const CACHE: CacheBits = { short: 16, long: 14 };

/** Longer pieces go through the trie, once there is one. */
const LONG_PIECE = 24;
/**
 * What quadratic time may be spent before: the squares of the lengths of long pieces. About what making the trie of 200,000 tokens
 * takes, so that no text takes more than twice what it must.
 */
const PATIENCE = 30_000_000;

/** The header of a byte-pair encoding, and its tables, which are empty at first. */
export class BpeHeader {
  readonly pointer: number;
  readonly #memory: EngineMemory;

  constructor(
    memory: EngineMemory,
    tokens: PlacedVocabulary,
    rules: BpeRules,
    sizes: BpeSizes,
    cache: CacheBits = CACHE,
  ) {
    const tokenBits = slotBits(sizes.tokens);
    const pairBits = slotBits(sizes.merges);
    const values: Record<Field, number> = {
      ...tokens,
      scratch: 0,
      tokens: memory.allocate(8 << tokenBits),
      tokensShift: 64 - tokenBits,
      pairs: memory.allocate(8 << pairBits),
      pairsShift: 64 - pairBits,
      lacksPairs: rules.latePairs ? 1 : 0,
      byteIds: memory.place(rules.byteIds ?? new Uint32Array(256).fill(NONE)),
      knownBytes: memory.allocate(256),
      fallback: rules.byteIds ? 1 : 0,
      characters: rules.characters ? 1 : 0,
      wholePieces: rules.wholePieces ? 1 : 0,
      unknownId: rules.unknownId,
      fuseUnknown: rules.fuseUnknown ? 1 : 0,
      priorities: rules.priorities ? memory.place(rules.priorities) : 0,
      results: rules.listed ? memory.allocate(4 * (sizes.merges + 1)) : 0,
      parts: memory.allocate(16 * (2 * sizes.longest + 2)),
      joined: memory.allocate(2 * sizes.longest + 16),
      shortCache: memory.allocate(128 << cache.short),
      shortShift: 64 - cache.short,
      longCache: memory.allocate(512 << cache.long),
      longShift: 64 - cache.long,
      longPiece: LONG_PIECE,
      patience: PATIENCE,
      trie: 0,
      trieShift: 0,
      canonical: rules.listed ? 0 : 1,
      monotone: rules.distinct ? 1 : 0,
      splits: 0,
    };
    this.pointer = memory.place(Uint32Array.from(fields, (field) => values[field]));
    this.#memory = memory;
  }

  /**
   * Builds the trie that long pieces are encoded by.
   *
   * @param order the ids of tokens that text may become, by rising length
   */
  buildTrie(order: Uint32Array): void {
    const memory = this.#memory;
    const size = this.#get("size");
    const splits = memory.allocate(16 * size);
    const orderPtr = memory.place(order);
    this.#set("splits", splits);
    // Most vocabularies have 1.2 to 2 nodes a token; where there are more, memory behind is free to take twice as many.
    const trie = memory.allocate(0);
    for (let bits = slotBits(order.length); ; bits++) {
      memory.reserve(trie + (8 << bits));
      memory.u8.fill(0xff, trie, trie + (8 << bits));
      memory.u8.fill(0xff, splits, splits + 16 * size);
      this.#set("trie", trie);
      this.#set("trieShift", 32 - bits);
      if (!memory.wasm.bpeBuildTrie(this.pointer, orderPtr, order.length)) {
        // Half a trie is none, should there be no room for a larger one.
        this.#set("trie", 0);
        continue;
      }
      memory.allocate(8 << bits);
      return;
    }
  }

  #get(field: Field): number {
    return this.#memory.u32[(this.pointer >>> 2) + fields.indexOf(field)]!;
  }

  #set(field: Field, value: number): void {
    this.#memory.u32[(this.pointer >>> 2) + fields.indexOf(field)] = value;
  }
}

/** Slots are at least twice as many as entries. */
function slotBits(entries: number): number {
  return Math.max(4, 33 - Math.clz32(Math.max(entries, 1) - 1));
}
