import type { BpeModel } from "../definition.js";

/** A token and where it ends, in bytes. */
export interface ReferenceToken {
  readonly id: number;
  readonly end: number;
}

/**
 * Byte-pair encoding of one piece, as it is defined: of all neighbours that may merge those of least priority do, the leftmost of equal
 * ones, until none may. Which may: with priority "id" and "score" any two whose bytes together are a token, with "merges" those listed.
 *
 * Ref: Sennrich et al. 2016, arXiv:1508.07909; Kudo & Richardson 2018, arXiv:1808.06226 (scores, byte fallback); tiktoken (whole pieces)
 */
export class ReferenceBpe {
  readonly #model: BpeModel;
  readonly #ids = new Map<string, number>();
  readonly #merges = new Map<string, { rank: number; id: number }>();

  constructor(model: BpeModel) {
    this.#model = model;
    const { vocabulary, priority, byteFallback } = model;
    const fallbacks = new Set(byteFallback);
    for (let id = 0; id < vocabulary.size; id++) {
      const bytes = binary(vocabulary.token(id));
      if (bytes !== "" && !fallbacks.has(id) && !this.#ids.has(bytes)) this.#ids.set(bytes, id);
    }
    if (priority.by !== "merges") return;
    for (let i = 0; 2 * i < priority.pairs.length; i++) {
      const [left, right] = [priority.pairs[2 * i]!, priority.pairs[2 * i + 1]!];
      const id = this.#ids.get(binary(vocabulary.token(left)) + binary(vocabulary.token(right)));
      if (id !== undefined) this.#merges.set(`${left} ${right}`, { rank: i, id });
    }
  }

  encode(piece: Uint8Array): ReferenceToken[] {
    const bytes = binary(piece);
    const whole = this.#ids.get(bytes);
    if (this.#model.wholePieces && whole !== undefined) return [{ id: whole, end: piece.length }];
    const tokens: ReferenceToken[] = [];
    let known: ReferenceToken[] = [];
    let wasUnknown = false;
    for (let begin = 0; begin < bytes.length;) {
      const end = begin + (this.#model.alphabet === "bytes" ? 1 : characterLength(piece[begin]!));
      const id = this.#ids.get(bytes.slice(begin, end));
      if (id !== undefined) {
        known.push({ id, end });
        wasUnknown = false;
      } else {
        tokens.push(...this.#merge(known));
        known = [];
        this.#addUnknown(tokens, piece, begin, end, wasUnknown);
        wasUnknown = true;
      }
      begin = end;
    }
    tokens.push(...this.#merge(known));
    return tokens;
  }

  #addUnknown(tokens: ReferenceToken[], piece: Uint8Array, begin: number, end: number, again: boolean): void {
    const { byteFallback, unknownId, fuseUnknown } = this.#model;
    if (byteFallback) {
      for (let i = begin; i < end; i++) tokens.push({ id: byteFallback[piece[i]!]!, end: i + 1 });
    } else if (unknownId !== undefined) {
      if (again && fuseUnknown) tokens.pop();
      tokens.push({ id: unknownId, end });
    }
  }

  #merge(tokens: ReferenceToken[]): ReferenceToken[] {
    const parts = [...tokens];
    for (;;) {
      let best: { rank: number; id: number } | undefined;
      let at = 0;
      for (let i = 0; i + 1 < parts.length; i++) {
        const merge = this.#mergeOf(parts[i]!.id, parts[i + 1]!.id);
        if (merge && (!best || merge.rank < best.rank)) {
          best = merge;
          at = i;
        }
      }
      if (!best) return parts;
      parts.splice(at, 2, { id: best.id, end: parts[at + 1]!.end });
    }
  }

  #mergeOf(left: number, right: number): { rank: number; id: number } | undefined {
    const { priority, vocabulary } = this.#model;
    if (priority.by === "merges") return this.#merges.get(`${left} ${right}`);
    const id = this.#ids.get(binary(vocabulary.token(left)) + binary(vocabulary.token(right)));
    if (id === undefined) return undefined;
    return { id, rank: priority.by === "id" ? id : -priority.scores[id]! };
  }
}

/** Bytes as a string of as many characters, for keys. */
function binary(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

function characterLength(lead: number): number {
  return lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}
