import { FormatError } from "@lanewise/core-wasm/errors";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLlama2c, writeLlama2c } from "../../src/formats/index.js";
import { sampleBpe, sampleUnigram } from "./sampleModels.js";

const file = writeLlama2c(sampleBpe);

describe("llama2.c tokenizer.bin", () => {
  it("comes back as it was written", () => {
    expect(readLlama2c(file)).toEqual(sampleBpe);
  });

  it("has spaces, and names in lines of their own, where llama2.c has them", () => {
    const text = new TextDecoder("latin1").decode(file);
    expect([...file.subarray(0, 17)]).toEqual([
      6,
      0,
      0,
      0,
      ...[0, 0, 0, 0],
      ...[5, 0, 0, 0],
      60,
      117,
      110,
      107,
      62,
    ]);
    expect(text).toContain("\n<s>\n");
    expect(text).toContain(" hello");
  });

  it("refuses every truncation within a token", () => {
    const ends = new Set<number>();
    const view = new DataView(file.buffer);
    for (let at = 4; at < file.length; at += 8 + view.getInt32(at + 4, true)) ends.add(at);
    const [namedEnd, byteTokensEnd] = [[...ends][3]!, [...ends][3 + 256]!];
    for (let length = 0; length < file.length; length++) {
      const refused = throwsFormatError(() => readLlama2c(file.subarray(0, length)));
      // Between tokens the file may end, once it has the tokens of all bytes, or of none: nothing in it says how many tokens there are.
      expect(refused, `${length} bytes`).toBe(
        !ends.has(length) || (length < byteTokensEnd && length !== namedEnd),
      );
    }
  });

  it("raises nothing but FormatError whatever the bytes", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(changes, (all) => {
        const broken = file.slice();
        for (const [where, value] of all) broken[where % broken.length] = value;
        try {
          readLlama2c(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("refuses another kind of model", () => {
    expect(() => writeLlama2c(sampleUnigram)).toThrow(
      "model: expected BPE over characters, by score, got unigram",
    );
  });
});

function throwsFormatError(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return error instanceof FormatError;
  }
}
