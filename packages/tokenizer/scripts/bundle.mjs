// Bundles src/ into one file an entry and the chunks that they share, in dist/, beside the declarations that tsc writes there.
import { globSync, rmSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const encodings = globSync("src/encodings/*_*.ts").concat("src/encodings/gpt2.ts");

/**
 * workerd.js goes on from index.js as it is. With a copy of its exports both would import a chunk that has nothing in it, for its
 * effects; it has none, and esbuild warns of such imports.
 */
const workerdBesideIndex = {
  name: "workerd-beside-index",
  resolveId: (id, importer) =>
    id === "./index.js" && importer?.endsWith("/workerd.ts") ? { id, external: true } : null,
};

rmSync("dist/chunks", { recursive: true, force: true });
await build({
  input: {
    index: "src/index.ts",
    workerd: "src/workerd.ts",
    "formats/index": "src/formats/index.ts",
    "train/index": "src/train/index.ts",
    cli: "src/cli.ts",
    "encodings/index": "src/encodings/loadEncoding.ts",
    ...Object.fromEntries(encodings.map((path) => [`encodings/${basename(path, ".ts")}`, path])),
  },
  external: [/\.wasm$/, /^@assemblyscript\/loader$/, /^@lanewise\//, /^node:/],
  plugins: [workerdBesideIndex],
  platform: "neutral",
  logLevel: "warn",
  output: {
    dir: "dist",
    format: "esm",
    chunkFileNames: "chunks/[name]-[hash].js",
    // What the main entry needs is one file, with all that it imports: each file more costs half a millisecond of start.
    codeSplitting: { groups: [{ name: "tokenizer", test: /\/src\/(index|tokenizer)\.ts$/ }] },
  },
});
