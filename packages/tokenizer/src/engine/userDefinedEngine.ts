import type { Vocabulary } from "../vocabulary.js";
import type { Engine, IdSink, TokensWithEnds } from "./engine.js";
import { StringFinder } from "./stringFinder.js";

/**
 * An engine around another: tokens that a user defined are cut out of each piece from left to right, the longest at each
 * place, and what lies between is a piece of its own.
 */
export class UserDefinedEngine implements Engine {
  readonly #inner: Engine;
  readonly #finder: StringFinder;
  readonly #ids: ReadonlyMap<string, number>;

  constructor(inner: Engine, vocabulary: Vocabulary, userDefined: Uint32Array) {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    this.#inner = inner;
    this.#ids = new Map(Array.from(userDefined, (id) => [decoder.decode(vocabulary.token(id)), id]));
    this.#finder = new StringFinder([...this.#ids.keys()]);
  }

  encode(text: string, sink: IdSink): void {
    this.#encode(text, sink);
  }

  count(text: string, limit: number = Infinity): number {
    let count = 0;
    this.#encode(text, (ids) => (count += ids.length) <= limit);
    return count;
  }

  encodePieces(pieces: readonly string[], sink: IdSink): void {
    for (const piece of pieces) if (!this.#encode(piece, sink)) return;
  }

  encodeWithEnds(text: string): TokensWithEnds {
    return this.encodePiecesWithEnds([text]);
  }

  encodePiecesWithEnds(pieces: readonly string[]): TokensWithEnds {
    const ids: number[] = [];
    const ends: number[] = [];
    let bytes = 0;
    for (const piece of pieces) {
      this.#cut(piece, (part, id) => {
        const tokens = id === undefined ? this.#inner.encodeWithEnds(part) : undefined;
        for (const [i, token] of tokens?.ids.entries() ?? [[0, id!] as const]) {
          ids.push(token);
          ends.push(bytes + (tokens ? tokens.ends[i]! : utf8Length(part)));
        }
        bytes += utf8Length(part);
        return true;
      });
    }
    return { ids: Uint32Array.from(ids), ends: Uint32Array.from(ends) };
  }

  decode(ids: ArrayLike<number>): Uint8Array {
    return this.#inner.decode(ids);
  }

  dispose(): void {
    this.#inner.dispose();
  }

  #encode(text: string, sink: IdSink): boolean {
    let wanted = true;
    const give: IdSink = (ids) => (wanted = sink(ids));
    this.#cut(text, (part, id) => {
      if (id === undefined) this.#inner.encode(part, give);
      else give(Uint32Array.of(id));
      return wanted;
    });
    return wanted;
  }

  /** The parts of a text, and their ids where they are tokens of the user's, until `use` returns false. */
  #cut(text: string, use: (part: string, id: number | undefined) => boolean): void {
    let done = 0;
    for (let i = this.#finder.next(text, 0); i < text.length; i = this.#finder.next(text, i)) {
      const found = this.#finder.longestAt(text, i);
      if (found === "") {
        i++;
        continue;
      }
      if (i > done && !use(text.slice(done, i), undefined)) return;
      if (!use(found, this.#ids.get(found))) return;
      done = i += found.length;
    }
    if (done < text.length) use(text.slice(done), undefined);
  }
}

const encoder = new TextEncoder();

function utf8Length(text: string): number {
  return encoder.encode(text).length;
}
