import { DisposedError, RangeError } from "@lanewise/core-wasm/errors";
import type { AddedToken } from "../definition.js";
import type { Engine, IdSink } from "../engine/engine.js";
import type { Vocabulary } from "../vocabulary.js";
import { AddedTokens } from "./addedTokens.js";
import type {
  AddedTokenFinder,
  DecodeOptions,
  FoundToken,
  StreamingDecoder,
  TextPipeline,
  TokensWithOffsets,
} from "./interfaces.js";
import { utf16Spans } from "./utf16Spans.js";

/**
 * The pipeline where nothing stands around the engine: OpenAI's encodings and those that follow them. Text goes to the engine
 * as it comes, and the bytes of the tokens are the bytes of the text.
 */
export class BytePipeline implements TextPipeline {
  readonly #engine: Engine;
  readonly #trims: boolean;
  readonly #gaps: Gaps | undefined;
  #readVocabulary: () => Vocabulary;
  readonly #all: AddedTokens;
  /** The UTF-8 of added tokens by id. */
  readonly #added = new Map<number, Uint8Array>();
  readonly #special = new Set<number>();
  #lowestAdded = Infinity;
  readonly #text = new TextDecoder("utf-8", { ignoreBOM: true });

  /**
   * @param readVocabulary the model's; asked for when it is needed
   * @param trims whether offsets leave out the spaces at a token's ends
   * @param gaps given where text may have bytes that are no tokens, so that tokens' bytes are not all of the text's
   */
  constructor(
    addedTokens: readonly AddedToken[],
    engine: Engine,
    readVocabulary: () => Vocabulary,
    trims: boolean = false,
    gaps?: Gaps,
  ) {
    this.#trims = trims;
    this.#gaps = gaps;
    this.#engine = engine;
    this.#readVocabulary = readVocabulary;
    this.#all = new AddedTokens(addedTokens);
    const encoder = new TextEncoder();
    for (const { id, content, special } of addedTokens) {
      this.#added.set(id, encoder.encode(content));
      if (special) this.#special.add(id);
      this.#lowestAdded = Math.min(this.#lowestAdded, id);
    }
  }

  encode(text: string, sink: IdSink, finder: AddedTokenFinder = this.#all): void {
    const found = finder.find(text, 0);
    if (found === undefined) this.#engine.encode(text, sink);
    else this.#encodeAround(text, found, sink, finder);
  }

  /** How many ids `encode` gives; where they are more than `limit`, some number above it. */
  count(text: string, finder: AddedTokenFinder = this.#all, limit?: number): number {
    const found = finder.find(text, 0);
    if (found === undefined) return this.#engine.count(text, limit);
    let count = 0;
    const add: IdSink = (ids) => (count += ids.length) <= (limit ?? Infinity);
    this.#encodeAround(text, found, add, finder);
    return count;
  }

