import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readLlama2c } from "../../src/formats/index.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";
import { PlainPipeline } from "./plainPipeline.js";

const tok512 = outsideData("data/llama/tok512.bin");
const golden = outsideData("golden/golden_stories260K.json");

describe("the tokenizer of stories260K", () => {
  it.skipIf(!tok512 || !golden)(
    `decodes what the model wrote, and encodes it again${golden ? "" : wantsOutsideData}`,
    () => {
      const pipeline = new PlainPipeline(readLlama2c(readFileSync(tok512!)));
      const { greedy_tokens: tokens, text } = JSON.parse(readFileSync(golden!, "utf8")) as {
        greedy_tokens: number[];
        text: string;
      };
      expect(tokens[0]).toBe(1);
      expect(pipeline.decode(tokens.slice(1))).toBe(text);
      expect(pipeline.encode(text)).toEqual(tokens.slice(1));
      pipeline.dispose();
    },
  );
});
