import { DTypeError, FormatError, RangeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { checkDefinition } from "../checks.js";
import type { AddedToken, TokenizerDefinition } from "../definition.js";
import { Vocabulary } from "../vocabulary.js";

export interface ReadVocabTxtOptions {
  /** Text becomes lower case, and accents go: an "uncased" model. The file does not say. */
  readonly lowercase: boolean;
}

const specialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

/**
 * Reads BERT's `vocab.txt`: a token a line, its id the number of the line, from 0. All around it is as in BERT: its normalizer, words and
 * punctuation, `[CLS] text [SEP]`.
 *
 * @throws FormatError where it is not UTF-8, a token stands there twice, or `[UNK]`, `[CLS]` or `[SEP]` do not
 * @throws DTypeError where the file is neither bytes nor text; RangeError where `lowercase` is not said
 */
export function readVocabTxt(file: Uint8Array | string, options: ReadVocabTxtOptions): TokenizerDefinition {
  const text = textOf(file);
  const lowercase: unknown = options?.lowercase;
  if (typeof lowercase !== "boolean") throw new RangeError("lowercase", "true or false", lowercase);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const ids = new Map<string, number>();
  lines.forEach((line, id) => {
    const token = line.endsWith("\r") ? line.slice(0, -1) : line;
    if (ids.has(token))
      throw new FormatError(`vocab.txt, line ${id + 1}`, "a token that no other line has", token);
    ids.set(token, id);
  });
  const idOf = (token: string): number => {
    const id = ids.get(token);
    if (id === undefined)
      throw new FormatError("vocab.txt", `a line ${token}`, `${ids.size} lines without it`);
    return id;
  };
  const [cls, sep] = [idOf("[CLS]"), idOf("[SEP]")];
  const single = [
    { ids: [cls], typeId: 0 },
    { sequence: "first" as const, typeId: 0 },
    { ids: [sep], typeId: 0 },
  ];
  return {
    model: {
      type: "wordPiece",
      vocabulary: Vocabulary.from(
        [...ids.keys()].map((token) => (specialTokens.includes(token) ? undefined : token)),
      ),
      unknownId: idOf("[UNK]"),
      continuingPrefix: "##",
      maxCharactersPerWord: 100,
    },
    normalizer: {
      type: "bert",
      cleanText: true,
      handleChineseCharacters: true,
      lowercase,
    },
    preTokenizer: { type: "bert" },
    postProcessor: {
      type: "template",
      single,
      pair: [...single, { sequence: "second", typeId: 1 }, { ids: [sep], typeId: 1 }],
    },
    decoder: { type: "wordPiece", prefix: "##", cleanup: true },
    addedTokens: specialTokens.flatMap((content): AddedToken[] =>
      ids.has(content) ? [{ id: ids.get(content)!, content, special: true }] : [],
    ),
  };
}

/**
 * Writes BERT's `vocab.txt`: the tokens alone.
 *
 * @throws DTypeError unless it is a definition
 * @throws UnsupportedError where the model is not WordPiece with "##", an id has no token, or a token is no line
 */
export function writeVocabTxt(definition: TokenizerDefinition): string {
  checkDefinition(definition);
  const { model, addedTokens = [] } = definition;
  if (model.type !== "wordPiece") throw new UnsupportedError("model.type", '"wordPiece"', model.type);
  if (model.continuingPrefix !== "##") {
    throw new UnsupportedError("model.continuingPrefix", '"##"', model.continuingPrefix);
  }
  const added = new Map(addedTokens.map(({ id, content }): [number, string] => [id, content]));
  let text = "";
  for (let id = 0; id < model.vocabulary.size; id++) {
    const bytes = model.vocabulary.token(id);
    const token =
      bytes.length > 0 ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes) : added.get(id);
    if (token === undefined)
      throw new UnsupportedError("model.vocabulary", "a token an id", `none for ${id}`);
    if (/[\r\n]/.test(token)) throw new UnsupportedError(`the token ${id}`, "no line end in it", token);
    text += `${token}\n`;
  }
  return text;
}

function textOf(file: Uint8Array | string): string {
  if (typeof file === "string") return file;
  if (!((file as unknown) instanceof Uint8Array))
    throw new DTypeError("file", "a Uint8Array or a string", file);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch (cause) {
    throw new FormatError("vocab.txt", "UTF-8", "other bytes", { cause });
  }
}
