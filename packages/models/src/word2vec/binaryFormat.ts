import { FormatError } from "@lanewise/core-wasm";
import { type ByteReader, type ByteSource } from "./byteReader.js";
import { readHeader } from "./textFormat.js";
import {
  mostWordBytes,
  readVectors,
  type ReadVectorsOptions,
  type VectorCollector,
} from "./vectorsReader.js";
import type { WordVectors } from "./wordVectors.js";

const [newline, space] = [0x0a, 0x20];

/**
 * Reads word2vec's binary format, as word2vec.c and gensim write it: a line with the number of words and the length of the vectors,
 * then each word, a space, and its numbers as float32, little-endian. After a vector there may be a line feed (word2vec.c) or none
 * (gensim).
 *
 * @throws FormatError that names the byte: where the file ends early or goes on, for a word that comes again, is no UTF-8 or never ends, and a
 * number that is not finite; RangeError for options; the signal's reason
 */
export function readWord2vecBinary(
  source: ByteSource,
  options: ReadVectorsOptions = {},
): Promise<WordVectors> {
  return readVectors(source, options, async (reader, collector) => {
    const words = await readHeader(reader, collector);
    while (collector.read < words && !collector.isFull) {
      await readWord(reader, collector, words);
      await collector.breathe(reader, words);
    }
    if (collector.read < words) return;
    await skipNewlines(reader);
    if (reader.unread > 0)
      throw new FormatError(`byte ${reader.position}`, `nothing after ${words} words`, "more");
  });
}

async function readWord(reader: ByteReader, collector: VectorCollector, words: number): Promise<void> {
  await skipNewlines(reader);
  const where = `byte ${reader.position}`;
  const wordEnd = await reader.find(space, mostWordBytes + 1);
  if (wordEnd < 0) {
    const tooLong = reader.unread > mostWordBytes;
    const expected = tooLong
      ? `a space after at most ${mostWordBytes} bytes of a word`
      : `${words} words, as its first line says`;
    throw new FormatError(where, expected, tooLong ? "none" : `${collector.read}, and then its end`);
  }
  const word = reader.bytes.slice(reader.begin, wordEnd);
  reader.begin = wordEnd + 1;
  const at = reader.position;
  const size = 4 * collector.dim;
  if (!(await reader.atLeast(size)))
    throw new FormatError(`byte ${at}`, `${size} bytes of numbers`, `${reader.unread}, and then the end`);
  const room = collector.room();
  new Uint8Array(room.buffer, room.byteOffset, size).set(
    reader.bytes.subarray(reader.begin, reader.begin + size),
  );
  const bad = room.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0) throw new FormatError(`byte ${at + 4 * bad}`, "a finite number", room[bad]);
  collector.add(word, where);
  reader.begin += size;
}

async function skipNewlines(reader: ByteReader): Promise<void> {
  while (await reader.atLeast(1)) {
    if (reader.bytes[reader.begin] !== newline) return;
    reader.begin++;
  }
}
