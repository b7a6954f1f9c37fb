import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Inside the repository, so that the packages are found, and ignored by git.
const folder = join(root, "scripts/dist/readme");

interface Example {
  name: string;
  file: string;
  code: string;
  runs: boolean;
}

/** The blocks of a page that are marked `ts` (run) or `ts no-run` (type-checked only). */
function examplesOf(page: string): Example[] {
  const text = readFileSync(join(root, page), "utf8");
  return [...text.matchAll(/^```ts( no-run)?\n([\s\S]*?)^```$/gm)].map((match, index) => {
    const line = text.slice(0, match.index).split("\n").length;
    const file = `${page.replace(/\W+/g, "-")}-${index + 1}.ts`;
    return { name: `${page}:${line}`, file, code: match[2]!, runs: match[1] === undefined };
  });
}

const pages = ["README.md", ...globSync("packages/*/README.md", { cwd: root }).sort()];
const examples = pages.flatMap(examplesOf);

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { file, code } of examples) writeFileSync(join(folder, file), `${code}\nexport {};\n`);
  const own = { composite: false, declaration: false, isolatedDeclarations: false, noEmit: true };
  const compilerOptions = { ...own, types: ["node"] };
  const config = { extends: join(root, "tsconfig.base.json"), compilerOptions, include: ["*.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("finds the examples", () => {
  expect(examples.filter(({ name }) => name.startsWith("README.md"))).not.toHaveLength(0);
});

it("shows code that type-checks", () => {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
  } catch (error) {
    expect.fail((error as { stdout: string }).stdout);
  }
});

describe.each(examples.filter(({ runs }) => runs))("$name", ({ file, code }) => {
  it("runs, and prints what it says", () => {
    const output = execFileSync(process.execPath, [join(folder, file)], { encoding: "utf8" });
    const printed = output.trim().split("\n");
    // `console.log(…); // 8192 384` promises that line; a promise that begins with a word is for people.
    const promised = [...code.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(([, promise], line) =>
      /^(about|two|some) /.test(promise!) ? printed[line] : promise,
    );
    expect(printed.slice(0, promised.length)).toEqual(promised);
  });
});
