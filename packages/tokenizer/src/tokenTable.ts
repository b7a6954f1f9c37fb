import { DTypeError, RangeError } from "@lanewise/core-wasm/errors";
import type { AddedToken, TokenizerDefinition } from "./definition.js";
import { TokenIndex } from "./tokenIndex.js";

/** Tokens by id and ids by token, the added ones among them. Made when somebody asks. */
export class TokenTable {
  /** One more than the highest id. */
  readonly size: number;
  readonly specialTokens: ReadonlyMap<string, number>;
  readonly #definition: TokenizerDefinition;
  readonly #added: ReadonlyMap<number, AddedToken>;
  readonly #idsOfAdded: ReadonlyMap<string, number>;
  /** Bytes by the ids that stand for single bytes (`<0x0A>`). */
  readonly #bytesOfIds: ReadonlyMap<number, number>;
  #index: TokenIndex | undefined;

  constructor(definition: TokenizerDefinition) {
    const { model, addedTokens = [] } = definition;
    this.#definition = definition;
    this.#added = new Map(addedTokens.map((token) => [token.id, token]));
    this.#idsOfAdded = new Map(addedTokens.map(({ content, id }) => [content, id]));
    const special = addedTokens.filter((token) => token.special);
    this.specialTokens = new Map(special.map(({ content, id }) => [content, id]));
    this.size = addedTokens.reduce((size, { id }) => Math.max(size, id + 1), model.vocabulary.size);
    const fallback = "byteFallback" in model ? (model.byteFallback ?? []) : [];
    this.#bytesOfIds = new Map(Array.from(fallback, (id, byte) => [id, byte]));
  }

  /**
   * A copy of a token's bytes.
   *
   * @throws RangeError where the id stands for no token
   */
  bytesOf(id: number): Uint8Array<ArrayBuffer> {
    const { vocabulary } = this.#definition.model;
    const added = this.#added.get(id);
    if (added) return new TextEncoder().encode(added.content);
    const byte = this.#bytesOfIds.get(id);
    if (byte !== undefined) return Uint8Array.of(byte);
    const bytes = Number.isInteger(id) && id >= 0 && id < vocabulary.size ? vocabulary.token(id) : undefined;
    if (!bytes?.length) throw new RangeError("id", `the id of a token, below ${this.size}`, id);
    return new Uint8Array(bytes);
  }

  /** The id of the first of these added tokens that there is. */
  firstIdOf(contents: readonly string[]): number | undefined {
    const content = contents.find((wanted) => this.#idsOfAdded.has(wanted));
    return content === undefined ? undefined : this.#idsOfAdded.get(content);
  }

  /**
   * The id of a token, by its bytes or, as UTF-8, its text.
   *
   * @throws DTypeError where it is neither
   */
  idOf(token: string | Uint8Array): number | undefined {
    if (typeof token === "string") {
      const added = this.#idsOfAdded.get(token);
      if (added !== undefined) return added;
    } else if (!((token as unknown) instanceof Uint8Array)) {
      throw new DTypeError("token", "a string or a Uint8Array", token);
    }
    this.#index ??= new TokenIndex(this.#definition.model.vocabulary);
    return this.#index.find(typeof token === "string" ? new TextEncoder().encode(token) : token);
  }
}
