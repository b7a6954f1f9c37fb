import { RangeError } from "@lanewise/core-wasm/errors";
import type { TrainingDocuments } from "./events.js";

/** UTF-16 units of a long document that are counted at a time. */
const WINDOW = 1 << 18;

/** @throws RangeError unless they are what `TrainingDocuments` says; what an iterable yields is checked as it comes */
export function checkDocuments(documents: TrainingDocuments): void {
  if (typeof documents === "string") return;
  if (typeof documents === "object" && documents !== null) {
    if (Symbol.iterator in documents || Symbol.asyncIterator in documents) return;
  }
  throw new RangeError("documents", "a string, or an iterable of strings", documents);
}

/**
 * The documents one by one.
 *
 * @throws RangeError where one is no string
 * @throws the signal's reason, where it is aborted while a document is waited for
 */
export async function* eachDocument(
  documents: TrainingDocuments,
  signal: AbortSignal | undefined,
): AsyncGenerator<string, undefined, undefined> {
  if (typeof documents === "string") {
    yield documents;
  } else if (Symbol.asyncIterator in documents) {
    for await (const document of untilAborted(documents, signal)) yield checked(document);
  } else {
    for (const document of documents) yield checked(document);
  }
}

function checked(document: unknown): string {
  if (typeof document !== "string") throw new RangeError("documents", "strings", document);
  return document;
}

/** The same iterable, but that it ends by the signal's reason, also where its next value never comes. */
async function* untilAborted<T>(
  iterable: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, undefined, undefined> {
  const iterator = iterable[Symbol.asyncIterator]();
  let open = true;
  try {
    for (;;) {
      const next = await unlessAborted(iterator.next(), signal);
      if (next.done) {
        open = false;
        return;
      }
      yield next.value;
    }
  } finally {
    // Not awaited: what does not come need not end either.
    if (open) iterator.return?.().catch(() => undefined);
  }
}

/** A listener a wait: a race against one promise of the whole training would keep all that ever came alive. */
function unlessAborted<T>(awaited: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return awaited;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as unknown);
    const stop = (): void => signal.removeEventListener("abort", abort);
    awaited.then(resolve, reject).finally(stop);
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

/**
 * Cuts a long text where every splitter begins a word: before a space with an ASCII letter on either side. So long texts
 * need little memory, and their words are what they are in the whole. A text without such places stays whole.
 */
export function* windows(text: string): Generator<string, undefined, undefined> {
  const place = /[a-z](?= [a-z])/g;
  let from = 0;
  while (text.length - from > WINDOW) {
    place.lastIndex = from + WINDOW;
    if (!place.test(text)) break;
    yield text.slice(from, place.lastIndex);
    from = place.lastIndex;
  }
  yield from === 0 ? text : text.slice(from);
}
