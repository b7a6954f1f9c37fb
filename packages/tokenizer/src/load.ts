import { DTypeError, FormatError } from "@lanewise/core-wasm/errors";
import { addedTokensOf, withExtra } from "./addedTokens.js";
import type { TokenizerDefinition } from "./definition.js";
import type { Encoding } from "./encodings/encoding.js";
import { createEncodingEngine } from "./engine/encodingEngine.js";
import type { EngineModuleOptions } from "./engine/engineMemory.js";
import { scannerNumbers } from "./engine/scanners.js";
import { BytePipeline } from "./pipeline/bytePipeline.js";
import type { TextPipeline } from "./pipeline/interfaces.js";
import { Template } from "./pipeline/postProcessors/template.js";
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
  if ("data" in source) return loadEncoding(source, options);
  // What only definitions need (normalizers, patterns, other models) is a third of the code: it comes when one does.
  const { loadDefinition } = await import("./loadDefinition.js");
  return loadDefinition(source, options);
}

/** Its tables go into the engine as they are; what is plain data of them is made when somebody asks. */
async function loadEncoding(encoding: Encoding, options: LoadOptions): Promise<TokenizerParts> {
  const { name = encoding.name, extraSpecialTokens } = options;
  if (!Object.hasOwn(scannerNumbers, encoding.scanner)) {
    throw new FormatError("encoding.scanner", Object.keys(scannerNumbers).join(", "), encoding.scanner);
  }
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
