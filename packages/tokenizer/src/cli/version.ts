import { readFileSync } from "node:fs";

/** This package's version, from the file that names it: it lies above the folder of the bundle. */
export function version(): string {
  const file = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(file) as { version: string }).version;
}
