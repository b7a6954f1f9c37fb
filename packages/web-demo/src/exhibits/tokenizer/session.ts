import type { EncodingId, TokenizerId } from "./catalogue.js";
import { limits } from "./config.js";
import type { Engine, Reader } from "./engine.js";
import { Lesson } from "./lesson.js";
import type { Reply, Request, TokenSpan } from "./protocol.js";

/** What the session stands on: the worker's own, or doubles in a test. */
export interface SessionParts {
  readonly engine: Engine;
  readonly post: (reply: Reply) => void;
  /** Lets messages that wait come first. */
  readonly breathe: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
  readonly fetchText: (url: string) => Promise<string>;
}

type Read = Request & { type: "read" };

/** Counts are timed in batches of so many milliseconds at least: browsers' clocks tick coarsely. */
const timing = { batch: 4, batches: 5 };

/** The worker's part: reads texts with tokenizers, and trains one. */
export class Session {
  readonly #parts: SessionParts;
  readonly #readers = new Map<TokenizerId, Promise<Reader>>();
  #latest: Read | undefined;
  /** The tokens of the text that is shown. */
  #shown:
    | { revision: number; reader: Reader; ids: Uint32Array; starts: Uint32Array; ends: Uint32Array }
    | undefined;
  #lesson: Lesson | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  handle(request: Request): void {
    switch (request.type) {
      case "read":
        this.#latest = request;
        void this.#read(request);
        return;
      case "show":
        if (this.#shown?.revision === request.revision) this.#post(request.revision, request.from);
        return;
      case "train": {
        this.#lesson?.stop();
        const lesson = new Lesson(this.#parts, request, (definition) => this.#keep(definition));
        this.#lesson = lesson;
        void lesson.run();
        return;
      }
      case "stop":
        if (this.#lesson?.id === request.run) this.#lesson.stop();
        return;
      case "save":
        if (this.#lesson?.id === request.run) void this.#lesson.save(request.format);
        return;
    }
  }

  async #keep(definition: Reader["definition"]): Promise<void> {
    const before = this.#readers.get("own");
    const made = this.#parts.engine.make(definition);
    this.#readers.set("own", made);
    await made;
    const old = await before?.catch(() => undefined);
    if (old && this.#shown?.reader === old) this.#shown = undefined;
    old?.dispose();
  }

  async #read(request: Read): Promise<void> {
    const isStale = (): boolean => this.#latest !== request;
    // One that is typed over meanwhile is never begun.
    await this.#parts.breathe();
    if (isStale()) return;
    await this.#guarded(request, request.tokenizer, (reader) => {
      const { text, revision, tokenizer, policy } = request;
      if (isStale()) return;
      const { ids, starts, ends } = reader.encodeWithOffsets(text, { specialTokens: policy });
      this.#shown = { revision, reader, ids, starts, ends };
      this.#post(revision, 0, tokenizer);
    });
    const others = request.compare.filter((encoding) => encoding !== request.tokenizer);
    for (const tokenizer of [request.tokenizer, ...others]) {
      await this.#parts.breathe();
      if (isStale()) return;
      await this.#guarded(request, tokenizer, (reader) => {
        if (!isStale()) this.#count(request, tokenizer, reader);
      });
    }
  }

  /** What cannot be loaded, or refuses the text, says so, and the others go on. */
  async #guarded(request: Read, tokenizer: TokenizerId, use: (reader: Reader) => void): Promise<void> {
    let reader: Reader;
    try {
      reader = await this.#reader(tokenizer);
    } catch (error) {
      this.#parts.post({ type: "unavailable", tokenizer, reason: reasonOf(error) });
      return;
    }
    try {
      use(reader);
    } catch (error) {
      const { revision } = request;
      this.#parts.post({ type: "refused", revision, tokenizer, reason: reasonOf(error) });
    }
  }

  #reader(tokenizer: TokenizerId): Promise<Reader> {
    const known = this.#readers.get(tokenizer);
    if (known) return known;
    if (tokenizer === "own") return Promise.reject(new Error("nothing has been trained yet"));
    const opened = this.#open(tokenizer);
    this.#readers.set(tokenizer, opened);
    // The next text tries again.
    opened.catch(() => this.#readers.delete(tokenizer));
    return opened;
  }

  async #open(tokenizer: EncodingId): Promise<Reader> {
    const { engine, post, now } = this.#parts;
    post({ type: "loading", tokenizer });
    const began = now();
    const reader = await engine.open(tokenizer);
    post({ type: "loaded", tokenizer, milliseconds: now() - began });
    return reader;
  }

  /** Milliseconds of one count of the whole text: the median of some batches, after one that warms up and says how many make a batch. */
  #count({ revision, text, policy }: Read, tokenizer: TokenizerId, reader: Reader): void {
    const options = { specialTokens: policy };
    const { now, post } = this.#parts;
    const time = (calls: number): number => {
      const began = now();
      for (let i = 0; i < calls; i++) reader.count(text, options);
      return now() - began;
    };
    const count = reader.count(text, options);
    let calls = 1;
    while (time(calls) < timing.batch && calls < 1 << 16) calls *= 2;
    const taken = Array.from({ length: timing.batches }, () => time(calls) / calls).sort((x, y) => x - y);
    post({ type: "counted", revision, tokenizer, count, milliseconds: taken[timing.batches >> 1]! });
  }

  #post(revision: number, from: number, tokenizer = this.#latest!.tokenizer): void {
    const { reader, ids, starts, ends } = this.#shown!;
    const first = Math.max(0, Math.min(from, ids.length - 1));
    const last = Math.min(ids.length, first + limits.drawn);
    const span = spanOf(
      reader,
      first,
      ids.slice(first, last),
      starts.slice(first, last),
      ends.slice(first, last),
    );
    const bytes = new TextEncoder().encode(this.#latest!.text).length;
    this.#parts.post({ type: "tokens", revision, tokenizer, total: ids.length, bytes, span });
  }
}

function spanOf(
  reader: Reader,
  from: number,
  ids: Uint32Array,
  starts: Uint32Array,
  ends: Uint32Array,
): TokenSpan {
  const parts = Array.from(ids, (id) => reader.tokenBytes(id));
  const byteEnds = new Uint32Array(parts.length);
  let length = 0;
  parts.forEach((part, i) => (byteEnds[i] = length += part.length));
  const bytes = new Uint8Array(length);
  parts.forEach((part, i) => bytes.set(part, byteEnds[i]! - part.length));
  return { from, ids, starts, ends, bytes, byteEnds };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
