import { FormatError, UnsupportedError } from "@lanewise/core-wasm/errors";
import { expect, it } from "vitest";
import gpt2 from "../../src/encodings/gpt2.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition } from "./smallDefinition.js";

it("refuses a definition with a part that it does not know", async () => {
  const other = { type: "other" };
  for (const [part, argument] of [
    [{ normalizer: other }, "normalizer.type"],
    [{ preTokenizer: other }, "preTokenizer.type"],
    [{ preTokenizer: { type: "scanner", scanner: "o300k" } }, "preTokenizer.scanner"],
    [{ postProcessor: other }, "postProcessor.type"],
    [{ postProcessor: { type: "sequence", processors: [other] } }, "postProcessor.type"],
    [{ decoder: other }, "decoder.type"],
  ] as const) {
    const loading = Tokenizer.load({ ...smallDefinition(), ...part } as never);
    await expect(loading).rejects.toThrow(UnsupportedError);
    await expect(loading).rejects.toThrow(`${argument}: expected `);
  }
});

it("refuses an encoding with a scanner that it does not know", async () => {
  const loading = Tokenizer.load({ ...gpt2, scanner: "o300k" as never });
  await expect(loading).rejects.toThrow(FormatError);
  await expect(loading).rejects.toThrow(/^encoding\.scanner: expected r50k, cl100k, o200k, qwen2, got o300k/);
});
