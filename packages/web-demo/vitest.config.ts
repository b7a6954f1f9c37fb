import type { ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = {
  test: {
    projects: [
      { test: { name: "node", include: ["test/unit/**/*.test.ts"] } },
      // The built page in a real browser, driven from Node.
      {
        test: {
          name: "page",
          include: ["test/page/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // A busy machine may take its time; what has to be quick is measured.
          expect: { poll: { timeout: 10_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
};

export default config;
