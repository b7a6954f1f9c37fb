import { execFileSync } from "node:child_process";
import { playwright } from "@vitest/browser-playwright";
import type { TestProjectConfiguration } from "vitest/config";

/**
 * The same tests in Node and in a real Chromium; a file `*.node.test.ts` needs Node and runs there only.
 *
 * @param headers that the pages are served with
 */
export function projects(headers: Record<string, string> = {}): TestProjectConfiguration[] {
  return [
    { test: { name: "node", include: ["test/**/*.test.ts"], testTimeout: 30_000 } },
    {
      server: { headers },
      test: {
        name: "chromium",
        include: ["test/**/*.test.ts"],
        exclude: ["test/**/*.node.test.ts"],
        testTimeout: 60_000,
        browser: {
          enabled: true,
          headless: true,
          screenshotFailures: false,
          instances: [{ browser: "chromium" }],
          provider: playwright({
            launchOptions: { executablePath: chromiumPath(), chromiumSandbox: false, args: quietChromium },
          }),
        },
      },
    },
  ];
}

/** Flags that keep Chromium from calling home: a closed network would refuse it, dozens of times. */
export const quietChromium: string[] = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** CHROMIUM_PATH, or the first of the usual names on the PATH. */
export function chromiumPath(): string {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // not this one
    }
  }
  return "chromium";
}
