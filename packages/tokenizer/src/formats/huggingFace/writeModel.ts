import { UnsupportedError } from "@lanewise/core-wasm/errors";
import type { BpeModel, Model } from "../../definition.js";
import { nameOfByte } from "../byteNames.js";
import { charactersOfBytes } from "./byteCharacters.js";
import type { Json } from "./json.js";
import { mergesOf } from "./merges.js";

/** @param added the contents of added tokens by id: the model's vocabulary has them too */
export function writeModel(model: Model, added: ReadonlyMap<number, string>): Json {
  const names = namesOf(model, added);
  const unknown =
    "unknownId" in model && model.unknownId !== undefined ? (names[model.unknownId] ?? null) : null;
  if ("userDefined" in model && model.userDefined && model.userDefined.length > 0) {
    throw new UnsupportedError("model.userDefined", "none", `${model.userDefined.length} of them`);
  }
  switch (model.type) {
    case "bpe":
      return {
        type: "BPE",
        dropout: null,
        unk_token: unknown,
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: model.fuseUnknown ?? false,
        byte_fallback: model.byteFallback !== undefined,
        ignore_merges: model.wholePieces ?? false,
        vocab: vocabOf(names),
        merges: writeMerges(model, names),
      };
    case "wordPiece":
      return {
        type: "WordPiece",
        unk_token: unknown,
        continuing_subword_prefix: model.continuingPrefix,
        max_input_chars_per_word: model.maxCharactersPerWord,
        vocab: vocabOf(names),
      };
    case "unigram":
      return {
        type: "Unigram",
        unk_id: model.unknownId ?? null,
        byte_fallback: model.byteFallback !== undefined,
        vocab: names.map((name, id) => [name ?? `<unused_${id}>`, finite(model.scores[id] ?? -Infinity)]),
      };
  }
}

/** A token that is never used has no probability; JSON has no −∞, and nothing else is as low. */
function finite(score: number): number {
  return Number.isFinite(score) ? score : -1e30;
}

function namesOf(model: Model, added: ReadonlyMap<number, string>): (string | undefined)[] {
  const { vocabulary } = model;
  const isByteLevel = model.type === "bpe" && model.alphabet === "bytes";
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const fallback = new Map<number, string>();
  if (model.type !== "wordPiece") {
    model.byteFallback?.forEach((id, byte) => fallback.set(id, nameOfByte(byte)));
  }
  // The native library numbers added tokens that the model lacks by itself: so the model has them all.
  const size = Math.max(vocabulary.size, ...[...added.keys()].map((id) => id + 1));
  return Array.from({ length: size }, (_, id) => {
    const bytes = id < vocabulary.size ? vocabulary.token(id) : new Uint8Array();
    if (fallback.has(id)) return fallback.get(id);
    if (bytes.length === 0) return added.get(id);
    return isByteLevel ? charactersOfBytes(bytes) : decoder.decode(bytes);
  });
}

function vocabOf(names: readonly (string | undefined)[]): Json {
  // A null prototype, so that no token's name means anything to JavaScript.
  const vocab = Object.create(null) as Record<string, number>;
  names.forEach((name, id) => {
    if (name === undefined) return;
    if (name in vocab) throw new UnsupportedError(`the token ${id}`, "a name of its own", name);
    vocab[name] = id;
  });
  return vocab;
}

function writeMerges(model: BpeModel, names: readonly (string | undefined)[]): Json {
  const pairs = mergesOf(model);
  const merges: Json[] = [];
  // Names with spaces cannot be told apart in "left right".
  for (let i = 0; i < pairs.length; i += 2) merges.push([names[pairs[i]!]!, names[pairs[i + 1]!]!]);
  const spaced = names.some((name) => name?.includes(" "));
  return spaced ? merges : merges.map((pair) => (pair as string[]).join(" "));
}
