import { UnsupportedError } from "@lanewise/core-wasm/errors";
import { checkDefinition } from "../../checks.js";
import type { Model, Normalizer, TokenizerDefinition } from "../../definition.js";
import { nameOfByte } from "../byteNames.js";
import { spaceMark } from "../spaceMark.js";
import {
  ModelType,
  type NormalizerSpec,
  type Piece,
  PieceType,
  type TrainerSpec,
  encodeModelProto,
} from "./modelProto.js";

export interface WriteSentencePieceOptions {
  /** The names of the control tokens that begin and end a text, and fill up a batch. Default `<s>`, `</s>`, `<pad>`. */
  readonly bos?: string;
  readonly eos?: string;
  readonly pad?: string;
}

/**
 * Writes a SentencePiece model: BPE over characters by score or id, or Unigram. The post-processor is not in the format, nor
 * is the decoder, which follows from the rest.
 *
 * @throws DTypeError unless it is a definition
 * @throws UnsupportedError where the format has no place for a part of the definition
 */
export function writeSentencePiece(
  definition: TokenizerDefinition,
  options: WriteSentencePieceOptions = {},
): Uint8Array {
  checkDefinition(definition);
  const { model } = definition;
  if (definition.preTokenizer) {
    throw new UnsupportedError("preTokenizer", "none in a SentencePiece model", definition.preTokenizer.type);
  }
  const { spec, asSuffix } = normalizerSpec(definition.normalizer);
  const pieces = piecesOf(definition);
  const unknown = pieces.find(({ type }) => type === PieceType.unknown);
  if (!unknown) throw new UnsupportedError("model.unknownId", "an id: the format demands one", "none");
  const trainer: TrainerSpec = {
    modelType: model.type === "bpe" ? ModelType.bpe : ModelType.unigram,
    treatWhitespaceAsSuffix: asSuffix,
    byteFallback: "byteFallback" in model && model.byteFallback !== undefined,
    unkPiece: unknown.piece,
    bosPiece: options.bos ?? "<s>",
    eosPiece: options.eos ?? "</s>",
    padPiece: options.pad ?? "<pad>",
  };
  return encodeModelProto({ pieces, trainer, normalizer: spec });
}

function piecesOf({ model, addedTokens = [] }: TokenizerDefinition): Piece[] {
  const scores = scoresOf(model);
  const { vocabulary } = model;
  const size = addedTokens.reduce((most, { id }) => Math.max(most, id + 1), vocabulary.size);
  const added = new Map(addedTokens.map((token) => [token.id, token]));
  const bytes = new Map<number, number>();
  if ("byteFallback" in model) model.byteFallback?.forEach((id, byte) => bytes.set(id, byte));
  const userDefined = new Set("userDefined" in model ? model.userDefined : undefined);
  const seen = new Set<string>();

  return Array.from({ length: size }, (_, id): Piece => {
    const byte = bytes.get(id);
    const token = id < vocabulary.size ? textOf(vocabulary.token(id), id) : "";
    const special = added.get(id);
    const score = Number.isFinite(scores[id]) ? scores[id]! : 0;
    const type = ((): PieceType => {
      if (id === model.unknownId) return PieceType.unknown;
      if (byte !== undefined) return PieceType.byte;
      if (special?.special) return PieceType.control;
      if (userDefined.has(id) || (special && token === "")) return PieceType.userDefined;
      return token === "" || scores[id] === -Infinity ? PieceType.unused : PieceType.normal;
    })();
    const piece =
      byte === undefined
        ? token || special?.content || (type === PieceType.unknown ? "<unk>" : `<unused ${id}>`)
        : nameOfByte(byte);
    // SentencePiece keeps text apart from names: each must differ from its own kind.
    const key = `${type === PieceType.normal || type === PieceType.userDefined || type === PieceType.unused}${piece}`;
    if (seen.has(key)) throw new UnsupportedError(`token ${id}`, "a text that no other token has", piece);
    seen.add(key);
    return { piece, score, type };
  });
}

function scoresOf(model: Model): ArrayLike<number> {
  if (model.type === "unigram") return model.scores;
  if (model.type !== "bpe") throw new UnsupportedError("model.type", '"bpe" or "unigram"', model.type);
  if (model.alphabet !== "characters") {
    throw new UnsupportedError("model.alphabet", '"characters" in a SentencePiece model', model.alphabet);
  }
  if (model.wholePieces)
    throw new UnsupportedError("model.wholePieces", "false in a SentencePiece model", true);
  const { priority } = model;
  switch (priority.by) {
    case "score":
      return priority.scores;
    case "id":
      return Float32Array.from({ length: model.vocabulary.size }, (_, id) => -id);
    case "merges":
      throw new UnsupportedError("model.priority", "by score or by id in a SentencePiece model", "by merges");
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array, id: number): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw new UnsupportedError(`token ${id}`, "text in UTF-8", "other bytes", { cause });
  }
}

const noSpaceRules: NormalizerSpec = {
  name: "identity",
  precompiledCharsmap: new Uint8Array(),
  addDummyPrefix: false,
  removeExtraWhitespaces: false,
  escapeWhitespaces: false,
};

/** One of SentencePiece's own normalizers or both, or what Hugging Face writes for them in LLaMA's files. */
function normalizerSpec(normalizer: Normalizer | undefined): { spec: NormalizerSpec; asSuffix: boolean } {
  const spec = { ...noSpaceRules };
  const steps = [...flatten(normalizer)];
  if (steps[0]?.type === "precompiled") {
    spec.name = "user_defined";
    spec.precompiledCharsmap = steps[0].table;
    steps.shift();
  }
  const [first, second] = steps;
  if (steps.length === 0) return { spec, asSuffix: false };
  if (first?.type === "sentencePieceSpaces" && steps.length === 1) {
    spec.addDummyPrefix = first.addDummyPrefix;
    spec.removeExtraWhitespaces = first.removeExtraSpaces;
    spec.escapeWhitespaces = first.escape;
    return { spec, asSuffix: first.asSuffix ?? false };
  }
  const isPrefix = first?.type === "prepend" && first.prefix === spaceMark;
  const replacing = isPrefix ? second : first;
  if (replacing && escapesSpaces(replacing) && steps.length === (isPrefix ? 2 : 1)) {
    spec.addDummyPrefix = isPrefix;
    spec.escapeWhitespaces = true;
    return { spec, asSuffix: false };
  }
  const received = steps.map(({ type }) => type).join(", ");
  throw new UnsupportedError("normalizer", "SentencePiece's own, in its order", received);
}

function escapesSpaces(step: Normalizer): boolean {
  return (
    step.type === "replace" &&
    "string" in step.pattern &&
    step.pattern.string === " " &&
    step.content === spaceMark
  );
}

function flatten(normalizer: Normalizer | undefined): readonly Normalizer[] {
  if (!normalizer) return [];
  return normalizer.type === "sequence" ? normalizer.normalizers.flatMap(flatten) : [normalizer];
}
