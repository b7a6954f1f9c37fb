import { execFileSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** A Node of that major version on the PATH, if there is one. */
export function findNode(major: number): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    try {
      const path = realpathSync(join(folder, "node"));
      accessSync(path, constants.X_OK);
      const version = execFileSync(path, ["--version"], { encoding: "utf8" });
      if (version.startsWith(`v${major}.`)) return path;
    } catch {
      // no Node in this folder
    }
  }
  return undefined;
}

/** Compiles the jobs to dist/, for a Node that does not run TypeScript, and says where the job is. */
export function compileJobs(): string {
  const compiler = fileURLToPath(import.meta.resolve("typescript/package.json"));
  const project = fileURLToPath(new URL("tsconfig.jobs.json", import.meta.url));
  execFileSync(process.execPath, [join(dirname(compiler), "bin/tsc"), "-p", project], { stdio: "inherit" });
  return fileURLToPath(new URL("dist/job.js", import.meta.url));
}
