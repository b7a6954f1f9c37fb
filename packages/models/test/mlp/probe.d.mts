import type { Runtime } from "@lanewise/core-wasm";
import type { Mlp } from "../../src/mlp/index.js";

export function numbers(length: number, seed: number): Float32Array<ArrayBuffer>;
export function weightsHash(model: Pick<Mlp, "weights">): Promise<string>;
export const examples: { readonly x: Float32Array; readonly y: Int32Array };
export function trainedResult(options?: {
  stops?: readonly number[];
  makeRuntime?: () => Promise<Runtime>;
}): Promise<string>;
export const expectedResult: string;
