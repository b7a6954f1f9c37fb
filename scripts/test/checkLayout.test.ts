import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkLayout } from "../checkLayout.mjs";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "layout-"));
  for (const path of [
    "packages/core-wasm/assembly/kernels/softmax.ts",
    "packages/core-wasm/src/kernels/softmax.ts",
    "packages/core-wasm/src/reference/softmax.ts",
    "packages/core-wasm/src/reference/index.ts",
    "packages/core-wasm/test/kernels/softmax.test.ts",
    "benchmarks/kernels/softmax.bench.ts",
  ]) {
    plant(path, "export {};\n");
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function plant(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

it("is content with a house in order", () => {
  plant("packages/models/src/rnn/cell.ts", 'import { a } from "../tensor/index.js";\nimport "./b.js";\n');
  plant("packages/models/src/tensor/tape.ts", 'import { x } from "@lanewise/core-wasm";\n');
  plant(
    "packages/models/test/rnn.test.ts",
    'import { a } from "../src/rnn/cell.js";\nimport fc from "fast-check";\n',
  );
  plant("packages/models/vitest.config.ts", 'import { projects } from "../../vitest.shared.js";\n');
  plant(
    "packages/models/src/diffusion/continuous/heun.ts",
    'import "./sigma.js";\nimport "../../nn/layer.js";\n',
  );
  plant(
    "packages/models/test/golden.ts",
    'import torch from "../../core-wasm/test/golden/torch.json" with { type: "json" };\n',
  );
  plant("packages/web-demo/src/main.ts", 'import { CharRnn } from "@lanewise/models/rnn";\n');
  plant("benchmarks/all.ts", 'import "@lanewise/tokenizer";\nimport "@lanewise/models/rnn";\n');
  plant(
    "packages/core-wasm/src/doc.ts",
    '/**\n * import { a } from "@lanewise/models/rnn";\n */\n// from "@lanewise/models"\n',
  );
  plant("packages/core-wasm/node_modules/x/index.js", 'import "@lanewise/models/rnn";\n');
  plant("packages/core-wasm/dist/index.js", 'import "@lanewise/models/rnn";\n');
  expect(checkLayout(root)).toEqual([]);
});

it.each([
  ["packages/core-wasm/assembly/kernels/matmul.ts", 4],
  ["packages/core-wasm/src/kernels/matmul.ts", 4],
  ["packages/core-wasm/src/reference/matmul.ts", 4],
  ["packages/core-wasm/test/kernels/matmul.test.ts", 4],
  ["benchmarks/kernels/matmul.bench.ts", 4],
])("finds what %s lacks", (path, count) => {
  plant(path, "export {};\n");
  const problems = checkLayout(root);
  expect(problems).toHaveLength(count);
  for (const problem of problems)
    expect(problem).toMatch(/^kernel matmul: .*matmul(\.test|\.bench)?\.ts is missing$/);
});

it.each([
  ["packages/core-wasm/src/a.ts", 'import { t } from "@lanewise/models/rnn";', "nothing of ours"],
  ["packages/core-wasm/test/a.test.ts", 'import { t } from "@lanewise/tokenizer";', "nothing of ours"],
  ["packages/models/src/rnn/a.ts", 'import { t } from "@lanewise/tokenizer";', "@lanewise/core-wasm"],
  ["packages/models/test/a.test.ts", 'const t = await import("@lanewise/tokenizer");', "@lanewise/core-wasm"],
  ["packages/tokenizer/src/a.ts", 'export * from "@lanewise/models/nn";', "@lanewise/core-wasm"],
  ["packages/models/src/nn/a.ts", 'import type { t } from "web-demo";', "@lanewise/core-wasm"],
  ["packages/models/src/nn/a.ts", 'import { t } from "../../../core-wasm/src/index.js";', "by its name"],
  ["packages/core-wasm/test/a.test.ts", 'import t from "../../models/test/golden.json";', "nothing of ours"],
  ["packages/models/src/rnn/a.ts", 'import { t } from "../gpt/model.js";', "no other family (gpt)"],
  ["packages/models/src/rnn/a.ts", 'import { t } from "@lanewise/models/gpt";', "no other family (gpt)"],
  ["packages/models/src/nn/a.ts", 'import { t } from "../rnn/cell.js";', "imports no family (rnn)"],
  ["packages/models/src/nn/a.ts", 'import {\n  t,\n} from "../rnn/cell.js";', "imports no family (rnn)"],
  [
    "packages/models/src/diffusion/discrete/a.ts",
    'import { t } from "../continuous/heun.js";',
    "no other family (diffusion/continuous)",
  ],
])("finds the wrong way in %s: %s", (path, code, reason) => {
  plant(path, `${code}\n`);
  const problems = checkLayout(root);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(path);
  expect(problems[0]).toContain(reason);
});
