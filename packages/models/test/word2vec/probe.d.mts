import type { Runtime } from "@lanewise/core-wasm";
import type { Word2Vec, Word2VecOptions } from "../../src/word2vec/index.js";

export function sampleSentences(words: number, seed?: number): string[][];
export function weightsHash(model: Pick<Word2Vec, "weights">): Promise<string>;
export const cases: Readonly<Record<string, Word2VecOptions>>;
export function trainedHash(
  options: Word2VecOptions,
  run: { stops?: number; runtime: Runtime },
): Promise<string>;
export function trainedResults(options?: { stops?: number }): Promise<Record<string, string>>;
export const expectedResults: Readonly<Record<string, string>>;
