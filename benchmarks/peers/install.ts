import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("./", import.meta.url);

/**
 * Installs the peers that package-lock.json pins, in peers/ and nowhere else, if they are not there already: the
 * repository's own `npm ci` stays light. Their install scripts are not run.
 */
export function installPeers(): void {
  if (isInstalled()) return;
  console.log("installing the peers in benchmarks/peers …");
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: fileURLToPath(folder),
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function isInstalled(): boolean {
  const { dependencies } = manifest("package.json") as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => {
    const path = `node_modules/${name}/package.json`;
    return existsSync(new URL(path, folder)) && (manifest(path) as { version: string }).version === version;
  });
}

function manifest(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, folder), "utf8"));
}
