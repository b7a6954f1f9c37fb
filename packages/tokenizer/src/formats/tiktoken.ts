import { DTypeError, FormatError, RangeError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { addedTokensOf } from "../addedTokens.js";
import { checkDefinition } from "../checks.js";
import type { BpeModel, ScannerName, TokenizerDefinition } from "../definition.js";
import { scannerNumbers } from "../engine/scanners.js";
import { TokenIndex } from "../tokenIndex.js";
import { Vocabulary } from "../vocabulary.js";

/** What a `.tiktoken` file does not say. */
export interface TiktokenOptions {
  /** The pattern that cuts text into pieces: "cl100k" for LLaMA 3, "qwen2" for Qwen, … */
  readonly scanner: ScannerName;
  /** Control tokens and their ids. */
  readonly specialTokens?: Readonly<Record<string, number>>;
}

/** Ids may leave gaps (p50k_base does), but a file of a few lines must not make tables of gigabytes. */
const mostGaps = 65_536;

/**
 * Reads the format of OpenAI's vocabularies (LLaMA 3 and Qwen use it too): a line a token, its bytes in base64, a space, its id,
 * which is also its rank: the lowest is merged first.
 *
 * @param file the file's bytes, or its text
 * @throws FormatError where a line is not that, an id or a token stands twice, or one of the 256 bytes is missing
 * @throws DTypeError where the file is neither; RangeError where an option is not what it must be
 * @see https://github.com/openai/tiktoken/blob/main/tiktoken/load.py
 */
export function readTiktoken(file: Uint8Array | string, options: TiktokenOptions): TokenizerDefinition {
  if (typeof file !== "string" && !((file as unknown) instanceof Uint8Array)) {
    throw new DTypeError("file", "a Uint8Array or a string", file);
  }
  const scanner = options?.scanner;
  if (!Object.hasOwn(scannerNumbers, scanner))
    throw new RangeError("scanner", Object.keys(scannerNumbers).join(", "), scanner);
  const vocabulary = readLines(typeof file === "string" ? new TextEncoder().encode(file) : file);
  const index = new TokenIndex(vocabulary);
  checkTokens(vocabulary, index);
  const addedTokens = addedTokensOf(options.specialTokens ?? {});
  for (const { id, content } of addedTokens) {
    const free = id >= vocabulary.size || vocabulary.token(id).length === 0;
    if (!free) throw new RangeError(`specialTokens["${content}"]`, "an id that no token of the file has", id);
  }
  return {
    model: { type: "bpe", vocabulary, alphabet: "bytes", priority: { by: "id" }, wholePieces: true },
    preTokenizer: { type: "scanner", scanner },
    decoder: { type: "bytes" },
    addedTokens,
  };
}

/**
 * Writes the same format. What it has no place for, the pattern and the control tokens, is for the reader to know.
 *
 * @throws DTypeError unless it is a definition
 * @throws UnsupportedError where the model is no byte-level BPE, or its merges are not in the order of its ids
 */
export function writeTiktoken(definition: TokenizerDefinition): Uint8Array<ArrayBuffer> {
  checkDefinition(definition);
  const { model } = definition;
  if (model.type !== "bpe" || model.alphabet !== "bytes") {
    const came = model.type === "bpe" ? "one on characters" : `a ${model.type} model`;
    throw new UnsupportedError("definition", "a byte-pair encoding on bytes", came);
  }
  checkRanks(model);
  const { vocabulary } = model;
  const lines: string[] = [];
  for (let id = 0; id < vocabulary.size; id++) {
    const token = vocabulary.token(id);
    if (token.length > 0) lines.push(`${btoa(String.fromCharCode(...token))} ${id}\n`);
  }
  return new TextEncoder().encode(lines.join(""));
}

const space = 0x20;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const equals = 0x3d;

/** u8[256]: the six bits of a character of base64; 64 for any other. */
const sixBits: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(64);
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (let bits = 0; bits < 64; bits++) table[alphabet.charCodeAt(bits)] = bits;
  return table;
})();

function readLines(file: Uint8Array): Vocabulary {
  const bytes = new Uint8Array(Math.ceil(file.length * 0.75));
  const ids: number[] = [];
  const ends: number[] = [];
  let written = 0;
  let highest = -1;
  for (let at = 0, line = 1; at < file.length; line++) {
    const newLine = file.indexOf(lineFeed, at);
    let end = newLine === -1 ? file.length : newLine;
    const next = end + 1;
    if (end > at && file[end - 1] === carriageReturn) end--;
    if (end > at) {
      const gap = file.indexOf(space, at);
      if (gap <= at || gap >= end)
        throw wrongLine(line, "base64, a space and an id", "no space between two parts");
      written = decodeBase64(file, at, gap, bytes, written, line);
      const id = readId(file, gap + 1, end, line);
      ids.push(id);
      ends.push(written);
      if (id > highest) highest = id;
    }
    at = next;
  }
  if (highest >= ids.length + mostGaps) {
    throw new FormatError("file", `ids below ${ids.length + mostGaps} for ${ids.length} tokens`, highest);
  }
  return arrange(bytes, ids, ends, highest + 1);
}

