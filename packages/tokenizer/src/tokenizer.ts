import { DisposedError, DTypeError } from "@lanewise/core-wasm/errors";
import { checkTruncation, encodeRows, type TruncationOptions } from "./batch/encodeRows.js";
import { encodeTexts, type BatchOptions, type TextOrPair } from "./batch/encodeTexts.js";
import { padTokens, type EncodedBatch } from "./batch/padRows.js";
import { countChat, type ChatMessage, type ChatOptions } from "./chat/countChat.js";
import { checkFlag, checkIds, checkLimit, checkText } from "./checks.js";
import type { TokenizerDefinition } from "./definition.js";
import type { Encoding } from "./encodings/encoding.js";
import { IdCollector } from "./idCollector.js";
import { loadParts, type LoadOptions, type TokenizerParts } from "./load.js";
import { BytePipeline } from "./pipeline/bytePipeline.js";
import type { AddedTokenFinder, DecodeOptions, TextPipeline } from "./pipeline/interfaces.js";
import { Template, type Assembled } from "./pipeline/postProcessors/template.js";
import type { SpecialTokenPolicy, SpecialTokens } from "./specialTokens.js";
import { decodingStream, StreamDecoder } from "./streamDecoder.js";
import { TokenTable } from "./tokenTable.js";
import { truncateText, type Side } from "./truncate.js";

/** What the methods that read a text take. */
export interface EncodeOptions {
  /** What becomes of the content of control tokens in the text. Default: that of `load`, else `"disallow"`. */
  readonly specialTokens?: SpecialTokenPolicy | undefined;
  /** Whether what the tokenizer's template puts around a text (`[CLS]`, `<s>`, …) is there. Default: true. */
  readonly addSpecialTokens?: boolean | undefined;
}

/** What `truncate` takes. */
export interface TruncateOptions extends EncodeOptions {
  /** Where the text is cut off. Default: `"right"`, which keeps its beginning. */
  readonly side?: Side | undefined;
}

/** What `encodePair` takes. */
export interface EncodePairOptions extends EncodeOptions, TruncationOptions {}

/** What `encodeBatch` takes. */
export interface EncodeBatchOptions extends EncodeOptions, BatchOptions {}

const noTemplate = new Template();

/**
 * Text to ids and back.
 *
 *     const tokenizer = await Tokenizer.load(o200kBase);
 *     tokenizer.count("Small models, full speed.");
 *
 * A lone surrogate, which UTF-8 has no bytes for, counts as U+FFFD.
 */
export class Tokenizer {
  /** The encoding's, or what `load` was told. */
  readonly name: string | undefined;
  #definition: (() => TokenizerDefinition) | undefined;
  readonly #pipeline: TextPipeline;
  /** The same, where nothing stands around the engine: counts are made without ids there. */
  readonly #plain: BytePipeline | undefined;
  readonly #template: Template;
  /** How many ids it adds to one text. */
  readonly #added: number;
  readonly #special: SpecialTokens;
  #table: TokenTable | undefined;

  private constructor({ name, definition, pipeline, template, specialTokens }: TokenizerParts) {
    this.name = name;
    this.#definition = definition;
    this.#pipeline = pipeline;
    this.#template = template;
    this.#added = template.addedCount(false);
    this.#special = specialTokens;
    this.#plain = pipeline instanceof BytePipeline && this.#added === 0 ? pipeline : undefined;
  }

  /**
   * Unpacks the tables and compiles the kernels: until then, nothing is done.
   *
   * @param source the default export of an encoding's subpath, or what a reader or a trainer made
   * @throws FormatError where the source, or the Wasm module, is not what it must be
   * @throws UnsupportedError where a part of the definition is not supported, or the engine compiles no Wasm
   * @throws RangeError, DTypeError where an option is not what it must be
   */
  static async load(source: Encoding | TokenizerDefinition, options: LoadOptions = {}): Promise<Tokenizer> {
    return new Tokenizer(await loadParts(source, options));
  }

