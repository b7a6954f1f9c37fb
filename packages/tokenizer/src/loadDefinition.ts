import { withExtra } from "./addedTokens.js";
import type { Model, TokenizerDefinition } from "./definition.js";
import { createEngine } from "./engine/createEngine.js";
import { loadEngineModule } from "./engine/engineMemory.js";
import type { LoadOptions, TokenizerParts } from "./load.js";
import { BytePipeline, type Gaps } from "./pipeline/bytePipeline.js";
import { engineScanner } from "./pipeline/engineScanner.js";
import { Pipeline } from "./pipeline/pipeline.js";
import { Template } from "./pipeline/postProcessors/template.js";
import { trimsOffsets } from "./pipeline/postProcessors/trimOffsets.js";
import { SpecialTokens } from "./specialTokens.js";

/** A tokenizer of any definition. @throws as `Tokenizer.load` */
export async function loadDefinition(
  source: TokenizerDefinition,
  options: LoadOptions,
): Promise<TokenizerParts> {
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
    ? new BytePipeline(
        addedTokens,
        engine,
        () => model.vocabulary,
        trimsOffsets(postProcessor),
        gapsOf(model),
      )
    : new Pipeline(definition, engine);
  return { name, definition: () => definition, pipeline, template, specialTokens };
}

function gapsOf(model: Model): Gaps | undefined {
  const { bytes, offsets, size } = model.vocabulary;
  const found = new Set<number>();
  for (let id = 0; id < size; id++) {
    const begin = offsets[id]!;
    if (offsets[id + 1] === begin + 1) found.add(bytes[begin]!);
  }
  return found.size === 256 ? undefined : { unknownId: "unknownId" in model ? model.unknownId : undefined };
}

/** Whether `BytePipeline` runs it: byte-pair encoding on the text's own bytes, cut by a compiled scanner. */
export function isPlain(definition: TokenizerDefinition): boolean {
  const { model, normalizer, preTokenizer, decoder, addedTokens = [] } = definition;
  return (
    model.type === "bpe" &&
    model.alphabet === "bytes" &&
    normalizer === undefined &&
    preTokenizer?.type === "scanner" &&
    !preTokenizer.addPrefixSpace &&
    (decoder === undefined || decoder.type === "bytes") &&
    addedTokens.every(
      (token) => !token.singleWord && !token.stripLeft && !token.stripRight && !token.normalized,
    )
  );
}