/** The tokens in the order of their ids. */
function arrange(bytes: Uint8Array, ids: number[], ends: number[], size: number): Vocabulary {
  const places = new Int32Array(size).fill(-1);
  ids.forEach((id, place) => {
    if (places[id] !== -1) throw new FormatError("file", "each id once", `${id} twice`);
    places[id] = place;
  });
  const offsets = new Uint32Array(size + 1);
  const ordered = new Uint8Array(ends.at(-1) ?? 0);
  let at = 0;
  for (let id = 0; id < size; id++) {
    const place = places[id]!;
    if (place !== -1) {
      const token = bytes.subarray(place === 0 ? 0 : ends[place - 1], ends[place]);
      ordered.set(token, at);
      at += token.length;
    }
    offsets[id + 1] = at;
  }
  return new Vocabulary(ordered, offsets);
}

/** @returns the end of what is written */
function decodeBase64(
  file: Uint8Array,
  begin: number,
  end: number,
  out: Uint8Array,
  written: number,
  line: number,
): number {
  let stop = end;
  while (stop > begin && end - stop < 2 && file[stop - 1] === equals) stop--;
  let bits = 0;
  let held = 0;
  for (let at = begin; at < stop; at++) {
    const six = sixBits[file[at]!]!;
    if (six === 64) throw wrongLine(line, "base64", `the byte 0x${file[at]!.toString(16)}`);
    held = ((held << 6) | six) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out[written++] = held >>> bits;
    }
  }
  // Whole groups of four, and no bits left over that say something.
  if ((end - begin) % 4 !== 0 || (held & ((1 << bits) - 1)) !== 0) {
    throw wrongLine(line, "base64", "an incomplete group");
  }
  return written;
}

function readId(file: Uint8Array, begin: number, end: number, line: number): number {
  if (begin === end || end - begin > 9)
    throw wrongLine(line, "an id of 1 to 9 digits", `${end - begin} characters`);
  let id = 0;
  for (let at = begin; at < end; at++) {
    const digit = file[at]! - 0x30;
    if (digit < 0 || digit > 9)
      throw wrongLine(line, "an id in digits", `the byte 0x${file[at]!.toString(16)}`);
    id = 10 * id + digit;
  }
  return id;
}

function wrongLine(line: number, expected: string, came: string): FormatError {
  return new FormatError(`file, line ${line}`, expected, came);
}

/** @throws FormatError unless each token stands there once, and each byte is a token */
function checkTokens(vocabulary: Vocabulary, index: TokenIndex): void {
  for (let id = 0; id < vocabulary.size; id++) {
    const token = vocabulary.token(id);
    const first = index.find(token) ?? id;
    if (first !== id)
      throw new FormatError("file", "each token once", `ids ${first} and ${id} with the same bytes`);
  }
  for (let byte = 0; byte < 256; byte++) {
    if (index.find(Uint8Array.of(byte)) === undefined) {
      throw new FormatError("file", "a token for each of the 256 bytes", `none for 0x${byte.toString(16)}`);
    }
  }
}

/**
 * Ids are ranks there, and any two tokens that make a third may merge. A list of merges means the same where it is in the
 * order of the ids it makes, and the bytes of each token, merged by the ranks below its own, end in the pair that the list has.
 *
 * @throws UnsupportedError where it does not
 */
function checkRanks({ vocabulary, priority }: BpeModel): void {
  if (priority.by === "id") return;
  if (priority.by === "score")
    throw new UnsupportedError("definition", "merges in the order of the ids", "by score");
  const index = new TokenIndex(vocabulary);
  const made = new Set<number>();
  let last = -1;
  for (let pair = 0; pair < priority.pairs.length; pair += 2) {
    const [left, right] = [priority.pairs[pair]!, priority.pairs[pair + 1]!];
    const token = Uint8Array.of(...vocabulary.token(left), ...vocabulary.token(right));
    const id = index.find(token) ?? -1;
    const parts = id > last ? mergeBelow(token, id, index) : [];
    if (parts.length !== 2 || parts[0] !== left || parts[1] !== right) {
      throw new UnsupportedError(
        "definition",
        "merges that ids as ranks tell",
        `merge ${pair / 2}, which they do not`,
      );
    }
    made.add(id);
    last = id;
  }
  for (let id = 0; id < vocabulary.size; id++) {
    if (vocabulary.token(id).length > 1 && !made.has(id)) {
      throw new UnsupportedError("definition", "a merge for each token", `none for id ${id}`);
    }
  }
}

/** The ids that the bytes of a token merge to by ranks below its own. */
function mergeBelow(token: Uint8Array, rank: number, index: TokenIndex): number[] {
  const starts = Array.from(token, (_, at) => at);
  const endOf = (part: number): number => starts[part + 1] ?? token.length;
  for (;;) {
    let [best, lowest] = [-1, rank];
    for (let part = 0; part + 1 < starts.length; part++) {
      const id = index.find(token, starts[part], endOf(part + 1));
      if (id !== undefined && id < lowest) [best, lowest] = [part, id];
    }
    if (best === -1) return starts.map((start, part) => index.find(token, start, endOf(part)) ?? -1);
    starts.splice(best + 1, 1);
  }
}
