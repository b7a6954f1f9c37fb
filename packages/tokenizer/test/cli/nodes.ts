import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Every Node on the PATH, one of each version, by version. */
export const nodes: ReadonlyMap<string, string> = new Map(
  [process.execPath, ...(process.env.PATH ?? "").split(delimiter).map((path) => join(path, "node"))]
    .filter((path) => existsSync(path))
    .map((path) => [execFileSync(path, ["--version"], { encoding: "utf8" }).trim(), path]),
);
