// The rules of the house that no compiler knows:
//   - a kernel is the same name five times: assembly, binding, reference, test and bench;
//   - imports go one way: web-demo → models, tokenizer → core-wasm; benchmarks may import all of them;
//   - inside models no family imports another, and the shared floor imports no family.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Where a kernel's five files are. Its name is the stem. */
const kernelFolders = [
  { folder: "packages/core-wasm/assembly/kernels", ending: ".ts" },
  { folder: "packages/core-wasm/src/kernels", ending: ".ts" },
  { folder: "packages/core-wasm/src/reference", ending: ".ts" },
  { folder: "packages/core-wasm/test/kernels", ending: ".test.ts" },
  { folder: "benchmarks/kernels", ending: ".bench.ts" },
];

/** What each package may import of ours. */
const mayImport = {
  "packages/core-wasm": [],
  "packages/tokenizer": ["@lanewise/core-wasm"],
  "packages/models": ["@lanewise/core-wasm"],
  "packages/web-demo": ["@lanewise/core-wasm", "@lanewise/models", "@lanewise/tokenizer"],
  benchmarks: ["@lanewise/core-wasm", "@lanewise/models", "@lanewise/tokenizer"],
};

const ourNames = {
  "@lanewise/core-wasm": "packages/core-wasm",
  "@lanewise/tokenizer": "packages/tokenizer",
  "@lanewise/models": "packages/models",
  "web-demo": "packages/web-demo",
  benchmarks: "benchmarks",
};

/** Folders of models/src that every family may import. Every other folder is a family. */
const sharedFloor = new Set(["tensor", "nn", "optim", "losses", "metrics", "data", "io"]);

/** Folders that hold several families. */
const familyHouses = new Set(["diffusion"]);

/** @returns {string[]} one line a violation */
export function checkLayout(root) {
  return [...checkStems(root), ...checkImports(root)];
}

function checkStems(root) {
  const found = kernelFolders.map(({ folder, ending }) => {
    const names = globSync(`*${ending}`, { cwd: join(root, folder) }).filter(
      (name) => name !== "index.ts" && !name.endsWith(".node.test.ts"),
    );
    return new Set(names.map((name) => name.slice(0, -ending.length)));
  });
  const stems = [...new Set(found.flatMap((names) => [...names]))].sort();
  return stems.flatMap((stem) =>
    kernelFolders
      .filter((_, index) => !found[index].has(stem))
      .map(({ folder, ending }) => `kernel ${stem}: ${folder}/${stem}${ending} is missing`),
  );
}

function checkImports(root) {
  const files = globSync("{packages/*,benchmarks}/**/*.{ts,tsx,mts,js,mjs}", {
    cwd: root,
    exclude: (path) => /(^|[\\/])(node_modules|dist|generated)$/.test(String(path.name ?? path)),
  });
  return files
    .map((file) => file.split(sep).join("/"))
    .sort()
    .flatMap((file) =>
      importsOf(join(root, file)).flatMap((specifier) => {
        const problem = judge(file, specifier);
        return problem ? [`${file}: imports "${specifier}": ${problem}`] : [];
      }),
    );
}

/** Why `file` must not import `specifier`, or undefined. */
function judge(file, specifier) {
  const from = packageOf(file);
  if (!from) return undefined;
  const target = targetOf(file, specifier, from);
  if (!target) return undefined;
  const to = packageOf(target);
  if (!to) return undefined;
  if (to !== from) {
    const isData = specifier.endsWith(".json"); // golden values, which several packages' tests share
    if (specifier.startsWith(".") && !isData) return `another package is imported by its name, not by a path`;
    const allowed = mayImport[from].map((name) => ourNames[name]);
    return allowed.includes(to)
      ? undefined
      : `${from} may import ${mayImport[from].join(", ") || "nothing of ours"}`;
  }
  const [importer, imported] = [familyOf(file), familyOf(target)];
  if (!importer || !imported || importer === imported || sharedFloor.has(imported)) return undefined;
  return sharedFloor.has(importer)
    ? `the shared floor (${importer}) imports no family (${imported})`
    : `the family ${importer} imports no other family (${imported}): what two share lives in ${[...sharedFloor].join(", ")}`;
}

/** The path inside the repository that a specifier of ours leads to. */
function targetOf(file, specifier, from) {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(file), specifier);
  for (const [name, folder] of Object.entries(ourNames)) {
    if (specifier !== name && !specifier.startsWith(`${name}/`)) continue;
    const inside = specifier.slice(name.length + 1);
    return folder === from && inside === "" ? undefined : posix.join(folder, "src", inside, "index.ts");
  }
  return undefined;
}

function packageOf(path) {
  return Object.keys(mayImport).find((folder) => path.startsWith(`${folder}/`));
}

/** The folder under models/src: "rnn", "tensor", "diffusion/continuous". */
function familyOf(path) {
  const [, folder, inner] = /^packages\/models\/src\/([^/]+)\/(?:([^/]+)\/)?/.exec(path) ?? [];
  return folder && inner && familyHouses.has(folder) ? `${folder}/${inner}` : folder;
}

function importsOf(path) {
  const code = readFileSync(path, "utf8")
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "");
  const clauses = /\b(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g;
  return [...code.matchAll(clauses)].map(([, , specifier]) => specifier);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
  if (!existsSync(join(root, "packages"))) throw new Error(`no packages in ${root}`);
  const problems = checkLayout(root);
  for (const problem of problems) console.error(problem);
  console.log(
    `layout: ${problems.length === 0 ? "in order" : `${problems.length} to mend`} (${relative(".", root) || "."})`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
