import { FormatError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { checkBytes } from "../checks.js";
import type { AddedToken, Model, Normalizer, TokenizerDefinition } from "../definition.js";
import { Charsmap } from "../pipeline/normalizers/charsmap.js";
import { Vocabulary } from "../vocabulary.js";
import { byteOfName } from "./byteNames.js";
import {
  type ModelProto,
  ModelType,
  type NormalizerSpec,
  PieceType,
  decodeModelProto,
} from "./sentencePiece/modelProto.js";
import { spaceMarkDecoder, surroundWith } from "./spaceMark.js";

export { writeSentencePiece } from "./sentencePiece/write.js";

export interface ReadSentencePieceOptions {
  /** Texts begin with the token `<s>` (or what the file names so), as LLaMA wants it. A file does not say; default false. */
  readonly addBos?: boolean;
  /** Texts end with `</s>`. Default false. */
  readonly addEos?: boolean;
}

/**
 * Reads a SentencePiece model: BPE or Unigram, with or without byte fallback.
 *
 * Tokens keep U+2581 for a space, and bytes their names (`<0x0A>`). Control tokens and the unknown one are added tokens, with
 * no bytes in the vocabulary: text does not produce them. Source: sentencepiece_model.proto.
 *
 * @throws FormatError where the bytes are no such model, or one that contradicts itself
 * @throws DTypeError unless it is a Uint8Array
 * @throws UnsupportedError where it is a model of words or characters, or denormalises
 */
export function readSentencePiece(
  bytes: Uint8Array,
  options: ReadSentencePieceOptions = {},
): TokenizerDefinition {
  checkBytes("bytes", bytes);
  const proto = decodeModelProto(bytes);
  const { denormalizer, normalizer, trainer } = proto;
  checkPieces(proto);
  if (denormalizer && denormalizer.precompiledCharsmap.length > 0) {
    throw new UnsupportedError("denormalizer_spec", "none", "a table of replacements");
  }
  const userDefined = proto.pieces
    .filter(({ type }) => type === PieceType.userDefined)
    .map(({ piece }) => piece);
  const bos = options.addBos ? controlToken(proto, trainer.bosPiece, "bos_piece") : undefined;
  const eos = options.addEos ? controlToken(proto, trainer.eosPiece, "eos_piece") : undefined;
  return {
    model: modelOf(proto),
    normalizer: normalizerOf(normalizer, trainer.treatWhitespaceAsSuffix, userDefined),
    ...((bos !== undefined || eos !== undefined) && { postProcessor: surroundWith(bos, eos) }),
    decoder: spaceMarkDecoder({
      addDummyPrefix: normalizer.addDummyPrefix,
      removeExtraSpaces: normalizer.removeExtraWhitespaces,
    }),
    addedTokens: proto.pieces.flatMap(({ piece, type }, id): AddedToken[] =>
      hasNoText(type) ? [{ id, content: piece, special: true }] : [],
    ),
  };
}

function hasNoText(type: PieceType): boolean {
  return type === PieceType.control || type === PieceType.unknown;
}

function modelOf({ pieces, trainer }: ModelProto): Model {
  const vocabulary = Vocabulary.from(pieces.map(({ piece, type }) => (hasNoText(type) ? undefined : piece)));
  const userDefined = pieces.flatMap(({ type }, id) => (type === PieceType.userDefined ? [id] : []));
  const common = {
    vocabulary,
    unknownId: pieces.findIndex(({ type }) => type === PieceType.unknown),
    ...(trainer.byteFallback && { byteFallback: byteTokens(pieces) }),
    ...(userDefined.length > 0 && { userDefined: Uint32Array.from(userDefined) }),
  };
  if (trainer.modelType === ModelType.unigram) {
    const scores = Float64Array.from(pieces, ({ score, type }) =>
      type === PieceType.unused ? -Infinity : score,
    );
    return { type: "unigram", ...common, scores, pathScores: "float32" };
  }
  if (trainer.modelType !== ModelType.bpe) {
    throw new UnsupportedError("trainer_spec.model_type", "UNIGRAM (1) or BPE (2)", trainer.modelType);
  }
  const unused = pieces.find(({ type }) => type === PieceType.unused);
  if (unused) throw new UnsupportedError("pieces", "no UNUSED piece in a model of BPE", unused.piece);
  return {
    type: "bpe",
    ...common,
    alphabet: "characters",
    priority: { by: "score", scores: Float32Array.from(pieces, ({ score }) => score) },
    fuseUnknown: true,
  };
}

/** @throws FormatError where SentencePiece itself would refuse the model */
function checkPieces({ pieces, trainer }: ModelProto): void {
  const texts = new Set<string>();
  const names = new Set<string>();
  let unknown = 0;
  let bytes = 0;
  for (const [id, { piece, type }] of pieces.entries()) {
    const where = `pieces[${id}]`;
    const reserved = hasNoText(type) || type === PieceType.byte;
    const seen = reserved ? names : texts;
    if (seen.has(piece)) throw new FormatError(where, "another piece than those before it", piece);
    seen.add(piece);
    if (type === PieceType.unknown) unknown++;
    if (type !== PieceType.byte) continue;
    bytes++;
    if (byteOfName(piece) === undefined) throw new FormatError(where, 'a byte\'s name, as "<0x0A>"', piece);
  }
  if (unknown !== 1) throw new FormatError("pieces", "one UNKNOWN piece", `${unknown} of them`);
  if (bytes !== (trainer.byteFallback ? 256 : 0)) {
    const expected = trainer.byteFallback ? "256 BYTE pieces" : "no BYTE piece without byte_fallback";
    throw new FormatError("pieces", expected, `${bytes} of them`);
  }
}

function byteTokens(pieces: ModelProto["pieces"]): Uint32Array {
  const ids = new Uint32Array(256);
  for (const [id, { piece, type }] of pieces.entries()) {
    if (type === PieceType.byte) ids[byteOfName(piece)!] = id;
  }
  return ids;
}

function normalizerOf(spec: NormalizerSpec, asSuffix: boolean, userDefined: readonly string[]): Normalizer {
  const spaces: Normalizer = {
    type: "sentencePieceSpaces",
    removeExtraSpaces: spec.removeExtraWhitespaces,
    addDummyPrefix: spec.addDummyPrefix,
    ...(asSuffix && { asSuffix }),
    escape: spec.escapeWhitespaces,
  };
  const table = spec.precompiledCharsmap;
  if (table.length === 0) return spaces;
  void new Charsmap(table); // throws where it is broken
  const keep = userDefined.length > 0 && { keep: userDefined };
  return { type: "sequence", normalizers: [{ type: "precompiled", table, ...keep }, spaces] };
}

function controlToken({ pieces }: ModelProto, name: string, field: string): number {
  const id = pieces.findIndex(({ piece, type }) => piece === name && type === PieceType.control);
  if (id < 0) throw new FormatError(`trainer_spec.${field}`, "the name of a CONTROL piece", name);
  return id;
}
