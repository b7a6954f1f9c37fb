import { createEngine } from "../../src/engine/createEngine.js";
import type { TokenizerDefinition } from "../../src/index.js";
import { AddedTokens } from "../../src/pipeline/addedTokens.js";
import { engineScanner } from "../../src/pipeline/engineScanner.js";
import { Pipeline } from "../../src/pipeline/pipeline.js";

/** A tokenizer as SentencePiece runs it: control tokens are not looked for in texts, and none is added. */
export class PlainPipeline {
  readonly #pipeline: Pipeline;
  readonly #noTokens = new AddedTokens([]);

  constructor(definition: TokenizerDefinition) {
    const scanner = engineScanner(definition);
    this.#pipeline = new Pipeline(definition, createEngine(definition.model, scanner ? { scanner } : {}));
  }

  encode(text: string): number[] {
    const ids: number[] = [];
    this.#pipeline.encode(
      text,
      (chunk) => {
        for (const id of chunk) ids.push(id);
        return true;
      },
      this.#noTokens,
    );
    return ids;
  }

  /** The ids, and where each begins, in Unicode characters. */
  encodeWithStarts(text: string): { ids: number[]; starts: number[] } {
    const { ids, starts } = this.#pipeline.encodeWithOffsets(text, this.#noTokens);
    return { ids: [...ids], starts: Array.from(starts, (start) => [...text.slice(0, start)].length) };
  }

  decode(ids: readonly number[]): string {
    return this.#pipeline.decode(ids);
  }

  dispose(): void {
    this.#pipeline.dispose();
  }
}