  #encodeAround(text: string, first: FoundToken, sink: IdSink, finder: AddedTokenFinder): void {
    let wanted = true;
    const pass: IdSink = (ids) => (wanted = sink(ids));
    let at = 0;
    for (let found: FoundToken | undefined = first; found && wanted; found = finder.find(text, at)) {
      if (found.start > at) this.#engine.encode(text.slice(at, found.start), pass);
      if (wanted) wanted = sink(Uint32Array.of(found.token.id));
      at = found.end;
    }
    if (wanted && at < text.length) this.#engine.encode(text.slice(at), pass);
  }

  encodeWithOffsets(
    text: string,
    finder: AddedTokenFinder = this.#all,
    atMost: number = Infinity,
  ): TokensWithOffsets {
    const { ids, ...spans } = this.#gaps
      ? this.#encodeWithGaps(text, finder, this.#gaps)
      : this.#encodeWithoutGaps(text, finder, atMost);
    if (this.#trims) ids.forEach((id, index) => !this.#added.has(id) && trim(text, spans, index));
    return { ids: Uint32Array.from(ids), ...spans };
  }

  /** The tokens' bytes are the text's: their lengths say where they are. */
  #encodeWithoutGaps(text: string, finder: AddedTokenFinder, atMost: number): Placed {
    const ids: number[] = [];
    const collect: IdSink = (chunk) => {
      for (let index = 0; index < chunk.length && ids.length < atMost; index++) ids.push(chunk[index]!);
      return ids.length < atMost;
    };
    this.encode(text, collect, finder);
    const byteEnds = new Uint32Array(ids.length);
    let end = 0;
    ids.forEach((id, index) => (byteEnds[index] = end += this.#bytesOf(id).length));
    return { ids, ...utf16Spans(text, byteEnds) };
  }

  /** The engine says where tokens end; what is behind the one before, and more than the token's own bytes, no token has. */
  #encodeWithGaps(text: string, finder: AddedTokenFinder, { unknownId }: Gaps): Placed {
    const out = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    let at = 0;
    for (;;) {
      const found = finder.find(text, at);
      const part = text.slice(at, found?.start);
      const { ids, ends } = this.#engine.encodeWithEnds(part);
      // A stretch before each token, which is empty where there is no gap.
      const bounds = new Uint32Array(2 * ids.length);
      ids.forEach((id, i) => {
        const before = i === 0 ? 0 : ends[i - 1]!;
        bounds[2 * i] = id === unknownId ? before : Math.max(before, ends[i]! - this.#bytesOf(id).length);
        bounds[2 * i + 1] = ends[i]!;
      });
      const spans = utf16Spans(part, bounds);
      ids.forEach((id, i) => place(out, id, at + spans.starts[2 * i + 1]!, at + spans.ends[2 * i + 1]!));
      if (!found) break;
      place(out, found.token.id, found.start, found.end);
      at = found.end;
    }
    return { ids: out.ids, starts: Uint32Array.from(out.starts), ends: Uint32Array.from(out.ends) };
  }

  decoder({ skipSpecialTokens = false }: DecodeOptions = {}): StreamingDecoder {
    const text = new TextDecoder("utf-8", { ignoreBOM: true });
    return {
      push: (id) => {
        const bytes = this.#bytesOf(id);
        return skipSpecialTokens && this.#special.has(id) ? "" : text.decode(bytes, { stream: true });
      },
      end: () => text.decode(),
    };
  }

  decode(ids: ArrayLike<number>, { skipSpecialTokens = false }: DecodeOptions = {}): string {
    return this.#text.decode(this.decodeBytes(ids, skipSpecialTokens));
  }

  /** The tokens' bytes, joined: a view that is good until the next call. */
  decodeBytes(ids: ArrayLike<number>, skipSpecialTokens: boolean): Uint8Array {
    let added = 0;
    for (let index = 0; index < ids.length; index++) {
      if (ids[index]! >= this.#lowestAdded && this.#added.has(ids[index]!)) added++;
    }
    return added === 0 ? this.#engine.decode(ids) : this.#decodeAround(ids, skipSpecialTokens);
  }

  #decodeAround(ids: ArrayLike<number>, skipSpecialTokens: boolean): Uint8Array {
    const parts: Uint8Array[] = [];
    let run: number[] = [];
    let length = 0;
    const take = (bytes: Uint8Array): void => {
      parts.push(bytes);
      length += bytes.length;
    };
    for (let index = 0; index <= ids.length; index++) {
      const bytes = index < ids.length ? this.#added.get(ids[index]!) : undefined;
      if (index < ids.length && bytes === undefined) {
        this.#checkId(`ids[${index}]`, ids[index]!); // the engine would name its place in the run
        run.push(ids[index]!);
        continue;
      }
      if (run.length > 0) take(this.#engine.decode(run).slice());
      run = [];
      if (bytes !== undefined && !(skipSpecialTokens && this.#special.has(ids[index]!))) take(bytes);
    }
    const joined = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }

  #bytesOf(id: number): Uint8Array {
    const added = this.#added.get(id);
    if (added) return added;
    this.#checkId("id", id);
    return this.#readVocabulary().token(id);
  }

  #checkId(argument: string, id: number): void {
    const { size, offsets } = this.#readVocabulary();
    // Of what is no integer, or out of bounds, there are no offsets, and of a gap they are the same.
    if (!(id < size && offsets[id + 1]! > offsets[id]!))
      throw new RangeError(argument, "the id of a token", id);
  }

  dispose(): void {
    this.#engine.dispose();
    this.#readVocabulary = disposed;
  }
}

/** Bytes that are no token. */
export interface Gaps {
  /** What stands for them; absent: nothing does. */
  readonly unknownId: number | undefined;
}

interface Placed extends Omit<TokensWithOffsets, "ids"> {
  readonly ids: readonly number[];
}

function place(out: Record<keyof Placed, number[]>, id: number, start: number, end: number): void {
  out.ids.push(id);
  out.starts.push(start);
  out.ends.push(end);
}

function disposed(): never {
  throw new DisposedError("tokenizer", "a live tokenizer", "a disposed one");
}

function trim(text: string, { starts, ends }: Omit<TokensWithOffsets, "ids">, index: number): void {
  while (starts[index]! < ends[index]! && text[starts[index]!] === " ") starts[index]!++;
  while (starts[index]! < ends[index]! && text[ends[index]! - 1] === " ") ends[index]!--;
}
