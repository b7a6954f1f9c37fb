import { DTypeError, RangeError } from "@lanewise/core-wasm/errors";
import { addedTokensOf } from "./addedTokens.js";
import type { AddedToken, TokenizerDefinition } from "./definition.js";
import type { Encoding } from "./encodings/encoding.js";
import { createEncodingEngine } from "./engine/encodingEngine.js";
import { createEngine } from "./engine/createEngine.js";
import { loadEngineModule, type EngineModuleOptions } from "./engine/engineMemory.js";
import { BytePipeline, isPlain } from "./pipeline/bytePipeline.js";
import { engineScanner } from "./pipeline/engineScanner.js";
import type { TextPipeline } from "./pipeline/interfaces.js";
import { Pipeline } from "./pipeline/pipeline.js";
import { Template } from "./pipeline/postProcessors/template.js";
import { trimsOffsets } from "./pipeline/postProcessors/trimOffsets.js";
import { SpecialTokens, type SpecialTokenPolicy } from "./specialTokens.js";
import type { Vocabulary } from "./vocabulary.js";

/** What `Tokenizer.load` takes; all of it is optional. */
export interface LoadOptions extends EngineModuleOptions {
  /** What the tokenizer is called. Default: the encoding's name. */
  readonly name?: string | undefined;
  /** What becomes of the content of control tokens in a text, where a call does not say. Default: `"disallow"`. */
  readonly specialTokens?: SpecialTokenPolicy | undefined;
  /** Control tokens besides its own, and their ids: `{ "<|im_start|>": 100264 }`. */
  readonly extraSpecialTokens?: Readonly<Record<string, number>> | undefined;
}

/** What a tokenizer is made of. */
export interface TokenizerParts {
  readonly name: string | undefined;
  readonly definition: () => TokenizerDefinition;
  readonly pipeline: TextPipeline;
  readonly template: Template;
  readonly specialTokens: SpecialTokens;
}

/** @throws FormatError, UnsupportedError, RangeError, DTypeError as `Tokenizer.load` */
export async function loadParts(
  source: Encoding | TokenizerDefinition,
  options: LoadOptions,
): Promise<TokenizerParts> {
  if (typeof source !== "object" || source === null || !("model" in source || "data" in source)) {
    throw new DTypeError("source", "the default export of an encoding, or a definition", source);
  }
  return "data" in source ? loadEncoding(source, options) : loadDefinition(source, options);
}

/** Its tables go into the engine as they are; what is plain data of them is made when somebody asks. */
async function loadEncoding(encoding: Encoding, options: LoadOptions): Promise<TokenizerParts> {
  const { name = encoding.name, extraSpecialTokens } = options;
  const engine = await createEncodingEngine(encoding, options);
  let vocabulary: Vocabulary | undefined;
  const readVocabulary = (): Vocabulary => (vocabulary ??= engine.vocabulary());
  const addedTokens = withExtra(addedTokensOf(encoding.specialTokens), extraSpecialTokens, readVocabulary);
  return {
    name,
    definition: () => ({
      model: {
        type: "bpe",
        vocabulary: readVocabulary(),
        alphabet: "bytes",
        priority: { by: "id" },
        wholePieces: true,
      },
      preTokenizer: { type: "scanner", scanner: encoding.scanner },
      decoder: { type: "bytes" },
      addedTokens,
    }),
    pipeline: new BytePipeline(addedTokens, engine, readVocabulary),
    template: new Template(),
    specialTokens: new SpecialTokens(addedTokens, options.specialTokens),
  };
}

async function loadDefinition(source: TokenizerDefinition, options: LoadOptions): Promise<TokenizerParts> {
  const { name, extraSpecialTokens } = options;
  const { model, postProcessor } = source;
  const addedTokens = withExtra(source.addedTokens ?? [], extraSpecialTokens, () => model.vocabulary);
  const definition = addedTokens === source.addedTokens ? source : { ...source, addedTokens };
  const specialTokens = new SpecialTokens(addedTokens, options.specialTokens);
  const template = new Template(postProcessor);
  const scanner = engineScanner(definition);
  const module = await loadEngineModule(options);
  const engine = createEngine(model, { module, ...(scanner && { scanner }) });
  const pipeline = isPlain(definition)
    ? new BytePipeline(addedTokens, engine, () => model.vocabulary, trimsOffsets(postProcessor))
    : new Pipeline(definition, engine);
  return { name, definition: () => definition, pipeline, template, specialTokens };
}

/** @throws RangeError where an id or a content is taken */
function withExtra(
  own: readonly AddedToken[],
  extra: LoadOptions["extraSpecialTokens"],
  readVocabulary: () => Vocabulary,
): readonly AddedToken[] {
  if (extra === undefined) return own;
  const vocabulary = readVocabulary();
  const more = addedTokensOf(extra, "extraSpecialTokens");
  for (const token of more) {
    const inModel = token.id < vocabulary.size && vocabulary.token(token.id).length > 0;
    if (inModel || own.some((other) => clash(token, other))) {
      const expected = "a content and an id that no other token has";
      throw new RangeError(`extraSpecialTokens["${token.content}"]`, expected, token.id);
    }
  }
  return [...own, ...more];
}

function clash(one: AddedToken, other: AddedToken): boolean {
  return one.id === other.id || one.content === other.content;
}
