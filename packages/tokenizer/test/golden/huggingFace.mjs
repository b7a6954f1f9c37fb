// Makes huggingFace.json: what the native Hugging Face library (npm tokenizers 0.23.2) makes of the cases in ../pipeline/cases.ts.
//
//     npm install --no-save tokenizers@0.23.2 && LANEWISE_DATA=… node test/golden/huggingFace.mjs      (Node 24)
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { Tokenizer } from "tokenizers";
import { allCases } from "../pipeline/cases.ts";
import { commonText } from "../pipeline/fuzzText.ts";

const texts = [
  "",
  " ",
  "Hello, world! The 2 naïve cafés don't cost $12.50…",
  "  leading and trailing  ",
  "中文 and русский\tتجربة 한국어",
  "the[MASK]the the, <s>  x ##ing[CLS] [CLS]",
  ...fc.sample(commonText, { numRuns: 24, seed: 7 }),
];
async function results(json) {
  const tokenizer = Tokenizer.fromString(json);
  const all = [];
  for (const text of texts) {
    const encoding = await tokenizer.encode(text, null, { addSpecialTokens: false });
    const ids = encoding.getIds();
    all.push([ids.join(" "), encoding.getOffsets().flat().join(" "), await tokenizer.decode(ids, false)]);
  }
  return all;
}

const cases = {};
for (const [name, json] of Object.entries(allCases)) cases[name] = await results(json);
const bertFile = join(process.env.LANEWISE_DATA, "data/bert/bert-base-uncased-tokenizer.json");
const bertJson = { ...JSON.parse(readFileSync(bertFile, "utf8")), truncation: null, padding: null };
const bert = await results(JSON.stringify(bertJson));
const lines = Object.entries(cases).map(
  ([name, results]) =>
    `${JSON.stringify(name)}: [\n${results.map((result) => JSON.stringify(result)).join(",\n")}\n]`,
);
writeFileSync(
  new URL("huggingFace.json", import.meta.url),
  `{\n"texts": ${JSON.stringify(texts)},\n"bert": ${JSON.stringify(bert)},\n"cases": {\n${lines.join(",\n")}\n}\n}\n`,
);
