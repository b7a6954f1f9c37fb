import type { TokenizerDefinition } from "../definition.js";
import type { Engine, IdSink } from "../engine/engine.js";
import { AddedTokens } from "./addedTokens.js";
import { compileDecoder, type DecoderParts } from "./decoders/index.js";
import type {
  AddedTokenFinder,
  DecodeOptions,
  StreamingDecoder,
  TextPipeline,
  TokensWithOffsets,
} from "./interfaces.js";
import { compileNormalizer, type TextNormalizer } from "./normalizers/index.js";
import { cutPiece, cutText, normalizePiece, partOf, type Piece, spanOf } from "./pieces.js";
import { compilePreTokenizer, type Step } from "./preTokenizers/index.js";
import { trimsOffsets } from "./postProcessors/trimOffsets.js";
import { utf16Spans } from "./utf16Spans.js";

/**
 * A definition around an engine: added tokens are found, what lies between is normalised, cut, and given to the engine.
 * What only the engine has to do (a scanner without a normalizer) goes to it as it comes.
 *
 * @throws UnsupportedError where a part of the definition is not supported
 */
export class Pipeline implements TextPipeline {
  readonly #engine: Engine;
  readonly #normalizer: TextNormalizer | undefined;
  readonly #steps: readonly Step[];
  /** The engine's scanner cuts, so that whole texts are given to it; otherwise pieces, which are final. */
  readonly #scans: boolean;
  readonly #addedTokens: AddedTokens;
  readonly #trims: boolean;
  readonly #decoder: DecoderParts;

  /** @param engine with the scanner that `engineScanner` names */
  constructor(definition: TokenizerDefinition, engine: Engine) {
    const { normalizer, preTokenizer, addedTokens = [], postProcessor } = definition;
    this.#engine = engine;
    this.#normalizer = normalizer && compileNormalizer(normalizer);
    this.#steps = compilePreTokenizer(preTokenizer);
    this.#scans = this.#steps.at(-1)?.type === "scanner" || this.#steps.every(({ type }) => type !== "cut");
    this.#addedTokens = new AddedTokens(addedTokens);
    this.#trims = trimsOffsets(postProcessor);
    this.#decoder = compileDecoder(definition);
  }

  encode(text: string, sink: IdSink, finder: AddedTokenFinder = this.#addedTokens): void {
    const state = { wanted: true };
    const give: IdSink = (ids) => (state.wanted = sink(ids));
    let at = 0;
    while (state.wanted) {
      const found = finder.find(text, at);
      this.#encodeText(text.slice(at, found?.start), at === 0, give, state, finder);
      if (!found) return;
      if (state.wanted) give(Uint32Array.of(found.token.id));
      at = found.end;
    }
  }

  /** What lies between added tokens. */
  #encodeText(
    text: string,
    isFirst: boolean,
    give: IdSink,
    state: { readonly wanted: boolean },
    finder: AddedTokenFinder,
  ): void {
    if (text === "") return;
    const plain = this.#normalize(text);
    let at = 0;
    while (state.wanted) {
      const found = finder.findNormalized(plain, at, this.#normalize);
      const pieces = cutText(plain.slice(at, found?.start), this.#steps, isFirst && at === 0);
      if (!this.#scans) this.#engine.encodePieces(pieces, give);
      else for (const piece of pieces) if (state.wanted) this.#engine.encode(piece, give);
      if (!found) return;
      if (state.wanted) give(Uint32Array.of(found.token.id));
      at = found.end;
    }
  }

  encodeWithOffsets(text: string, finder: AddedTokenFinder = this.#addedTokens): TokensWithOffsets {
    const out: Offsets = { ids: [], starts: [], ends: [] };
    let at = 0;
    for (;;) {
      const found = finder.find(text, at);
      const raw = partOf({ text, origin: 0 }, at, found?.start ?? text.length);
      const plain = this.#normalizer && raw.text !== "" ? normalizePiece(raw, this.#normalizer) : raw;
      for (let from = 0; ;) {
        const inside = finder.findNormalized(plain.text, from, this.#normalize);
        this.#encodePiece(partOf(plain, from, inside?.start ?? plain.text.length), text, out);
        if (!inside) break;
        push(out, inside.token.id, ...spanOf(plain, inside.start, inside.end));
        from = inside.end;
      }
      if (!found) break;
      push(out, found.token.id, found.start, found.end);
      at = found.end;
    }
    return {
      ids: Uint32Array.from(out.ids),
      starts: Uint32Array.from(out.starts),
      ends: Uint32Array.from(out.ends),
    };
  }

  decoder({ skipSpecialTokens = false }: DecodeOptions = {}): StreamingDecoder {
    return this.#decoder.stream(skipSpecialTokens);
  }

  decode(ids: ArrayLike<number>, { skipSpecialTokens = false }: DecodeOptions = {}): string {
    const decoder = this.#decoder.stream(skipSpecialTokens);
    const parts: string[] = [];
    for (let i = 0; i < ids.length; i++) parts.push(decoder.push(ids[i]!));
    parts.push(decoder.end());
    return parts.join("");
  }

  dispose(): void {
    this.#engine.dispose();
  }

  readonly #normalize = (content: string): string => this.#normalizer?.normalize(content) ?? content;

  #encodePiece(whole: Piece, original: string, out: Offsets): void {
    if (whole.text === "") return;
    const pieces = cutPiece(whole, this.#steps);
    if (this.#scans) {
      for (const piece of pieces) {
        const { ids, ends } = this.#engine.encodeWithEnds(piece.text);
        this.#place(piece, ids, ends, original, out);
      }
      return;
    }
    const { ids, ends } = this.#engine.encodePiecesWithEnds(pieces.map(({ text }) => text));
    // The tokens of all pieces run on: each piece has those that end within its bytes.
    let token = 0;
    let byte = 0;
    for (const piece of pieces) {
      const limit = byte + utf8Length(piece.text);
      const first = token;
      while (token < ids.length && ends[token]! <= limit) token++;
      const own = ends.slice(first, token).map((end) => end - byte);
      this.#place(piece, ids.subarray(first, token), own, original, out);
      byte = limit;
    }
  }

  #place(piece: Piece, ids: Uint32Array, byteEnds: Uint32Array, original: string, out: Offsets): void {
    const spans = utf16Spans(piece.text, byteEnds);
    for (let i = 0; i < ids.length; i++) {
      let [start, end] = spanOf(piece, spans.starts[i]!, spans.ends[i]!);
      if (this.#trims) {
        while (start < end && original[start] === " ") start++;
        while (start < end && original[end - 1] === " ") end--;
      }
      push(out, ids[i]!, start, end);
    }
  }
}

interface Offsets {
  readonly ids: number[];
  readonly starts: number[];
  readonly ends: number[];
}

function push(out: Offsets, id: number, start: number, end: number): void {
  out.ids.push(id);
  out.starts.push(start);
  out.ends.push(end);
}

/** Bytes of a text's UTF-8, lone surrogates counting as U+FFFD. */
function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    length += unit < 0x800 ? 1 : 2;
    // The second half of a pair adds nothing: four bytes for two code units.
    if ((unit & 0xfc00) === 0xd800 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) i++;
  }
  return length;
}
