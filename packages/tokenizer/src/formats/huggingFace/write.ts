import { UnsupportedError } from "@lanewise/core-wasm/errors";
import { checkDefinition } from "../../checks.js";
import type { AddedToken, TokenizerDefinition } from "../../definition.js";
import type { Json } from "./json.js";
import { writeModel } from "./writeModel.js";
import { writeDecoder, writeNormalizer, writePostProcessor, writePreTokenizer } from "./writeParts.js";

/**
 * Writes Hugging Face's `tokenizer.json`, as @huggingface/tokenizers and the native library read it. A model whose merges go by
 * ids or scores is written with the merges that this comes to.
 *
 * @throws DTypeError unless it is a definition
 * @throws UnsupportedError that names what the format has no words for
 */
export function writeTokenizerJson(definition: TokenizerDefinition): string {
  checkDefinition(definition);
  const { model, normalizer, preTokenizer, postProcessor, decoder, addedTokens = [] } = definition;
  const names = new Map(addedTokens.map(({ id, content }): [number, string] => [id, content]));
  const isByteLevel = model.type === "bpe" && model.alphabet === "bytes";
  if (isByteLevel && decoder && decoder.type !== "bytes") {
    throw new UnsupportedError("decoder", '"bytes", where the model works on bytes', decoder.type);
  }
  const json: Json = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [...addedTokens].sort((a, b) => a.id - b.id).map(writeAddedToken),
    normalizer: normalizer ? writeNormalizer(normalizer) : null,
    pre_tokenizer: writePreTokenizer(preTokenizer, isByteLevel),
    post_processor: postProcessor ? writePostProcessor(postProcessor, nameOf) : null,
    decoder: decoder || isByteLevel ? writeDecoder(decoder ?? { type: "bytes" }) : null,
    model: writeModel(model, names),
  };
  return JSON.stringify(json);

  function nameOf(id: number): string {
    return names.get(id) ?? new TextDecoder().decode(model.vocabulary.token(id));
  }
}

function writeAddedToken(token: AddedToken): Json {
  return {
    id: token.id,
    content: token.content,
    single_word: token.singleWord ?? false,
    lstrip: token.stripLeft ?? false,
    rstrip: token.stripRight ?? false,
    normalized: token.normalized ?? false,
    special: token.special,
  };
}
