import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import gpt2 from "../../src/encodings/gpt2.js";
import { Tokenizer } from "../../src/tokenizer.js";
import { smallDefinition } from "./smallDefinition.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes that are held, Wasm memories and typed arrays among them. */
async function held(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

it("holds no more memory after 10,000 calls than after 1,000", async () => {
  const tokenizer = await Tokenizer.load(smallDefinition());
  const long = "hello  日本 🦙\n\n".repeat(100);
  const all = (n: number): void => {
    for (let call = 0; call < n; call++) {
      const text = `${call} ${call % 100 === 0 ? long : "hello 🦙<|end|>"}`;
      const specialTokens = (["text", "allow"] as const)[call % 2]!;
      const ids = tokenizer.encode(text, { specialTokens });
      tokenizer.decode(ids);
      tokenizer.count(text, { specialTokens: { allow: ["<|end|>"] } });
      tokenizer.truncate(text, 5, { specialTokens });
      tokenizer.encodeWithOffsets(text, { specialTokens });
      tokenizer.encodeBatch([text, "a"], { specialTokens, padId: 0 });
      const decoder = tokenizer.streamDecoder();
      decoder.push(ids);
      expect(() => tokenizer.encode("<|end|>")).toThrow("index 0");
      expect(() => tokenizer.decode([999])).toThrow("ids[0]");
    }
  };
  all(1000);
  const before = await held();
  all(10_000);
  expect((await held()) - before).toBeLessThan(1_000_000);
  tokenizer.dispose();
});

it("gives back the memory of a tokenizer that was disposed", async () => {
  const cycle = async (n: number): Promise<void> => {
    for (let round = 0; round < n; round++) {
      const tokenizer = await Tokenizer.load(gpt2);
      tokenizer.tokenBytes(tokenizer.encode("hello")[0]!);
      tokenizer.dispose();
    }
  };
  await cycle(3);
  const before = await held();
  await cycle(20);
  // One of them takes megabytes.
  expect((await held()) - before).toBeLessThan(3_000_000);
});

it("keeps none of it while the disposed tokenizer itself is kept", async () => {
  const kept: Tokenizer[] = [];
  const cycle = async (n: number): Promise<void> => {
    for (let round = 0; round < n; round++) {
      const tokenizer = await Tokenizer.load(gpt2);
      tokenizer.tokenBytes(tokenizer.encode("hello")[0]!);
      tokenizer.dispose();
      kept.push(tokenizer);
    }
  };
  await cycle(3);
  const before = await held();
  await cycle(20);
  expect((await held()) - before).toBeLessThan(3_000_000);
});
