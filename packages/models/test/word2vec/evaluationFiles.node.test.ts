import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { readAnalogies, readWordPairs } from "../../src/word2vec/index.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";

const folder = outsideData("data/word2vec");

it.skipIf(!folder)(`the usual files are read in full${folder ? "" : wantsOutsideData}`, () => {
  const read = (name: string): string => readFileSync(`${folder!}/${name}`, "utf8");
  const sections = readAnalogies(read("questions-words.txt"));
  const count = (of: typeof sections): number => of.reduce((sum, { questions }) => sum + questions.length, 0);
  expect(sections).toHaveLength(14);
  expect(count(sections)).toBe(19_544);
  expect(count(sections.filter(({ name }) => name.startsWith("gram")))).toBe(10_675);
  expect(readWordPairs(read("wordsim353.tsv"))).toHaveLength(353);
  expect(readWordPairs(read("simlex999.txt"))).toHaveLength(999);
});
