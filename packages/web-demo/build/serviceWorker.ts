import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/**
 * Emits `sw.js` with the list of what was built, so that the page works offline after one visit. Files of the
 * `public` folder are not listed: the text of a megabyte is kept when it is first used.
 */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files = Object.keys(bundle).filter((file) => !file.endsWith(".map"));
        const digest = createHash("sha256");
        for (const output of Object.values(bundle)) {
          digest.update(output.fileName);
          digest.update(output.type === "chunk" ? output.code : output.source);
        }
        const source = readFileSync(new URL("./serviceWorkerSource.js", import.meta.url), "utf8")
          .replace("__VERSION__", digest.digest("hex").slice(0, 12))
          .replace(
            "__FILES__",
            JSON.stringify(["./", ...files.filter((file) => file !== "index.html").sort()]),
          );
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
