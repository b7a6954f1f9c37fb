import { execFileSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright";
import { build, preview } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, quietChromium } from "../../vitest.shared.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "packed-"));
const packages = ["core-wasm", "tokenizer", "models"];

interface Manifest {
  name: string;
  exports: Record<string, { types: string; default: string }>;
}
const manifests = packages.map(
  (name) => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")) as Manifest,
);
const doors = manifests.flatMap(({ name, exports }) =>
  Object.keys(exports)
    .filter((subpath) => !subpath.endsWith(".wasm"))
    .map((subpath) => name + subpath.slice(1)),
);

/** Every Node on the PATH: ours (24), and the machine's own, which may be as old as 20. */
const nodes = [
  ...new Set([
    process.execPath,
    ...(process.env.PATH ?? "").split(delimiter).map((path) => join(path, "node")),
  ]),
].flatMap((path) => {
  try {
    accessSync(path, constants.X_OK);
    return [realpathSync(path)];
  } catch {
    return [];
  }
});
const versions = new Map(
  nodes.map((path) => [execFileSync(path, ["--version"], { encoding: "utf8" }).trim(), path]),
);

/** Runs a module where the packages are installed, with that Node, and reads what it prints. */
function run(node: string, code: string, flags: string[] = []): Record<string, unknown> {
  const file = join(folder, "main.mjs");
  writeFileSync(file, code);
  const options = { cwd: folder, encoding: "utf8", stdio: "pipe" } as const;
  return JSON.parse(execFileSync(node, [...flags, file], options)) as Record<string, unknown>;
}

