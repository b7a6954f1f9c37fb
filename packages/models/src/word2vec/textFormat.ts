import { checkInteger, FormatError } from "@lanewise/core-wasm";
import { quote } from "../io/headerJson.js";
import { type ByteReader, type ByteSource } from "./byteReader.js";
import { readDecimal } from "./decimals.js";
import { mostDimensions } from "./vectorRows.js";
import {
  mostWordBytes,
  readVectors,
  type ReadVectorsOptions,
  type VectorCollector,
} from "./vectorsReader.js";
import type { WordVectors } from "./wordVectors.js";

const [tab, newline, carriageReturn, space] = [0x09, 0x0a, 0x0d, 0x20];

/** The most bytes that a number may take in a line. */
const mostNumberBytes = 64;

/** A header is two numbers. */
const mostHeaderBytes = 256;

export interface ReadGloveOptions extends ReadVectorsOptions {
  /** The length of the vectors. Default: one less than the first line has parts, which is right where its word has no space. */
  dim?: number | undefined;
}

/**
 * Reads word2vec's text format, as word2vec.c, gensim and fastText write it: a line with the number of words and the length of
 * the vectors, then a line for each word with its numbers. Parts are separated by spaces or tabs; lines end in "\n" or
 * "\r\n", with spaces before that or none; a word may contain spaces, since the numbers are counted from the end. A byte order mark at the
 * beginning is passed over.
 *
 * @throws FormatError that names the line: for a number that is none or not finite, one too many or too few, a word too many or too few,
 * one that comes again or is no UTF-8; RangeError for options; the signal's reason
 */
export function readWord2vecText(source: ByteSource, options: ReadVectorsOptions = {}): Promise<WordVectors> {
  return readVectors(source, options, async (reader, collector) => {
    const words = await readHeader(reader, collector);
    await readLines(reader, collector, { line: 2, words });
  });
}

/**
 * Reads GloVe's text format: word2vec's without the first line.
 *
 * @throws as `readWord2vecText`
 */
export function readGloveText(source: ByteSource, options: ReadGloveOptions = {}): Promise<WordVectors> {
  return readVectors(source, options, async (reader, collector) => {
    if (options.dim !== undefined) checkInteger("dim", options.dim, 1, mostDimensions);
    const first = await nextLine(reader, 1, mostWordBytes + mostDimensions * mostNumberBytes);
    if (first === undefined) throw new FormatError("line 1", "a word and its numbers", "the end of the file");
    skipMark(reader, first.end);
    collector.start(options.dim ?? countParts(reader.bytes, reader.begin, first.end) - 1, "line 1");
    await readLines(reader, collector, { line: 1, words: undefined });
  });
}

/** The first line of word2vec's formats: how many words there are. The length of their vectors goes to the collector. */
export async function readHeader(reader: ByteReader, collector: VectorCollector): Promise<number> {
  const line = await nextLine(reader, 1, mostHeaderBytes);
  if (line) skipMark(reader, line.end);
  const text = line ? String.fromCharCode(...reader.bytes.subarray(reader.begin, line.end)) : "";
  const [, words = "", dim = ""] = /^[ \t]*([0-9]{1,15})[ \t]+([0-9]{1,15})$/.exec(text) ?? [];
  if (words === "" || Number(words) === 0) {
    const expected = "how many words there are and how long their vectors, as two whole numbers above 0";
    throw new FormatError("line 1", expected, text === "" ? "nothing" : quote(text));
  }
  collector.start(Number(dim), "line 1");
  reader.begin = line!.next;
  return Number(words);
}

