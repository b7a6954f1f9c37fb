import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { readFileSync } from "node:fs";
import { build, type OutputChunk, type OutputAsset } from "rolldown";
import { resolvePeer } from "../peers/peer.ts";
import { huggingFaceFile } from "./huggingFaceFile.ts";
import type { ContenderName, EncodingName } from "./contenders.ts";

export const bundledEncodings = ["cl100k_base", "o200k_base", "gpt2"] as const;
export type BundledEncoding = (typeof bundledEncodings)[number];

/** A program that counts tokens, as a web page would bundle it, and what it loads beside its scripts. */
interface Program {
  folder: URL;
  code: string;
  files?: readonly string[];
}

const here = new URL("./", import.meta.url);
const peers = new URL("../peers/", import.meta.url);

const programs: Record<ContenderName, (encoding: BundledEncoding) => Program | undefined> = {
  lanewise: (encoding) => ({
    folder: here,
    code: `import { Tokenizer } from "@lanewise/tokenizer";
import encoding from "@lanewise/tokenizer/${encoding}";
globalThis.count = (await Tokenizer.load(encoding)).count("hello world");`,
  }),
  tiktoken: (encoding) => ({
    folder: peers,
    code: `import { init, Tiktoken } from "tiktoken/lite/init";
import { bpe_ranks, special_tokens, pat_str } from "tiktoken/encoders/${encoding}.json";
const { instance } = await WebAssembly.instantiateStreaming(fetch("tiktoken_bg.wasm"));
await init(() => instance);
globalThis.count = new Tiktoken(bpe_ranks, special_tokens, pat_str).encode("hello world").length;`,
    files: [resolvePeer("tiktoken/lite/tiktoken_bg.wasm")],
  }),
  "gpt-tokenizer": (encoding) => ({
    folder: peers,
    code: `import { countTokens } from "gpt-tokenizer/encoding/${encoding === "gpt2" ? "r50k_base" : encoding}";
globalThis.count = countTokens("hello world");`,
  }),
  "ai-tokenizer": (encoding) =>
    encoding === "gpt2"
      ? undefined
      : {
          folder: peers,
          code: `import Tokenizer from "ai-tokenizer";
import * as encoding from "ai-tokenizer/encoding/${encoding}";
globalThis.count = new Tokenizer(encoding).count("hello world");`,
        },
  "js-tiktoken": (encoding) => ({
    folder: peers,
    code: `import { Tiktoken } from "js-tiktoken/lite";
import ranks from "js-tiktoken/ranks/${encoding}";
globalThis.count = new Tiktoken(ranks).encode("hello world").length;`,
  }),
  "@huggingface/tokenizers": (encoding) =>
    encoding === "gpt2"
      ? undefined
      : {
          folder: peers,
          code: `import { Tokenizer } from "@huggingface/tokenizers";
const definition = await (await fetch("tokenizer.json")).json();
globalThis.count = new Tokenizer(definition, {}).encode("hello world").ids.length;`,
          files: [huggingFaceFile(encoding satisfies EncodingName)],
        },
};

/** Bytes after gzip of everything that the program loads: bundled by Rolldown, minified, each file by itself. */
export async function bundleBytes(
  name: ContenderName,
  encoding: BundledEncoding,
): Promise<number | undefined> {
  const program = programs[name](encoding);
  if (!program) return undefined;
  const { folder, code, files = [] } = program;
  const entry = fileURLToPath(new URL("entry.js", folder));
  const { output } = await build({
    input: entry,
    platform: "browser",
    write: false,
    logLevel: "silent",
    plugins: [
      {
        name: "program",
        load: (id) => (id === entry ? code : undefined),
        resolveId: (id) => (id === entry ? id : undefined),
      },
    ],
    output: { format: "esm", minify: true },
  });
  const parts = output.map((one: OutputChunk | OutputAsset) =>
    one.type === "chunk" ? one.code : one.source,
  );
  return [...parts, ...files.map((file) => readFileSync(file))].reduce(
    (sum, part) => sum + gzipSync(part, { level: 9 }).length,
    0,
  );
}
