import { FormatError, UnsupportedError } from "@lanewise/core-wasm/errors";
import type { AddedToken, BpeModel, Model, UnigramModel, WordPieceModel } from "../../definition.js";
import { Vocabulary } from "../../vocabulary.js";
import { nameOfByte } from "../byteNames.js";
import { bytesOfCharacters } from "./byteCharacters.js";
import type { JsonValue } from "./jsonValue.js";

/** Ids further apart than this are a mistake, not a vocabulary. */
const MOST_TOKENS = 1 << 24;

/**
 * @param isByteLevel tokens are bytes, written as characters
 * @param addedTokens the special ones get no bytes in the vocabulary: text does not produce them
 */
export function readModel(model: JsonValue, isByteLevel: boolean, addedTokens: readonly AddedToken[]): Model {
  const type = model.get("type").or(guessType(model), (value) => value.string());
  switch (type) {
    case "BPE":
      return readBpe(model, isByteLevel, addedTokens);
    case "WordPiece":
      return readWordPiece(model, addedTokens);
    case "Unigram":
      return readUnigram(model, addedTokens);
    default:
      throw new UnsupportedError("model.type", '"BPE", "WordPiece" or "Unigram"', type);
  }
}

/** Old files do not say. */
function guessType(model: JsonValue): string {
  if (!model.get("merges").isAbsent) return "BPE";
  if (Array.isArray(model.get("vocab").value)) return "Unigram";
  return model.get("continuing_subword_prefix").isAbsent ? "WordLevel" : "WordPiece";
}

/** The tokens of a `vocab` by name. */
function readVocab(vocab: JsonValue): Map<string, number> {
  return new Map(vocab.entries().map(([token, id]) => [token, id.index()]));
}

function vocabularyOf(
  names: ReadonlyMap<string, number>,
  path: string,
  bytesOf: (name: string) => Uint8Array | string,
  addedTokens: readonly AddedToken[],
): Vocabulary {
  let size = 0;
  for (const id of names.values()) size = Math.max(size, id + 1);
  if (size > MOST_TOKENS || size > 16 * names.size + 65536) {
    throw new FormatError(path, "ids without wide gaps", `${names.size} tokens, the highest id ${size - 1}`);
  }
  const special = new Set(addedTokens.flatMap(({ content, special }) => (special ? [content] : [])));
  const tokens = Array.from<Uint8Array | string | undefined>({ length: size });
  const taken = new Uint8Array(size);
  for (const [name, id] of names) {
    if (taken[id]) throw new FormatError(`${path}[${JSON.stringify(name)}]`, "an id of its own", id);
    taken[id] = 1;
    if (!special.has(name)) tokens[id] = bytesOf(name);
  }
  return Vocabulary.from(tokens);
}

function readBpe(model: JsonValue, isByteLevel: boolean, addedTokens: readonly AddedToken[]): BpeModel {
  for (const key of ["continuing_subword_prefix", "end_of_word_suffix"]) {
    const affix = model.get(key).or("", (value) => value.string());
    if (affix !== "") throw new UnsupportedError(`model.${key}`, "none", affix);
  }
  const dropout = model.get("dropout").or(0, (value) => value.number());
  if (dropout !== 0) throw new UnsupportedError("model.dropout", "none", dropout);

  const names = readVocab(model.get("vocab"));
  const unknown = model.get("unk_token").or(undefined, (value) => value.string());
  const unknownId = unknown === undefined ? undefined : names.get(unknown);
  const byteFallback = model.get("byte_fallback").or(false, (value) => value.boolean());
  const vocabulary = vocabularyOf(
    names,
    "model.vocab",
    (name) => (isByteLevel ? (bytesOfCharacters(name) ?? name) : name),
    addedTokens,
  );
  return {
    type: "bpe",
    vocabulary,
    alphabet: isByteLevel ? "bytes" : "characters",
    priority: { by: "merges", pairs: readMerges(model.get("merges"), names) },
    ...(model.get("ignore_merges").or(false, (value) => value.boolean()) && { wholePieces: true }),
    ...(unknownId !== undefined && !isByteLevel && { unknownId }),
    ...(model.get("fuse_unk").or(false, (value) => value.boolean()) && { fuseUnknown: true }),
    ...(byteFallback && !isByteLevel && { byteFallback: fallbackIds(names) }),
  };
}

/** Merges as "left right" or as ["left", "right"]. */
function readMerges(merges: JsonValue, names: ReadonlyMap<string, number>): Uint32Array {
  const list = merges.array();
  const pairs = new Uint32Array(2 * list.length);
  list.forEach((merge, i) => {
    const parts = Array.isArray(merge.value)
      ? merge.array().map((part) => part.string())
      : merge.string().split(" ");
    if (parts.length !== 2) merge.fail('two tokens, as "left right" or [left, right]');
    const left = names.get(parts[0]!);
    const right = names.get(parts[1]!);
    if (left === undefined || right === undefined || !names.has(parts.join(""))) {
      throw new FormatError(merge.path, "tokens of the vocabulary that make one", parts.join(" "));
    }
    pairs[2 * i] = left;
    pairs[2 * i + 1] = right;
  });
  return pairs;
}

function fallbackIds(names: ReadonlyMap<string, number>): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    const id = names.get(nameOfByte(byte));
    if (id === undefined)
      throw new UnsupportedError("model.byte_fallback", "tokens of all bytes", `no ${nameOfByte(byte)}`);
    return id;
  });
}

function readWordPiece(model: JsonValue, addedTokens: readonly AddedToken[]): WordPieceModel {
  const names = readVocab(model.get("vocab"));
  const unknown = model.get("unk_token").or("[UNK]", (value) => value.string());
  const unknownId = names.get(unknown);
  if (unknownId === undefined) throw new FormatError("model.unk_token", "a token of the vocabulary", unknown);
  return {
    type: "wordPiece",
    vocabulary: vocabularyOf(names, "model.vocab", (name) => name, addedTokens),
    unknownId,
    continuingPrefix: model.get("continuing_subword_prefix").or("##", (value) => value.string()),
    maxCharactersPerWord: model.get("max_input_chars_per_word").or(100, (value) => value.index()),
  };
}

function readUnigram(model: JsonValue, addedTokens: readonly AddedToken[]): UnigramModel {
  const names = new Map<string, number>();
  const vocab = model.get("vocab").array();
  const special = new Set(addedTokens.flatMap((token) => (token.special ? [token.content] : [])));
  const scores = new Float64Array(vocab.length);
  const tokens = vocab.map((entry, id): string | undefined => {
    const [name, score, ...more] = entry.array();
    if (!name || !score || more.length > 0) return entry.fail("[token, score]");
    const token = name.string();
    scores[id] = score.number();
    if (names.has(token)) return name.fail("a token that no other is");
    names.set(token, id);
    return special.has(token) ? undefined : token;
  });
  const unknownId = model.get("unk_id").or(undefined, (value) => value.index());
  if (unknownId !== undefined && unknownId >= vocab.length) {
    throw new FormatError("model.unk_id", `an id below ${vocab.length}`, unknownId);
  }
  const byteFallback = model.get("byte_fallback").or(false, (value) => value.boolean());
  return {
    type: "unigram",
    vocabulary: Vocabulary.from(tokens),
    scores,
    ...(unknownId !== undefined && { unknownId }),
    ...(byteFallback && { byteFallback: fallbackIds(names) }),
  };
}
