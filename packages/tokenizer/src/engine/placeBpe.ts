import { FormatError, RangeError, ShapeError } from "@lanewise/core-wasm/errors";
import type { BpeModel } from "../definition.js";
import type { Vocabulary } from "../vocabulary.js";
import type { EngineMemory } from "./engineMemory.js";
import { modelKind, type PlacedModel } from "./placedModel.js";
import { cutsAtWords, placeVocabulary, withByteTokens } from "./placeVocabulary.js";

const NONE = 0xffffffff;

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
  "byteIds",
  "characters",
  "wholePieces",
  "unknownId",
  "fuseUnknown",
  "priorities",
] as const;

/**
 * Writes the tables of a byte-pair encoding: tokens by their bytes, merges by their pairs.
 *
 * @throws ShapeError where arrays do not fit the vocabulary
 * @throws RangeError where an id stands for no token
 * @throws FormatError where a merge makes something that is no token
 */
export function placeBpe(model: BpeModel, memory: EngineMemory): PlacedModel {
  checkBpe(model);
  const { byteFallback, priority } = model;
  const vocabulary = byteFallback ? withByteTokens(model.vocabulary, byteFallback) : model.vocabulary;
  const tokens = placeVocabulary(vocabulary, memory);
  const byId = mergedIds(vocabulary, byteFallback);
  const merges = priority.by === "merges" ? priority.pairs.length / 2 : byId.length;
  const tokenBits = slotBits(byId.length);
  const pairBits = slotBits(merges);
  const header: Record<(typeof fields)[number], number> = {
    // while tables are built, for one token or two
    scratch: memory.allocate(16 * (2 * longest(vocabulary) + 4)),
    ...tokens,
    tokens: memory.allocate(8 << tokenBits),
    tokensShift: 64 - tokenBits,
    pairs: memory.allocate(16 << pairBits),
    pairsShift: 64 - pairBits,
    byteIds: memory.place(byteFallback ?? new Uint32Array(256).fill(NONE)),
    characters: model.alphabet === "characters" ? 1 : 0,
    wholePieces: model.wholePieces ? 1 : 0,
    unknownId: model.unknownId ?? NONE,
    fuseUnknown: model.fuseUnknown ? 1 : 0,
    priorities: priority.by === "score" ? memory.place(ranks(priority.scores)) : 0,
  };
  const pointer = memory.place(Uint32Array.from(fields, (field) => header[field]));
  memory.u8.fill(0xff, header.tokens, header.tokens + (8 << tokenBits));
  memory.u8.fill(0xff, header.pairs, header.pairs + (16 << pairBits));

  const { wasm } = memory;
  let begin = 0;
  for (const id of Uint32Array.from(byteFallback ?? []).sort()) {
    wasm.bpeAddTokens(pointer, begin, id);
    begin = id + 1;
  }
  wasm.bpeAddTokens(pointer, begin, vocabulary.size);
  if (model.alphabet === "bytes") wasm.bpeFindBytes(pointer);
  if (priority.by === "merges") {
    const done = wasm.bpeAddPairs(pointer, memory.place(priority.pairs), 0, merges) >>> 0;
    if (done < merges) {
      throw new FormatError(
        "priority.pairs",
        "pairs that make a token",
        `the merge ${done}, which makes none`,
      );
    }
  } else {
    wasm.bpeFindPairs(pointer, memory.place(byId), byId.length);
  }
  return { kind: modelKind.bpe, header: pointer, tokens, cutsAtWords: cutsAtWords(vocabulary) };
}

function checkBpe({ vocabulary, priority, byteFallback, unknownId }: BpeModel): void {
  const { size } = vocabulary;
  const [what, ids] =
    priority.by === "merges" ? ["priority.pairs", priority.pairs] : ["byteFallback", byteFallback];
  if (priority.by === "merges" && priority.pairs.length % 2 !== 0) {
    throw new ShapeError("priority.pairs", "two ids a merge", priority.pairs.length);
  }
  if (priority.by === "score" && priority.scores.length !== size) {
    throw new ShapeError("priority.scores", `${size}, one a token`, priority.scores.length);
  }
  for (const id of ids ?? []) if (id >= size) throw new RangeError(what as string, `ids in [0, ${size})`, id);
  if (unknownId !== undefined && !(Number.isInteger(unknownId) && unknownId >= 0 && unknownId < size)) {
    throw new RangeError("unknownId", `an integer in [0, ${size})`, unknownId);
  }
}

/** Slots are at least twice as many as entries. */
function slotBits(entries: number): number {
  return Math.max(4, 33 - Math.clz32(Math.max(entries, 1)));
}

function longest({ offsets, size }: Vocabulary): number {
  let length = 1;
  for (let id = 0; id < size; id++) length = Math.max(length, offsets[id + 1]! - offsets[id]!);
  return length;
}

/** The ids of tokens with bytes, those of byte fallback left out, by rising length and then by id. */
function mergedIds({ offsets, size }: Vocabulary, fallback: Uint32Array | undefined): Uint32Array {
  const left = new Uint8Array(size);
  for (const id of fallback ?? []) left[id] = 1;
  const starts: number[] = [];
  for (let id = 0; id < size; id++) {
    const length = offsets[id + 1]! - offsets[id]!;
    if (length > 0 && !left[id]) starts[length + 1] = (starts[length + 1] ?? 0) + 1;
  }
  for (let length = 0, sum = 0; length < starts.length; length++) starts[length] = sum += starts[length] ?? 0;
  const ids = new Uint32Array(starts.at(-1) ?? 0);
  for (let id = 0; id < size; id++) {
    const length = offsets[id + 1]! - offsets[id]!;
    if (length > 0 && !left[id]) ids[starts[length]!++] = id;
  }
  return ids;
}

/** Priorities by scores: 0 for the highest, the same for equal ones. */
function ranks(scores: Float32Array): Uint32Array {
  const order = Float32Array.from(scores).sort();
  const distinct = new Map<number, number>();
  for (let i = order.length - 1; i >= 0; i--)
    if (!distinct.has(order[i]!)) distinct.set(order[i]!, distinct.size);
  return Uint32Array.from(scores, (score) => distinct.get(score)!);
}
