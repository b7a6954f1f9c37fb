import { FormatError, RangeError, ShapeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import type { BpeModel } from "../definition.js";
import { BpeHeader, type CacheBits, NONE } from "./bpeHeader.js";
import type { EngineMemory } from "./engineMemory.js";
import { modelKind, type PlacedModel } from "./placedModel.js";
import { cutsAtWords, placeVocabulary, withByteTokens } from "./placeVocabulary.js";

/**
 * Writes the tables of a byte-pair encoding: tokens by their bytes, merges by their pairs.
 *
 * @throws ShapeError where arrays do not fit the vocabulary
 * @throws RangeError where an id stands for no token
 * @throws UnsupportedError where there are two million tokens
 * @throws FormatError where a merge makes something that is no token
 */
export function placeBpe(model: BpeModel, memory: EngineMemory, cache?: CacheBits): PlacedModel {
  checkBpe(model);
  const { byteFallback, priority } = model;
  const vocabulary = byteFallback ? withByteTokens(model.vocabulary, byteFallback) : model.vocabulary;
  const tokens = placeVocabulary(vocabulary, memory);
  const order = idsByLength(vocabulary.offsets, byteFallback);
  const merges = priority.by === "merges" ? priority.pairs.length / 2 : order.length;
  const ranked = priority.by === "score" ? ranks(priority.scores, order) : undefined;
  const last = order.at(-1) ?? 0;
  const header = new BpeHeader(
    memory,
    tokens,
    {
      characters: model.alphabet === "characters",
      wholePieces: model.wholePieces ?? false,
      unknownId: model.unknownId ?? NONE,
      fuseUnknown: model.fuseUnknown ?? false,
      byteIds: byteFallback,
      priorities: ranked?.priorities,
      listed: priority.by === "merges",
      distinct: ranked?.distinct ?? true,
    },
    {
      tokens: order.length,
      merges,
      longest: order.length > 0 ? vocabulary.offsets[last + 1]! - vocabulary.offsets[last]! : 1,
    },
    cache,
  );

  const { wasm } = memory;
  let begin = 0;
  for (const id of Uint32Array.from(byteFallback ?? []).sort()) {
    wasm.bpeAddTokens(header.pointer, begin, id);
    begin = id + 1;
  }
  wasm.bpeAddTokens(header.pointer, begin, vocabulary.size);
  wasm.bpeFindBytes(header.pointer);
  if (priority.by === "merges") {
    const done = wasm.bpeAddPairs(header.pointer, memory.place(priority.pairs), 0, merges) >>> 0;
    if (done < merges) {
      throw new FormatError(
        "priority.pairs",
        "pairs that make a token",
        `the merge ${done}, which makes none`,
      );
    }
  } else {
    wasm.bpeFindPairs(header.pointer, memory.place(order), order.length);
  }
  return {
    kind: modelKind.bpe,
    header: header.pointer,
    tokens,
    cutsAtWords: model.alphabet === "characters" && cutsAtWords(vocabulary),
    complete: () => header.buildTrie(order),
  };
}

function checkBpe({ vocabulary, priority, unknownId }: BpeModel): void {
  const { size } = vocabulary;
  const count = priority.by === "merges" ? Math.max(size, priority.pairs.length / 2) : size;
  if (count >= 2 ** 21) throw new UnsupportedError("model", "fewer than 2²¹ tokens and merges", count);
  if (priority.by === "merges") {
    if (priority.pairs.length % 2 !== 0) {
      throw new ShapeError("priority.pairs", "two ids a merge", priority.pairs.length);
    }
    for (const id of priority.pairs) {
      if (id >= size) throw new RangeError("priority.pairs", `ids in [0, ${size})`, id);
    }
  }
  if (priority.by === "score" && priority.scores.length !== size) {
    throw new ShapeError("priority.scores", `${size}, one a token`, priority.scores.length);
  }
  if (unknownId !== undefined && !(Number.isInteger(unknownId) && unknownId >= 0 && unknownId < size)) {
    throw new RangeError("unknownId", `an integer in [0, ${size})`, unknownId);
  }
}

/**
 * The ids of tokens that text may become, by rising length and then by id.
 *
 * @param fallback tokens of single bytes, which are left out
 */
export function idsByLength(offsets: Uint32Array, fallback?: Uint32Array): Uint32Array {
  const size = offsets.length - 1;
  const lengths = new Uint32Array(size);
  let longest = 0;
  for (let id = 0; id < size; id++) {
    lengths[id] = offsets[id + 1]! - offsets[id]!;
    longest = Math.max(longest, lengths[id]!);
  }
  for (const id of fallback ?? []) lengths[id] = 0;
  const places = new Uint32Array(longest + 2);
  for (const length of lengths) if (length > 0) places[length + 1]!++;
  for (let length = 1; length < places.length; length++) places[length]! += places[length - 1]!;
  const ids = new Uint32Array(places[longest + 1]!);
  for (let id = 0; id < size; id++) if (lengths[id]! > 0) ids[places[lengths[id]!]!++] = id;
  return ids;
}

/** Priorities by scores: 0 for the highest, the same for equal ones; and whether the ids given have no equal ones. */
function ranks(scores: Float32Array, ids: Uint32Array): { priorities: Uint32Array; distinct: boolean } {
  const order = Float32Array.from(ids, (id) => scores[id]!)
    .sort()
    .reverse();
  const rank = new Map<number, number>();
  for (const score of order) if (!rank.has(score)) rank.set(score, rank.size);
  const priorities = Uint32Array.from(scores, (score) => rank.get(score) ?? 0);
  return { priorities, distinct: rank.size === order.length };
}
