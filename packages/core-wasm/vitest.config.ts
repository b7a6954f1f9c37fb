import { defineConfig } from "vitest/config";
import { projects } from "../../vitest.shared.js";

/** What makes a page cross-origin isolated: without it there is no shared memory, and so no threads. */
const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

export default defineConfig({ test: { projects: projects(isolation) } });
