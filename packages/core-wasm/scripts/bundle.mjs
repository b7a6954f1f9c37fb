// Bundles src/ into one file an entry and the chunks that they share, in dist/, beside the declarations that tsc writes there:
// reading sixty small files took most of the time from an import to the first product.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist/chunks", { recursive: true, force: true });
await build({
  input: {
    errors: "src/errors.ts",
    index: "src/index.ts",
    "reference/index": "src/reference/index.ts",
    threads: "src/threads.ts",
    url: "src/url.ts",
    workerd: "src/workerd.ts",
  },
  external: [/^@assemblyscript\/loader$/, /\.wasm$/],
  platform: "neutral",
  logLevel: "warn",
  output: { dir: "dist", format: "esm", chunkFileNames: "chunks/[name]-[hash].js" },
});
