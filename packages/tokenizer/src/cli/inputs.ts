import { createReadStream } from "node:fs";
import { addAbortSignal } from "node:stream";
import { codeOf, Failure, messageOf } from "./failure.js";

/** A file, standard input, or a text of the command line. */
export interface Input {
  /** The file's name; "-" for the others. */
  readonly name: string;
  readonly chunks: (signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

/** Standard input where no file is named, and where one is named "-". */
export function inputsOf(files: readonly string[], text?: string): Input[] {
  if (text !== undefined) {
    async function* chunks(): AsyncGenerator<Uint8Array, undefined, undefined> {
      yield new TextEncoder().encode(text);
    }
    return [{ name: "-", chunks }, ...files.map(inputOf)];
  }
  return (files.length === 0 ? ["-"] : files).map(inputOf);
}

function inputOf(name: string): Input {
  return { name, chunks: (signal) => readChunks(name, signal) };
}

async function* readChunks(
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, undefined, undefined> {
  try {
    const stream = name === "-" ? process.stdin : createReadStream(name, { highWaterMark: 1 << 18 });
    yield* addAbortSignal(signal, stream) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    const why = codeOf(cause) === "ENOENT" ? "there is no such file" : messageOf(cause);
    throw new Failure(`cannot read ${name}: ${why}`, 1, { cause });
  }
}

/** Text as it comes. Bytes that are no UTF-8 become U+FFFD; a byte order mark is a character like others. */
export async function* readText(
  { chunks }: Input,
  signal: AbortSignal,
): AsyncGenerator<string, undefined, undefined> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const chunk of chunks(signal)) {
    signal.throwIfAborted();
    yield decoder.decode(chunk, { stream: true });
  }
  yield decoder.decode();
}

/**
 * Where a long text may be cut so that its parts are tokenized as the whole is: `words`, before a space with an ASCII letter on
 * either side, where every compiled scanner begins a piece; `lines`, behind a newline; `never`.
 */
export type Cut = "words" | "lines" | "never";

/** UTF-16 units of a part, at least, unless the text ends. */
const partLength = 1 << 18;

/** A text in parts of some length. One that cannot be cut comes whole. */
export async function* readParts(
  input: Input,
  cut: Cut,
  signal: AbortSignal,
): AsyncGenerator<string, undefined, undefined> {
  let pending = "";
  let wanted = partLength;
  for await (const text of readText(input, signal)) {
    pending += text;
    if (cut === "never" || pending.length < wanted) continue;
    const end = lastCut(pending, cut);
    if (end > 0) {
      yield pending.slice(0, end);
      pending = pending.slice(end);
      wanted = partLength;
    } else {
      wanted = 2 * pending.length; // or each chunk would be looked through again and again
    }
  }
  if (pending !== "") yield pending;
}

/** The last place to cut at, or 0. */
export function lastCut(text: string, cut: "words" | "lines"): number {
  if (cut === "lines") return text.lastIndexOf("\n") + 1;
  for (let at = text.lastIndexOf(" "); at > 0; at = text.lastIndexOf(" ", at - 1)) {
    if (isLetter(text.charCodeAt(at - 1)) && isLetter(text.charCodeAt(at + 1))) return at;
  }
  return 0;
}

/** NaN, behind the end, is none. */
function isLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return unit < 0x80 && lower >= 0x61 && lower <= 0x7a;
}
