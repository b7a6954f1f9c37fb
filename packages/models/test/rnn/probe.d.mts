import type { CharRnn } from "../../src/rnn/index.js";

export function sampleText(characters: number, seed?: number): string;
export function weightsHash(model: Pick<CharRnn, "weights">): Promise<string>;
export function trainedResult(options?: { stops?: readonly number[] }): Promise<string>;
export const expectedResult: string;
