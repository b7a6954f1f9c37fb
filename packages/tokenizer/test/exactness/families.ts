import { createRequire } from "node:module";
import { get_encoding, type Tiktoken, type TiktokenEncoding } from "tiktoken";
import cl100kBase from "../../src/encodings/cl100k_base.js";
import type { Encoding } from "../../src/encodings/encoding.js";
import gpt2 from "../../src/encodings/gpt2.js";
import o200kBase from "../../src/encodings/o200k_base.js";
import o200kHarmony from "../../src/encodings/o200k_harmony.js";
import p50kBase from "../../src/encodings/p50k_base.js";
import p50kEdit from "../../src/encodings/p50k_edit.js";
import r50kBase from "../../src/encodings/r50k_base.js";
import { createEncodingEngine } from "../../src/engine/encodingEngine.js";
import type { Engine } from "../../src/engine/engine.js";

/**
 * Encodings that have the same ranks and the same pattern, so that what tiktoken says of one it says of the other; the first
 * is the one that is asked. Of o200k_harmony, npm tiktoken has no encoding: it is o200k_base but for the control tokens.
 */
export const families: readonly (readonly [Encoding, ...Encoding[]])[] = [
  [gpt2, r50kBase],
  [p50kBase, p50kEdit],
  [cl100kBase],
  [o200kBase, o200kHarmony],
];

export function tiktokenOf(encoding: Encoding): Tiktoken {
  return get_encoding(encoding.name as TiktokenEncoding);
}

/** The ranks, the pattern and the control tokens, as the package has them. */
export function tiktokenData(name: string): {
  pat_str: string;
  bpe_ranks: string;
  special_tokens: Record<string, number>;
} {
  return createRequire(import.meta.url)(`tiktoken/encoders/${name}.json`);
}

/** The engines of a family, each with its name. */
export async function enginesOf(family: readonly Encoding[]): Promise<[string, Engine][]> {
  return Promise.all(
    family.map(async (encoding): Promise<[string, Engine]> => [
      encoding.name,
      await createEncodingEngine(encoding),
    ]),
  );
}

/** All ids of a text. */
export function idsOf(engine: Engine, text: string): Uint32Array {
  const chunks: Uint32Array[] = [];
  let length = 0;
  engine.encode(text, (ids) => {
    chunks.push(ids.slice());
    length += ids.length;
    return true;
  });
  const all = new Uint32Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** What is wrong with the ids, or undefined where nothing is. */
export function difference(
  actual: Uint32Array,
  expected: Uint32Array,
  tiktoken: Tiktoken,
): string | undefined {
  let i = 0;
  while (i < expected.length && actual[i] === expected[i]) i++;
  if (i === expected.length && i === actual.length) return undefined;
  const near = (ids: Uint32Array): Uint32Array => ids.slice(Math.max(0, i - 3), i + 8);
  const text = new TextDecoder().decode(tiktoken.decode(near(expected)));
  return `token ${i}: ${near(actual).join()} instead of ${near(expected).join()}, about ${JSON.stringify(text)}`;
}
