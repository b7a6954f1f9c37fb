import { FormatError } from "@lanewise/core-wasm/errors";
import { type Field, MessageWriter, WireType, fields } from "./protobuf.js";

/** What of a SentencePiece model a tokenizer needs; names and numbers as in sentencepiece_model.proto. */
export interface ModelProto {
  readonly pieces: readonly Piece[];
  readonly trainer: TrainerSpec;
  readonly normalizer: NormalizerSpec;
  /** What is done to decoded text. */
  readonly denormalizer?: NormalizerSpec;
}

export interface Piece {
  readonly piece: string;
  readonly score: number;
  readonly type: PieceType;
}

export const PieceType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

export type PieceType = (typeof PieceType)[keyof typeof PieceType];

export const ModelType = { unigram: 1, bpe: 2, word: 3, char: 4 } as const;

export interface TrainerSpec {
  readonly modelType: number;
  readonly treatWhitespaceAsSuffix: boolean;
  readonly byteFallback: boolean;
  readonly unkPiece: string;
  readonly bosPiece: string;
  readonly eosPiece: string;
  readonly padPiece: string;
}

export interface NormalizerSpec {
  readonly name: string;
  readonly precompiledCharsmap: Uint8Array;
  readonly addDummyPrefix: boolean;
  readonly removeExtraWhitespaces: boolean;
  readonly escapeWhitespaces: boolean;
}

/** @throws FormatError where the bytes are no ModelProto */
export function decodeModelProto(bytes: Uint8Array): ModelProto {
  const pieces: Piece[] = [];
  // A message that comes twice is merged, as Protocol Buffers have it: fields that come later win.
  let trainer = defaultTrainer;
  let normalizer = defaultNormalizer;
  let denormalizer: NormalizerSpec | undefined;
  for (const field of fields(bytes, "ModelProto")) {
    if (field.number === 1) pieces.push(decodePiece(message(field, "pieces"), pieces.length));
    if (field.number === 2) trainer = decodeTrainer(message(field, "trainer_spec"), trainer);
    if (field.number === 3) normalizer = decodeNormalizer(message(field, "normalizer_spec"), normalizer);
    if (field.number === 5) {
      denormalizer = decodeNormalizer(message(field, "denormalizer_spec"), denormalizer ?? defaultNormalizer);
    }
  }
  return { pieces, trainer, normalizer, ...(denormalizer && { denormalizer }) };
}

/** The same to bytes; the sizes and ids that its trainer would have noted are derived from the pieces. */
export function encodeModelProto({ pieces, trainer, normalizer, denormalizer }: ModelProto): Uint8Array {
  const writer = new MessageWriter();
  for (const { piece, score, type } of pieces) {
    const inner = new MessageWriter();
    inner.string(1, piece);
    inner.float(2, score);
    if (type !== PieceType.normal) inner.varint(3, type);
    writer.bytes(1, inner.finish());
  }
  writer.bytes(2, encodeTrainer(trainer, pieces));
  writer.bytes(3, encodeNormalizer(normalizer));
  if (denormalizer) writer.bytes(5, encodeNormalizer(denormalizer));
  return writer.finish();
}

const defaultTrainer: TrainerSpec = {
  modelType: ModelType.unigram,
  treatWhitespaceAsSuffix: false,
  byteFallback: false,
  unkPiece: "<unk>",
  bosPiece: "<s>",
  eosPiece: "</s>",
  padPiece: "<pad>",
};

const defaultNormalizer: NormalizerSpec = {
  name: "",
  precompiledCharsmap: new Uint8Array(),
  addDummyPrefix: true,
  removeExtraWhitespaces: true,
  escapeWhitespaces: true,
};

function decodePiece(bytes: Uint8Array, id: number): Piece {
  const where = `pieces[${id}]`;
  let piece = "";
  let score = 0;
  let type: number = PieceType.normal;
  for (const field of fields(bytes, where)) {
    if (field.number === 1) piece = string(field, `${where}.piece`);
    if (field.number === 2) score = float(field, `${where}.score`);
    if (field.number === 3) type = varint(field, `${where}.type`);
  }
  if (piece === "") throw new FormatError(`${where}.piece`, "a string that is not empty", "an empty one");
  if (!isPieceType(type)) throw new FormatError(`${where}.type`, "a type in [1, 6]", type);
  return { piece, score, type };
}

