import type { UserConfig } from "vite";
import { contentSecurityPolicy } from "./build/contentSecurityPolicy.js";
import { serviceWorker } from "./build/serviceWorker.js";
import { staticPage } from "./build/staticPage.js";

const config: UserConfig = {
  // Relative addresses: the page may lie in any folder of any host.
  base: "./",
  plugins: [staticPage(), contentSecurityPolicy(), serviceWorker()],
  worker: { format: "es" },
  build: {
    outDir: "dist/site",
    target: "es2022",
    modulePreload: { polyfill: false },
    // Every asset is a file: `data:` addresses would need a wider content security policy.
    assetsInlineLimit: 0,
  },
};

export default config;
