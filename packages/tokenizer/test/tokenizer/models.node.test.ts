import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { encodingForModel } from "../../src/encodings/models.js";

/** tiktoken's own table. */
const models = createRequire(import.meta.url)("tiktoken/model_to_encoding.json") as Record<string, string>;

it.each(Object.entries(models))("%s takes %s, as tiktoken has it", (model, encoding) => {
  expect(encodingForModel(model)).toBe(encoding);
});
