import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Installs the peers that package-lock.json pins, in peers/ (or a folder in it) and nowhere else, if they are not there already: the
 * repository's own `npm ci` stays light. Their install scripts are not run.
 */
export function installPeers(of?: "word2vec"): void {
  const folder = new URL(of === undefined ? "./" : `./${of}/`, import.meta.url);
  if (isInstalled(folder)) return;
  console.log(`installing the peers in ${fileURLToPath(folder)} …`);
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: fileURLToPath(folder),
    stdio: ["ignore", "ignore", "inherit"],
  });
}

function isInstalled(folder: URL): boolean {
  const manifest = (path: string): unknown => JSON.parse(readFileSync(new URL(path, folder), "utf8"));
  const { dependencies } = manifest("package.json") as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => {
    const path = `node_modules/${name}/package.json`;
    return existsSync(new URL(path, folder)) && (manifest(path) as { version: string }).version === version;
  });
}
