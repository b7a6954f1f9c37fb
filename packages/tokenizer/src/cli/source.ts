import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import type { ScannerName, TokenizerDefinition } from "../definition.js";
import { loadEncoding } from "../encodings/loadEncoding.js";
import { encodingNames } from "../encodings/models.js";
import { scannerNumbers } from "../engine/scanners.js";
import { Tokenizer } from "../tokenizer.js";
import { codeOf, Failure, messageOf, misused } from "./failure.js";
import { detectFormat } from "./fileFormat.js";
import type { Cut } from "./inputs.js";
import { oneOf } from "./options.js";

/** A tokenizer, and where texts may be cut for it. */
export interface LoadedTokenizer {
  readonly tokenizer: Tokenizer;
  readonly cut: Cut;
}

/** How a text may be cut where the file that has the tokens does not say. */
export const scannerNames = Object.keys(scannerNumbers) as ScannerName[];

/** The options that say which tokenizer. */
export interface SourceOptions {
  readonly encoding?: string | undefined;
  readonly tokenizer?: string | undefined;
  readonly scanner?: string | undefined;
}

/** @throws Failure where the options contradict each other, or the file is none that can be read */
export async function loadTokenizer({
  encoding,
  tokenizer,
  scanner,
}: SourceOptions): Promise<LoadedTokenizer> {
  if (encoding !== undefined && tokenizer !== undefined) {
    throw misused("--encoding and --tokenizer are two tokenizers: give one");
  }
  if (tokenizer !== undefined) return loadFile(tokenizer, scanner);
  if (scanner !== undefined) throw misused("--scanner is for a --tokenizer file of tiktoken's format");
  const name = oneOf("encoding", encoding ?? "o200k_base", encodingNames);
  return { tokenizer: await Tokenizer.load(await loadEncoding(name)), cut: "words" };
}

async function loadFile(path: string, scanner: string | undefined): Promise<LoadedTokenizer> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const why = codeOf(cause) === "ENOENT" ? "there is no such file" : messageOf(cause);
    throw new Failure(`cannot read ${path}: ${why}`, 1, { cause });
  }
  try {
    const definition = await readDefinition(path, bytes, scanner);
    return { tokenizer: await Tokenizer.load(definition, { name: basename(path) }), cut: cutFor(definition) };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(`${path}: ${messageOf(cause)}`, 1, { cause });
  }
}

async function readDefinition(
  path: string,
  bytes: Uint8Array,
  scanner: string | undefined,
): Promise<TokenizerDefinition> {
  const formats = await import("../formats/index.js");
  const format = detectFormat(bytes);
  if (scanner !== undefined && format !== "tiktoken") {
    throw misused(`--scanner is for files of tiktoken's format: ${path} says itself how text is cut`);
  }
  switch (format) {
    case "json":
      return formats.readTokenizerJson(bytes);
    case "tiktoken": {
      const name: ScannerName = oneOf("scanner", scanner ?? "cl100k", scannerNames);
      return formats.readTiktoken(bytes, { scanner: name });
    }
    case "sentencePiece":
      return formats.readSentencePiece(bytes);
    case "llama2c":
      return formats.readLlama2c(bytes);
    case "vocabulary":
      return formats.readVocabTxt(bytes, { lowercase: !hasCapitals(bytes) });
    case undefined: {
      const known = "tokenizer.json, .model, .tiktoken, vocab.txt or llama2.c's tokenizer.bin";
      throw new Failure(`${path}: this is no tokenizer that can be read (${known})`);
    }
  }
}

/**
 * Parts of a text are tokenized like the whole where nothing but a compiled scanner sees it: normalizers look at its beginning and
 * its end, templates put tokens there, and added tokens may take spaces along, or have the place of a cut inside.
 */
function cutFor({ normalizer, preTokenizer, postProcessor, addedTokens = [] }: TokenizerDefinition): Cut {
  const isPlain =
    normalizer === undefined &&
    preTokenizer?.type === "scanner" &&
    !preTokenizer.addPrefixSpace &&
    (postProcessor === undefined || postProcessor.type === "byteLevel") &&
    addedTokens.every(
      ({ content, singleWord, stripLeft, stripRight }) =>
        !singleWord && !stripLeft && !stripRight && !/[a-z] [a-z]/i.test(content),
    );
  return isPlain ? "words" : "never";
}

/** Whether a vocab.txt has words with capitals, names in brackets (`[UNK]`) apart: then it is one of a "cased" model. */
function hasCapitals(bytes: Uint8Array): boolean {
  return new TextDecoder()
    .decode(bytes)
    .split("\n")
    .some((line) => !line.startsWith("[") && /[A-Z]/.test(line));
}
