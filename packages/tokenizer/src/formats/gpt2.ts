import { DTypeError, FormatError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { checkDefinition, checkText } from "../checks.js";
import type { TokenizerDefinition } from "../definition.js";
import { JsonValue } from "./huggingFace/jsonValue.js";
import { readModel } from "./huggingFace/readModel.js";
import { writeModel } from "./huggingFace/writeModel.js";

const endOfText = "<|endoftext|>";

/** The two files that GPT-2 came in. */
export interface Gpt2Files {
  /** `encoder.json` (`vocab.json`): ids by tokens, whose bytes are written as characters. */
  readonly encoder: string;
  /** `vocab.bpe` (`merges.txt`): a merge a line, the first first; a line `#version` may stand before them. */
  readonly merges: string;
}

/**
 * Reads GPT-2's `encoder.json` and `vocab.bpe`, or another model's `vocab.json` and `merges.txt`, which is cut as GPT-2 cuts.
 *
 * @throws FormatError where they are no such files, or contradict each other
 * @throws DTypeError unless they are text
 */
export function readGpt2(files: Gpt2Files): TokenizerDefinition {
  if (typeof files !== "object" || files === null)
    throw new DTypeError("files", "{ encoder, merges }", files);
  checkText("files.encoder", files.encoder);
  checkText("files.merges", files.merges);
  const vocab = JsonValue.parse(files.encoder, "encoder.json");
  const lines = files.merges.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  if (lines[0]?.startsWith("#version")) lines.shift();
  if (lines.at(-1) === "") lines.pop();
  const id = vocab.get(endOfText).or(undefined, (value) => value.index());
  const addedTokens = id === undefined ? [] : [{ id, content: endOfText, special: true }];
  const json = new JsonValue({ type: "BPE", vocab: vocab.value, merges: lines }, "");
  return {
    model: readModel(new JsonValue(json.value, "model"), true, addedTokens),
    preTokenizer: { type: "scanner", scanner: "r50k" },
    decoder: { type: "bytes" },
    addedTokens,
  };
}

/**
 * Writes `encoder.json` and `vocab.bpe`.
 *
 * @throws DTypeError unless it is a definition
 * @throws UnsupportedError where the model is no byte-pair encoding of bytes
 */
export function writeGpt2(definition: TokenizerDefinition): Gpt2Files {
  checkDefinition(definition);
  const { model, addedTokens = [] } = definition;
  if (model.type !== "bpe" || model.alphabet !== "bytes") {
    throw new UnsupportedError("model", "a byte-pair encoding of bytes", model.type);
  }
  const names = new Map(addedTokens.map(({ id, content }): [number, string] => [id, content]));
  const json = writeModel(model, names) as { vocab: Record<string, number>; merges: string[] };
  for (const [id, name] of names) {
    if ((json.vocab[name] ?? id) !== id)
      throw new FormatError("addedTokens", "contents that are no other token", name);
    json.vocab[name] = id;
  }
  return { encoder: JSON.stringify(json.vocab), merges: `#version: 0.2\n${json.merges.join("\n")}\n` };
}
