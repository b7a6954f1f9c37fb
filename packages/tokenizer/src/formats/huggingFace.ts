import { DTypeError, FormatError, UnsupportedError } from "@lanewise/core-wasm/errors";
import type { AddedToken, TokenizerDefinition } from "../definition.js";
import { JsonValue } from "./huggingFace/jsonValue.js";
import { readModel } from "./huggingFace/readModel.js";
import {
  readAddedToken,
  readDecoder,
  readNormalizer,
  readPostProcessor,
  readPreTokenizer,
} from "./huggingFace/readParts.js";

export { writeTokenizerJson } from "./huggingFace/write.js";

/**
 * Reads Hugging Face's `tokenizer.json`: BPE on bytes or on characters, WordPiece and Unigram, with what stands around them.
 * Truncation and padding are no part of a definition and are left out.
 *
 * Special added tokens get no bytes in the vocabulary: text does not produce them, unless they are found as added tokens.
 *
 * @param file its bytes, its text, or what JSON.parse made of it
 * @throws DTypeError where it is none of these
 * @throws FormatError where it is no such file, or contradicts itself, with the place in it
 * @throws UnsupportedError that names what is not supported
 */
export function readTokenizerJson(file: Uint8Array | string | object): TokenizerDefinition {
  const json = parse(file);
  if (typeof json.value !== "object") json.fail("an object");
  const model = json.get("model");
  if (model.isAbsent) model.fail("a model");
  const addedTokens = readAddedTokens(json.get("added_tokens"));
  const [normalizer, preTokenizer, postProcessor, decoder] = [
    json.get("normalizer").or(undefined, readNormalizer),
    json.get("pre_tokenizer").or(undefined, readPreTokenizer),
    json.get("post_processor").or(undefined, readPostProcessor),
    json.get("decoder").or(undefined, readDecoder),
  ];
  const isByteLevel =
    mentions(json.get("pre_tokenizer"), "ByteLevel") || mentions(json.get("decoder"), "ByteLevel");
  if (isByteLevel && !mentions(json.get("pre_tokenizer"), "ByteLevel")) {
    throw new UnsupportedError("pre_tokenizer", '"ByteLevel" in it, where the decoder is', "none");
  }
  return {
    model: readModel(model, isByteLevel, addedTokens),
    ...(normalizer && { normalizer }),
    ...(preTokenizer && { preTokenizer }),
    ...(postProcessor && { postProcessor }),
    ...(decoder && { decoder }),
    ...(addedTokens.length > 0 && { addedTokens }),
  };
}

function parse(file: Uint8Array | string | object): JsonValue {
  if (typeof file === "string") return parseText(file);
  const isObject = typeof file === "object" && file !== null && !(file instanceof ArrayBuffer);
  if (!isObject) throw new DTypeError("file", "a Uint8Array, a string or an object", file);
  if (!(file instanceof Uint8Array)) return new JsonValue(file, "");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch (cause) {
    throw new FormatError("tokenizer.json", "UTF-8", "other bytes", { cause });
  }
  return parseText(text);
}

/** Places in the file are told from its root. */
function parseText(text: string): JsonValue {
  return new JsonValue(JsonValue.parse(text, "tokenizer.json").value, "");
}

function readAddedTokens(json: JsonValue): AddedToken[] {
  const tokens = json.or<JsonValue[]>([], (list) => list.array());
  const ids = new Set<number>();
  return tokens.map((token) => {
    const added = readAddedToken(token);
    if (ids.has(added.id)) token.get("id").fail("an id of its own");
    ids.add(added.id);
    return added;
  });
}

/** Whether a part is of a type, or a sequence of parts one of which is. */
function mentions(json: JsonValue, type: string): boolean {
  if (json.isAbsent) return false;
  if (json.get("type").value === type) return true;
  return ["pretokenizers", "decoders"].some((key) =>
    json.get(key).or(false, (parts) => parts.array().some((part) => mentions(part, type))),
  );
}
