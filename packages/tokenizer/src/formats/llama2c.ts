import { FormatError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { checkBytes, checkDefinition } from "../checks.js";
import type { AddedToken, TokenizerDefinition } from "../definition.js";
import { Vocabulary } from "../vocabulary.js";
import { byteOfName, nameOfByte } from "./byteNames.js";
import { spaceMark, spaceMarkDecoder, surroundWith } from "./spaceMark.js";

const spaces = { removeExtraSpaces: false, addDummyPrefix: true };

/** The ids that the format has by convention, and the names that it gives those two. */
const unknownId = 0;
const bosId = 1;
const eosId = 2;
const writtenAs: Readonly<Record<number, string>> = { [bosId]: "\n<s>\n", [eosId]: "\n</s>\n" };

/**
 * Reads the `tokenizer.bin` of llama2.c (tok512.bin and others): the length of the longest token (i32), then a score (f32), a
 * length (i32) and the bytes for each token, little-endian. Tokens have spaces where SentencePiece has U+2581. Texts begin
 * with the token 1, `<s>`.
 *
 * @throws FormatError where the file ends within a token, or a length or a score is none
 * @throws DTypeError unless it is a Uint8Array
 */
export function readLlama2c(bytes: Uint8Array): TokenizerDefinition {
  checkBytes("bytes", bytes);
  const { tokens, scores } = readTokens(bytes);
  if (tokens.length <= eosId) throw new FormatError("bytes", "at least three tokens", `${tokens.length}`);
  const addedTokens = [unknownId, bosId, eosId].map((id): AddedToken => ({
    id,
    content: tokens[id]!.trim(),
    special: true,
  }));
  const byteFallback = byteTokens(tokens);
  return {
    model: {
      type: "bpe",
      vocabulary: Vocabulary.from(
        tokens.map((token, id) => (id <= eosId ? undefined : token.replaceAll(" ", spaceMark))),
      ),
      alphabet: "characters",
      priority: { by: "score", scores: Float32Array.from(scores) },
      unknownId,
      ...(byteFallback && { byteFallback }),
      fuseUnknown: true,
    },
    normalizer: { type: "sentencePieceSpaces", ...spaces, escape: true },
    postProcessor: surroundWith(bosId, undefined),
    decoder: spaceMarkDecoder(spaces),
    addedTokens,
  };
}

/**
 * Writes the `tokenizer.bin` of llama2.c.
 *
 * @throws DTypeError unless it is a definition
 * @throws UnsupportedError where the model is not one of BPE by score over characters, with ids 0, 1 and 2 for the unknown token, the
 *   beginning and the end
 */
export function writeLlama2c(definition: TokenizerDefinition): Uint8Array {
  checkDefinition(definition);
  const { model, addedTokens = [] } = definition;
  if (model.type !== "bpe" || model.alphabet !== "characters" || model.priority.by !== "score") {
    throw new UnsupportedError("model", "BPE over characters, by score", model.type);
  }
  const { scores } = model.priority;
  const added = new Map(addedTokens.map(({ id, content }) => [id, content]));
  for (const id of [unknownId, bosId, eosId]) {
    if (!added.has(id)) throw new UnsupportedError("addedTokens", `one of id ${id}`, "none");
  }
  const names = new Map<number, string>();
  model.byteFallback?.forEach((id, byte) => names.set(id, nameOfByte(byte)));
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const encoder = new TextEncoder();
  const tokens = Array.from({ length: model.vocabulary.size }, (_, id) => {
    const text = names.get(id) ?? decoder.decode(model.vocabulary.token(id)).replaceAll(spaceMark, " ");
    return encoder.encode(text || (writtenAs[id] ?? added.get(id) ?? ""));
  });
  const file = new Uint8Array(tokens.reduce((sum, token) => sum + 8 + token.length, 4));
  const view = new DataView(file.buffer);
  view.setInt32(
    0,
    tokens.reduce((most, { length }) => Math.max(most, length), 0),
    true,
  );
  let at = 4;
  for (const [id, token] of tokens.entries()) {
    view.setFloat32(at, scores[id] ?? 0, true);
    view.setInt32(at + 4, token.length, true);
    file.set(token, at + 8);
    at += 8 + token.length;
  }
  return file;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function readTokens(bytes: Uint8Array): { tokens: string[]; scores: number[] } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tokens: string[] = [];
  const scores: number[] = [];
  const longest = bytes.length < 4 ? -1 : view.getInt32(0, true);
  if (longest < 0) throw new FormatError("bytes", "the length of the longest token", `${longest}`);
  for (let at = 4; at < bytes.length;) {
    const where = `token ${tokens.length}`;
    if (bytes.length - at < 8)
      throw new FormatError(where, "a score and a length", `${bytes.length - at} bytes`);
    const score = view.getFloat32(at, true);
    const length = view.getInt32(at + 4, true);
    at += 8;
    if (!Number.isFinite(score)) throw new FormatError(where, "a finite score", score);
    if (length < 0 || length > longest || length > bytes.length - at) {
      throw new FormatError(where, `a length in [0, ${Math.min(longest, bytes.length - at)}]`, length);
    }
    try {
      tokens.push(utf8.decode(bytes.subarray(at, at + length)));
    } catch (cause) {
      throw new FormatError(where, "text in UTF-8", "other bytes", { cause });
    }
    scores.push(score);
    at += length;
  }
  return { tokens, scores };
}

/** u32[256], if tokens have the names of bytes; none of them, or all. */
function byteTokens(tokens: readonly string[]): Uint32Array | undefined {
  const ids = new Map<number, number>();
  for (const [id, token] of tokens.entries()) {
    const byte = byteOfName(token);
    if (byte === undefined) continue;
    if (ids.has(byte)) throw new FormatError(`token ${id}`, "one token a byte", token);
    ids.set(byte, id);
  }
  if (ids.size === 0) return undefined;
  if (ids.size < 256) throw new FormatError("bytes", "the tokens of all 256 bytes", `${ids.size} of them`);
  return Uint32Array.from({ length: 256 }, (_, byte) => ids.get(byte)!);
}
