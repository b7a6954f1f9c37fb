import type { TokenizerDefinition } from "../../src/definition.js";
import { createEngine } from "../../src/engine/createEngine.js";
import { engineScanner } from "../../src/pipeline/engineScanner.js";
import { Pipeline } from "../../src/pipeline/pipeline.js";

/** To ids and back, with what a definition says. */
export function roundTripper(definition: TokenizerDefinition): (text: string) => string {
  const scanner = engineScanner(definition);
  const pipeline = new Pipeline(definition, createEngine(definition.model, scanner ? { scanner } : {}));
  return (text) => {
    const ids: number[] = [];
    pipeline.encode(text, (chunk) => ids.push(...chunk) > -1);
    return pipeline.decode(ids);
  };
}
