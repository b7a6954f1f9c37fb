import type { TokenizerDefinition } from "../../src/definition.js";
import { createEngine } from "../../src/engine/createEngine.js";
import { engineScanner } from "../../src/pipeline/engineScanner.js";
import { Pipeline } from "../../src/pipeline/pipeline.js";

export function makePipeline(definition: TokenizerDefinition): Pipeline {
  const scanner = engineScanner(definition);
  return new Pipeline(definition, createEngine(definition.model, scanner ? { scanner } : {}));
}

export function idsOf(pipeline: Pipeline, text: string): number[] {
  const ids: number[] = [];
  pipeline.encode(text, (chunk) => {
    ids.push(...chunk);
    return true;
  });
  return ids;
}

export function decodePieceByPiece(pipeline: Pipeline, ids: readonly number[]): string[] {
  const decoder = pipeline.decoder();
  return [...ids.map((id) => decoder.push(id)), decoder.end()];
}
