import fc from "fast-check";
import type { BpeModel } from "../../src/definition.js";
import { Vocabulary } from "../../src/vocabulary.js";

/** A vocabulary over few characters, so that merges overlap, tie, and hide each other. */
export interface SmallModel {
  readonly model: BpeModel;
  readonly characters: readonly string[];
}

const alphabets = [
  ["a", "b"],
  ["a", "b", "c", " "],
  ["a", "é", "世", "🦙"],
  ["▁", "a", "b"],
] as const;

const encoder = new TextEncoder();

/**
 * Any model: tokens are random strings in random order, so that some cannot be reached, some come before their parts, and
 * scores are equal here and there.
 */
export const smallModels: fc.Arbitrary<SmallModel> = fc
  .record({
    characters: fc.constantFrom(...alphabets),
    words: fc.uniqueArray(fc.array(fc.nat(3), { minLength: 2, maxLength: 7 }), {
      minLength: 1,
      maxLength: 24,
      selector: (word) => word.join(),
    }),
    alphabet: fc.constantFrom("bytes" as const, "characters" as const),
    by: fc.constantFrom("id" as const, "score" as const, "merges" as const),
    order: fc.infiniteStream(fc.nat(1000)),
    scores: fc.infiniteStream(fc.nat(12)),
    wholePieces: fc.boolean(),
    unknown: fc.constantFrom("none", "one", "fused", "bytes"),
    missing: fc.boolean(),
  })
  .map((choice) => {
    const { characters, alphabet, by } = choice;
    const words = [
      ...new Set(choice.words.map((word) => word.map((i) => characters[i % characters.length]).join(""))),
    ];
    const singles: (Uint8Array | string)[] =
      alphabet === "bytes"
        ? [...new Set(characters.flatMap((character) => [...encoder.encode(character)]))].map((byte) =>
            Uint8Array.of(byte),
          )
        : [...characters];
    // One that text may have and the vocabulary lacks.
    if (choice.missing) singles.pop();
    const shuffled = [...singles, ...words.filter((word) => !singles.includes(word))]
      .map((token) => ({ token, key: choice.order.next().value }))
      .sort((a, b) => a.key - b.key)
      .map(({ token }) => token);
    const tokens: (Uint8Array | string)[] = [...shuffled, "<unk>"];
    const fallback = alphabet === "characters" && choice.unknown === "bytes";
    if (fallback) for (let byte = 0; byte < 256; byte++) tokens.push(`<0x${byte.toString(16)}>`);
    const vocabulary = Vocabulary.from(tokens);
    const model: BpeModel = {
      type: "bpe",
      vocabulary,
      alphabet,
      priority:
        by === "id"
          ? { by }
          : by === "score"
            ? { by, scores: Float32Array.from(tokens, () => choice.scores.next().value) }
            : { by, pairs: mergesOf(tokens, choice.order) },
      wholePieces: choice.wholePieces,
      ...(choice.unknown === "one" || choice.unknown === "fused" ? { unknownId: shuffled.length } : {}),
      fuseUnknown: choice.unknown === "fused",
      ...(fallback
        ? { byteFallback: Uint32Array.from({ length: 256 }, (_, byte) => shuffled.length + 1 + byte) }
        : {}),
    };
    return { model, characters };
  });

/** Some of all the pairs that make a token, in random order; a token may have several. */
function mergesOf(tokens: readonly (Uint8Array | string)[], order: fc.Stream<number>): Uint32Array {
  const key = (token: Uint8Array | string): string =>
    [...(typeof token === "string" ? encoder.encode(token) : token)].join();
  const ids = new Map(tokens.map((token, id) => [key(token), id]));
  const pairs: { pair: [number, number]; at: number }[] = [];
  tokens.forEach((left, i) =>
    tokens.forEach((right, j) => {
      const at = order.next().value;
      if (ids.has(`${key(left)},${key(right)}`) && at % 8 > 0) pairs.push({ pair: [i, j], at });
    }),
  );
  return Uint32Array.from(pairs.sort((a, b) => a.at - b.at).flatMap(({ pair }) => pair));
}

/** Text over a model's characters, with some that it does not know. */
export function textOf(characters: readonly string[], maxLength: number): fc.Arbitrary<string> {
  const unit = fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...characters) },
    fc.constantFrom("z", "ß", "€"),
  );
  return fc.array(unit, { maxLength, size: "max" }).map((units) => units.join(""));
}
