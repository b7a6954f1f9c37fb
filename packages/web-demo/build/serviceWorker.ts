import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** The icon is in `public`, so that the bundle does not list it. */
const icon = "favicon.svg";

/** The files of the tokenizers' vocabularies, the digits, and the vectors of words. */
const large = /^assets\/(gpt2|r50k|p50k|cl100k|o200k|digits-.*\.bin|brownVectors)/;

/**
 * Emits `sw.js` with the list of what was built and the icon, so that the page opens offline after one visit. The
 * text of a megabyte, the vocabularies, the digits and the vectors are not listed: each is kept once it was used with
 * `sw.js` at work, and is there offline from then on.
 */
export function serviceWorker(): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files = Object.keys(bundle).filter((file) => !file.endsWith(".map") && !large.test(file));
        const digest = createHash("sha256");
        for (const output of Object.values(bundle)) {
          digest.update(output.fileName);
          digest.update(output.type === "chunk" ? output.code : output.source);
        }
        digest.update(readFileSync(new URL(`../public/${icon}`, import.meta.url)));
        const source = readFileSync(new URL("./serviceWorkerSource.js", import.meta.url), "utf8")
          .replace("__VERSION__", digest.digest("hex").slice(0, 12))
          .replace(
            "__FILES__",
            JSON.stringify(["./", icon, ...files.filter((file) => file !== "index.html").sort()]),
          );
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