  /** All of it as plain data; the writers of `@lanewise/tokenizer/formats` take it. */
  get definition(): TokenizerDefinition {
    if (!this.#definition) throw disposedError();
    return this.#definition();
  }

  /** One more than the highest id, so that a table of so many rows has one for each. */
  get vocabularySize(): number {
    return this.#tokens().size;
  }

  /** Control tokens and their ids. */
  get specialTokens(): ReadonlyMap<string, number> {
    return this.#tokens().specialTokens;
  }

  /**
   * @returns u32[tokens]: the ids of a text
   * @throws SpecialTokenError where the text has the content of a control token, and `specialTokens` does not say what it is
   * @throws DTypeError, RangeError where an argument is not what it must be
   * @throws DisposedError after `dispose`
   */
  encode(text: string, options?: EncodeOptions): Uint32Array<ArrayBuffer> {
    const ids = this.#encode(text, options);
    return this.#addedTo(options) === 0 ? ids : this.#template.assemble({ ids }).ids;
  }

  /**
   * The same into an array of the caller's.
   *
   * @param out where the ids go; those that it has no room for are only counted
   * @returns how many were written, and how many there are
   * @throws as `encode`
   */
  encodeInto(text: string, out: Uint32Array, options?: EncodeOptions): { written: number; total: number } {
    if (!((out as unknown) instanceof Uint32Array)) throw new DTypeError("out", "a Uint32Array", out);
    const finder = this.#finder(text, options);
    let total = 0;
    const write = (ids: Uint32Array): boolean => {
      const room = out.length - total;
      if (room > 0) out.set(ids.length > room ? ids.subarray(0, room) : ids, total);
      total += ids.length;
      return true;
    };
    if (this.#addedTo(options) === 0) this.#pipeline.encode(text, write, finder);
    else write(this.#template.assemble({ ids: this.#encode(text, options) }).ids);
    return { written: Math.min(total, out.length), total };
  }

  /**
   * How many ids `encode` gives, without an array of them.
   *
   * @throws as `encode`
   */
  count(text: string, options?: EncodeOptions): number {
    return this.#count(text, options, Infinity);
  }

  /**
   * Whether `encode` gives `limit` ids or fewer. Reads no further than it must: a few kilobytes of text beyond the limit.
   *
   * @throws as `encode`
   */
  isWithinLimit(text: string, limit: number, options?: EncodeOptions): boolean {
    checkLimit("limit", limit);
    return this.#count(text, options, limit) <= limit;
  }

  /**
   * As much of a text as makes `maxTokens` ids or fewer: cut between two tokens, never within a character.
   *
   * @returns a prefix of the text, or with `side: "left"` a suffix
   * @throws as `encode`
   */
  truncate(text: string, maxTokens: number, options?: TruncateOptions): string {
    checkLimit("maxTokens", maxTokens);
    const finder = this.#finder(text, options);
    const room = Math.max(0, maxTokens - this.#addedTo(options));
    return truncateText(this.#pipeline, text, room, options?.side ?? "right", finder);
  }

  /**
   * The ids of a text, and where each comes from: `text.slice(starts[i], ends[i])`. A token that is a part of a character has
   * the whole character; what stands for nothing in the text (`[CLS]`) has an empty place.
   *
   * @throws as `encode`
   */
  encodeWithOffsets(text: string, options?: EncodeOptions): Assembled {
    const tokens = this.#pipeline.encodeWithOffsets(text, this.#finder(text, options));
    return this.#templateOf(options).assemble(tokens);
  }

  /**
   * Two texts as a model takes them together, with the places of the ids in either.
   *
   * @throws as `encode`; RangeError where they are too long and are not to be cut
   */
  encodePair(first: string, second: string, options: EncodePairOptions = {}): Assembled {
    checkTruncation(options);
    const [one, two] = [
      this.#pipeline.encodeWithOffsets(first, this.#finder(first, options, "first")),
      this.#pipeline.encodeWithOffsets(second, this.#finder(second, options, "second")),
    ];
    return encodeRows(one, two, this.#templateOf(options), { ...options, overflow: false })[0]!;
  }

  /**
   * Texts, or pairs of texts, as rows of one length.
   *
   * @throws as `encode`; RangeError where rows are to be filled up and no token is named for that, or where a row is too long and
   * is not to be cut
   */
  encodeBatch(texts: readonly TextOrPair[], options: EncodeBatchOptions = {}): EncodedBatch {
    this.#checkLive();
    const padId = options.padId ?? this.#tokens().firstIdOf(padTokens);
    return encodeTexts(texts, { ...options, padId }, this.#templateOf(options), (text, argument) => {
      const finder = this.#finder(text, options, argument);
      if (options.offsets) return this.#pipeline.encodeWithOffsets(text, finder);
      const collector = new IdCollector();
      this.#pipeline.encode(text, collector.sink, finder);
      return { ids: collector.take() };
    });
  }

  /**
   * The ids that messages take of a model's context, by the rule that OpenAI published: 3 a message, the ids of its role, its
   * content and its name, 1 a name, and 3 for the reply. What a message says is text, whatever it looks like.
   *
   *     tokenizer.countChat([{ role: "user", content: "Hello!" }], { model: "gpt-4o" });
   *
   * @throws UnsupportedError where no count is published: other encodings than cl100k_base and o200k_base, tools, images
   * @throws DTypeError, RangeError where a message is none, or the model takes another encoding
   * @throws DisposedError after `dispose`
   */
  countChat(messages: readonly ChatMessage[], options: ChatOptions = {}): number {
    this.#checkLive();
    return countChat(messages, options, this.name, (text) => this.#count(text, asText, Infinity));
  }

  /**
   * The text that ids stand for. Bytes that are no UTF-8, as of half a character, become U+FFFD.
   *
   * @throws RangeError where one stands for no token
   * @throws DTypeError where `ids` is no array of numbers
   * @throws DisposedError after `dispose`
   */
  decode(ids: ArrayLike<number>, options?: DecodeOptions): string {
    this.#checkDecode(ids, options);
    return this.#pipeline.decode(ids, options);
  }

  /**
   * The same as UTF-8. Where tokens are bytes, theirs as they are, be they half a character.
   *
   * @throws as `decode`
   */
  decodeBytes(ids: ArrayLike<number>, options?: DecodeOptions): Uint8Array<ArrayBuffer> {
    this.#checkDecode(ids, options);
    const { pipeline, skipSpecialTokens } = {
      pipeline: this.#pipeline,
      skipSpecialTokens: false,
      ...options,
    };
    if (!(pipeline instanceof BytePipeline)) return new TextEncoder().encode(pipeline.decode(ids, options));
    return new Uint8Array(pipeline.decodeBytes(ids, skipSpecialTokens));
  }

  /**
   * A decoder for ids that come one by one. Each has a state of its own.
   *
   * @throws RangeError where an option is not what it must be
   * @throws DisposedError after `dispose`
   */
  streamDecoder(options?: DecodeOptions): StreamDecoder {
    this.#checkDecode([], options);
    return new StreamDecoder(this.#pipeline.decoder(options), () => this.#checkLive());
  }

  /** The same as a stream to pipe ids through: `ids.pipeThrough(tokenizer.decodeStream())`. @throws as `streamDecoder` */
  decodeStream(options?: DecodeOptions): TransformStream<number | ArrayLike<number>, string> {
    return decodingStream(this.streamDecoder(options));
  }

  /**
   * The bytes of one token, as a copy.
   *
   * @throws RangeError where the id stands for no token
   * @throws DisposedError after `dispose`
   */
  tokenBytes(id: number): Uint8Array<ArrayBuffer> {
    return this.#tokens().bytesOf(id);
  }

  /**
   * The id of the token that has these bytes, or, as UTF-8, this text; undefined where none has.
   *
   * @throws DTypeError where it is neither
   * @throws DisposedError after `dispose`
   */
  idOf(token: string | Uint8Array): number | undefined {
    return this.#tokens().idOf(token);
  }

  /** Lets the memory go; whatever is called then throws a DisposedError. Again is no harm. */
  dispose(): void {
    this.#definition = undefined;
    this.#table = undefined;
    this.#pipeline.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #count(text: string, options: EncodeOptions | undefined, limit: number): number {
    const finder = this.#finder(text, options);
    if (this.#plain) return this.#plain.count(text, finder, limit);
    let count = this.#addedTo(options);
    if (count <= limit) this.#pipeline.encode(text, (ids) => (count += ids.length) <= limit, finder);
    return count;
  }

  #encode(text: string, options: EncodeOptions | undefined): Uint32Array<ArrayBuffer> {
    const collector = new IdCollector();
    this.#pipeline.encode(text, collector.sink, this.#finder(text, options));
    return collector.take();
  }

  /** What to cut out of a text, once all is checked. */
  #finder(text: string, options: EncodeOptions | undefined, argument = "text"): AddedTokenFinder {
    this.#checkLive();
    checkText(argument, text);
    if (options !== undefined) checkFlag("addSpecialTokens", options.addSpecialTokens);
    return this.#special.finder(text, options?.specialTokens, argument);
  }

  #templateOf(options: EncodeOptions | undefined): Template {
    return options?.addSpecialTokens === false ? noTemplate : this.#template;
  }

  #addedTo(options: EncodeOptions | undefined): number {
    return options?.addSpecialTokens === false ? 0 : this.#added;
  }

  #checkDecode(ids: ArrayLike<number>, options: DecodeOptions | undefined): void {
    this.#checkLive();
    checkIds("ids", ids);
    checkFlag("skipSpecialTokens", options?.skipSpecialTokens);
  }

  #tokens(): TokenTable {
    return (this.#table ??= new TokenTable(this.definition));
  }

  #checkLive(): void {
    if (!this.#definition) throw disposedError();
  }
}

function disposedError(): DisposedError {
  return new DisposedError("tokenizer", "a live tokenizer", "a disposed one");
}

/** What a chat's messages are read with. */
const asText: EncodeOptions = { specialTokens: "text", addSpecialTokens: false };