function isPieceType(type: number): type is PieceType {
  return type >= PieceType.normal && type <= PieceType.byte;
}

function decodeTrainer(bytes: Uint8Array, start: TrainerSpec): TrainerSpec {
  const spec = { ...start };
  for (const field of fields(bytes, "trainer_spec")) {
    const where = `trainer_spec, field ${field.number}`;
    if (field.number === 3) spec.modelType = varint(field, where);
    if (field.number === 24) spec.treatWhitespaceAsSuffix = varint(field, where) !== 0;
    if (field.number === 35) spec.byteFallback = varint(field, where) !== 0;
    if (field.number === 45) spec.unkPiece = string(field, where);
    if (field.number === 46) spec.bosPiece = string(field, where);
    if (field.number === 47) spec.eosPiece = string(field, where);
    if (field.number === 48) spec.padPiece = string(field, where);
  }
  return spec;
}

function encodeTrainer(spec: TrainerSpec, pieces: readonly Piece[]): Uint8Array {
  const writer = new MessageWriter();
  const idOf = (name: string): number => pieces.findIndex(({ piece }) => piece === name);
  writer.varint(3, spec.modelType);
  writer.varint(4, pieces.length);
  writer.bool(24, spec.treatWhitespaceAsSuffix);
  writer.bool(35, spec.byteFallback);
  writer.varint(40, idOf(spec.unkPiece));
  writer.varint(41, idOf(spec.bosPiece));
  writer.varint(42, idOf(spec.eosPiece));
  writer.varint(43, idOf(spec.padPiece));
  writer.string(45, spec.unkPiece);
  writer.string(46, spec.bosPiece);
  writer.string(47, spec.eosPiece);
  writer.string(48, spec.padPiece);
  return writer.finish();
}

function decodeNormalizer(bytes: Uint8Array, start: NormalizerSpec): NormalizerSpec {
  const spec = { ...start };
  for (const field of fields(bytes, "normalizer_spec")) {
    const where = `normalizer_spec, field ${field.number}`;
    if (field.number === 1) spec.name = string(field, where);
    if (field.number === 2) spec.precompiledCharsmap = new Uint8Array(message(field, where));
    if (field.number === 3) spec.addDummyPrefix = varint(field, where) !== 0;
    if (field.number === 4) spec.removeExtraWhitespaces = varint(field, where) !== 0;
    if (field.number === 5) spec.escapeWhitespaces = varint(field, where) !== 0;
  }
  return spec;
}

function encodeNormalizer(spec: NormalizerSpec): Uint8Array {
  const writer = new MessageWriter();
  writer.string(1, spec.name);
  writer.bytes(2, spec.precompiledCharsmap);
  writer.bool(3, spec.addDummyPrefix);
  writer.bool(4, spec.removeExtraWhitespaces);
  writer.bool(5, spec.escapeWhitespaces);
  return writer.finish();
}

function expectType(field: Field, wireType: WireType, expected: string, where: string): void {
  if (field.wireType !== wireType) throw new FormatError(where, expected, `wire type ${field.wireType}`);
}

function message(field: Field, where: string): Uint8Array {
  expectType(field, WireType.bytes, "bytes", where);
  return field.bytes;
}

function varint(field: Field, where: string): number {
  expectType(field, WireType.varint, "a whole number", where);
  return field.varint;
}

function float(field: Field, where: string): number {
  expectType(field, WireType.fixed32, "a float", where);
  const value = new DataView(field.bytes.buffer, field.bytes.byteOffset, 4).getFloat32(0, true);
  if (!Number.isFinite(value)) throw new FormatError(where, "a finite number", value);
  return value;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function string(field: Field, where: string): string {
  expectType(field, WireType.bytes, "a string", where);
  try {
    return utf8.decode(field.bytes);
  } catch (cause) {
    throw new FormatError(where, "a string in UTF-8", "other bytes", { cause });
  }
}