beforeAll(() => {
  const npm = (...args: string[]): string =>
    execFileSync("npm", [...args, "--loglevel=error"], { cwd: root, encoding: "utf8" });
  const packed = npm(
    "pack",
    "--json",
    "--pack-destination",
    folder,
    ...packages.map((name) => `./packages/${name}`),
  );
  const tarballs = [...packed.matchAll(/"filename": "(.*?\.tgz)"/g)].map(([, file]) => join(folder, file!));
  if (tarballs.length !== packages.length) throw new Error(`npm packed ${tarballs.join(", ")}`);
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  npm("install", "--prefix", folder, "--prefer-offline", "--no-audit", "--no-fund", ...tarballs);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each([...versions])("packed and installed, in Node %s", (version, node) => {
  it("opens every door", () => {
    const names = run(
      node,
      `const doors = ${JSON.stringify(doors)};
       const names = await Promise.all(doors.map(async (door) => [door, Object.keys(await import(door))]));
       console.log(JSON.stringify(Object.fromEntries(names)));`,
    );
    expect(Object.keys(names)).toEqual(doors);
    expect(names["@lanewise/core-wasm"]).toContain("containerMaxArea");
    expect(names["@lanewise/core-wasm/reference"]).toContain("containerMaxArea");
  });

  it("runs a kernel with no configuration, on the variant that this Node has", () => {
    const relaxed = Number(version.slice(1).split(".")[0]) >= 21;
    const result = run(
      node,
      `import { containerMaxArea, init, Runtime } from "@lanewise/core-wasm";
       import { wasmUrl } from "@lanewise/core-wasm/url";
       const heights = Uint32Array.of(1, 8, 6, 2, 5, 4, 8, 3, 7);
       const sync = containerMaxArea(heights);
       const { variant } = await init();
       const pinned = await Runtime.create({ variant: "simd" });
       const fromUrl = await Runtime.create({ url: wasmUrl() });
       const areas = [pinned, fromUrl].map((runtime) => containerMaxArea(heights, { runtime }).area);
       console.log(JSON.stringify({ sync, variant, pinned: pinned.variant, fromUrl: fromUrl.variant, areas }));`,
    );
    const variant = relaxed ? "relaxed" : "simd";
    expect(result).toEqual({
      sync: { area: 49, left: 1, right: 8 },
      variant,
      pinned: "simd",
      fromUrl: variant,
      areas: [49, 49],
    });
  });
});

/** Five lines that count tokens. */
const counting = `import { Tokenizer } from "@lanewise/tokenizer";
import o200kBase from "@lanewise/tokenizer/o200k_base";
const tokenizer = await Tokenizer.load(o200kBase);
const count = tokenizer.count("Small models, full speed.");
`;

describe.each([...versions])("the tokenizer, in Node %s", (_, node) => {
  it("counts with no configuration", () => {
    expect(run(node, `${counting}console.log(JSON.stringify({ count }));`)).toEqual({ count: 6 });
  });

  it("loads encodings by name, and definitions", () => {
    const result = run(
      node,
      `import { Tokenizer } from "@lanewise/tokenizer";
       import { encodingForModel, loadEncoding } from "@lanewise/tokenizer/encodings";
       import { readTiktoken, writeTiktoken } from "@lanewise/tokenizer/formats";
       const { definition } = await Tokenizer.load(await loadEncoding(encodingForModel("davinci")));
       const tokenizer = await Tokenizer.load(readTiktoken(writeTiktoken(definition), { scanner: "r50k" }));
       console.log(JSON.stringify({ ids: [...tokenizer.encode("hello world")] }));`,
    );
    expect(result).toEqual({ ids: [31373, 995] });
  });
});

it("the tokenizer counts in a page that Vite builds, and in a worker there", async () => {
  const page = join(folder, "page");
  mkdirSync(page);
  writeFileSync(join(page, "index.html"), '<!doctype html><script type="module" src="main.js"></script>');
  writeFileSync(join(page, "worker.js"), `${counting}postMessage(count);`);
  writeFileSync(
    join(page, "main.js"),
    `${counting}
     const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
     worker.onmessage = ({ data }) => (globalThis.counts = [count, data]);
     worker.onerror = ({ message }) => (globalThis.counts = message);`,
  );
  await build({
    root: page,
    configFile: false,
    logLevel: "error",
    worker: { format: "es" },
    build: { target: "es2022" },
  });
  const server = await preview({ root: page, configFile: false, logLevel: "error", preview: { port: 0 } });
  const browser = await chromium.launch({
    executablePath: chromiumPath(),
    chromiumSandbox: false,
    args: quietChromium,
  });
  try {
    const tab = await browser.newPage();
    await tab.goto(server.resolvedUrls!.local[0]!);
    const counts = await tab.waitForFunction(() => (globalThis as { counts?: unknown }).counts);
    expect(await counts.jsonValue()).toEqual([6, 6]);
  } finally {
    await browser.close();
    await server.close();
  }
});

describe.each([...versions])("threads, in Node %s", (_, node) => {
  it("compute what one does, and end", () => {
    const result = run(
      node,
      `import { matmul } from "@lanewise/core-wasm";
       import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
       const runtime = await createThreadedRuntime({ threads: 2, leastPart: 0 });
       const x = Float32Array.from({ length: 10000 }, (_, i) => Math.sin(i));
       const shape = { m: 100, n: 100, k: 100 };
       const [one, two] = [matmul(x, x, shape), matmul(x, x, { ...shape, runtime })];
       console.log(JSON.stringify({ threads: runtime.threads, same: one.every((value, i) => value === two[i]) }));`,
    );
    expect(result).toEqual({ threads: 2, same: true });
  });
});

it("runs where nothing may be compiled, as in Cloudflare Workers", () => {
  writeFileSync(
    join(folder, "worker.mjs"),
    `import { readFileSync } from "node:fs";
     import { registerHooks } from "node:module";
     const source = \`import { readFileSync } from "node:fs";
       export default new globalThis.CompiledModule(readFileSync(new URL(import.meta.url)));\`;
     globalThis.CompiledModule = WebAssembly.Module;
     registerHooks({
       load: (url, context, next) =>
         url.endsWith(".wasm") ? { format: "module", source, shortCircuit: true } : next(url, context),
     });`,
  );
  const code = `import { containerMaxArea, init } from "@lanewise/core-wasm";
    import { Tokenizer } from "@lanewise/tokenizer";
    import gpt2 from "@lanewise/tokenizer/gpt2";
    const refuse = () => { throw new WebAssembly.CompileError("disallowed"); };
    WebAssembly.compile = refuse;
    WebAssembly.Module = new Proxy(WebAssembly.Module, { construct: refuse });
    const { variant } = await init({ variant: "simd" });
    const count = (await Tokenizer.load(gpt2)).count("hello world");
    console.log(JSON.stringify({ variant, count, ...containerMaxArea(Uint32Array.of(2, 3)) }));`;
  const flags = ["--conditions=workerd", "--import", join(folder, "worker.mjs")];
  expect(run(process.execPath, code, flags)).toEqual({
    ...{ variant: "simd", count: 2 },
    ...{ area: 2, left: 0, right: 1 },
  });
  expect(() => run(process.execPath, code)).toThrow("wasm-unsafe-eval");
});

it("packs no more than is needed", () => {
  for (const { name, exports } of manifests) {
    const inside = execFileSync("find", [join(folder, "node_modules", name), "-type", "f"], {
      encoding: "utf8",
    });
    expect(inside).toContain("README.md");
    expect(inside).not.toMatch(/tsbuildinfo|\.test\.|\/src\/.*\.ts$|\/assembly\//m);
    for (const { types, default: file } of Object.values(exports)) {
      expect(inside).toContain(types.slice(1));
      expect(inside).toContain(file.slice(1));
    }
  }
});
