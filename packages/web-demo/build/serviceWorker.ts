import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Plugin } from "vite";

/** The icon is in `public`, so that the bundle does not list it. */
const icon = "favicon.svg";

/**
 * Emits `sw.js` with the list of what was built and the icon, so that the page opens offline after one visit. The
 * text of a megabyte is not listed: it is kept once it was used with `sw.js` at work, and can be trained on offline
 * from then on.
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
