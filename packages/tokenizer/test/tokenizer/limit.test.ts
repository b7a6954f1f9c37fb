import { expect, it, vi } from "vitest";
import cl100kBase from "../../src/encodings/cl100k_base.js";
import { Tokenizer } from "../../src/tokenizer.js";

const tokenizer = await Tokenizer.load(cl100kBase);

/** How many code units of a text are given to be encoded. */
function unitsRead(run: () => void): number {
  const encodeInto = vi.spyOn(TextEncoder.prototype, "encodeInto");
  try {
    run();
    return encodeInto.mock.results.reduce((sum, { value }) => sum + (value as { read: number }).read, 0);
  } finally {
    encodeInto.mockRestore();
  }
}

it.each(["hello world, ", "日本語の文章、", "12345 "])(
  "stops soon after the limit in a text of %o",
  (part) => {
    const text = part.repeat(200_000);
    let within: boolean | undefined;
    expect(unitsRead(() => (within = tokenizer.isWithinLimit(text, 10)))).toBeLessThan(50_000);
    expect(within).toBe(false);
    let kept = "";
    expect(unitsRead(() => (kept = tokenizer.truncate(text, 10)))).toBeLessThan(50_000);
    expect(tokenizer.count(kept)).toBeGreaterThan(7); // the tenth may be a part of a character
    expect(tokenizer.count(kept)).toBeLessThanOrEqual(10);
    expect(unitsRead(() => tokenizer.count(text))).toBeGreaterThanOrEqual(text.length);
  },
);

it("stops among control tokens", () => {
  const text = "hello<|endoftext|>".repeat(50_000);
  const options = { specialTokens: "allow" } as const;
  expect(unitsRead(() => expect(tokenizer.isWithinLimit(text, 10, options)).toBe(false))).toBeLessThan(100);
});

it("takes no limit at all", () => {
  expect(tokenizer.isWithinLimit("hello", Infinity)).toBe(true);
  expect(tokenizer.truncate("hello", Infinity)).toBe("hello");
  expect(tokenizer.isWithinLimit("", 0)).toBe(true);
  expect(tokenizer.isWithinLimit("hello", 0)).toBe(false);
});