/** @param options.words how many there must be, where that is known */
async function readLines(
  reader: ByteReader,
  collector: VectorCollector,
  { line: first, words }: { line: number; words: number | undefined },
): Promise<void> {
  const most = mostWordBytes + collector.dim * mostNumberBytes;
  let blank = 0;
  for (let line = first; !collector.isFull; line++) {
    const found = await nextLine(reader, line, most);
    if (found === undefined) break;
    if (found.end === reader.begin) blank ||= line;
    else {
      const where = `line ${line}`;
      if (blank > 0) throw new FormatError(`line ${blank}`, "a word and its numbers", "an empty line");
      if (collector.read === words) throw new FormatError(where, `nothing after ${words} words`, "more");
      const wordEnd = readNumbers(collector.room(), reader.bytes, reader.begin, found.end, where);
      collector.add(reader.bytes.subarray(reader.begin, wordEnd), where);
    }
    reader.begin = found.next;
    await collector.breathe(reader, words);
  }
  if (words !== undefined && !collector.isFull && collector.read < words) {
    throw new FormatError("file", `${words} words, as its first line says`, `${collector.read}`);
  }
}

/**
 * Reads the numbers at the end of a line.
 *
 * @returns where the word before them ends
 */
function readNumbers(
  out: Float32Array,
  bytes: Uint8Array,
  begin: number,
  end: number,
  where: string,
): number {
  let at = partStart(bytes, begin, end, out.length);
  const wordEnd = trimmed(bytes, begin, at);
  if (wordEnd <= begin) {
    const came = countParts(bytes, begin, end) - 1;
    throw new FormatError(where, `a word and ${out.length} numbers`, `${Math.max(0, came)} numbers`);
  }
  for (let i = 0; i < out.length; i++) {
    let stop = at;
    while (stop < end && !isSpace(bytes[stop]!)) stop++;
    const value = readDecimal(bytes, at, stop);
    out[i] = value;
    if (!Number.isFinite(out[i]!)) {
      const text = new TextDecoder().decode(bytes.subarray(at, Math.min(stop, at + 60)));
      throw new FormatError(`${where}, number ${i + 1}`, "a number that float32 holds", quote(text));
    }
    at = stop;
    while (at < end && isSpace(bytes[at]!)) at++;
  }
  return wordEnd;
}

/** Where the last `count` parts of a line begin; its beginning where it has no more. */
function partStart(bytes: Uint8Array, begin: number, end: number, count: number): number {
  let at = end;
  for (let part = 0; part < count; part++) {
    at = trimmed(bytes, begin, at);
    while (at > begin && !isSpace(bytes[at - 1]!)) at--;
  }
  return at;
}

function countParts(bytes: Uint8Array, begin: number, end: number): number {
  let parts = 0;
  for (let at = begin; at < end; at++) {
    if (!isSpace(bytes[at]!) && (at === begin || isSpace(bytes[at - 1]!))) parts++;
  }
  return parts;
}

/** The end without the spaces before it. */
function trimmed(bytes: Uint8Array, begin: number, end: number): number {
  let at = end;
  while (at > begin && isSpace(bytes[at - 1]!)) at--;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === space || byte === tab;
}

/** Where the line at the reader's beginning ends, and the next begins; undefined at the end of the file. */
async function nextLine(
  reader: ByteReader,
  line: number,
  most: number,
): Promise<{ end: number; next: number } | undefined> {
  let end = await reader.find(newline, most + 1);
  let next = end + 1;
  if (end < 0) {
    if (reader.unread === 0) return undefined;
    if (reader.unread > most)
      throw new FormatError(`line ${line}`, `a line of at most ${most} bytes`, "more");
    end = next = reader.end;
  }
  if (end > reader.begin && reader.bytes[end - 1] === carriageReturn) end--;
  return { end: trimmed(reader.bytes, reader.begin, end), next };
}

/** Passes over a byte order mark, unless it is a word by itself. */
function skipMark(reader: ByteReader, end: number): void {
  const { bytes, begin } = reader;
  const isMark = bytes[begin] === 0xef && bytes[begin + 1] === 0xbb && bytes[begin + 2] === 0xbf;
  if (isMark && end > begin + 3 && !isSpace(bytes[begin + 3]!)) reader.begin += 3;
}
