import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measurement } from "./harness.ts";
import { startupTitle } from "./contests/titles.ts";
import { summarise } from "./statistics.ts";

/** The product of a matrix of ones and one of twos: 128 everywhere. */
const programs = {
  lanewise: {
    folder: new URL("./", import.meta.url),
    code: `const { matmul } = await import("@lanewise/core-wasm");
const out = matmul(new Float32Array(4096).fill(1), new Float32Array(4096).fill(2), { m: 64, n: 64, k: 64 });`,
  },
  "jax-js": {
    folder: new URL("peers/", import.meta.url),
    code: `const { numpy: np } = await import("@jax-js/jax");
const matrix = (value) => np.array(new Float32Array(4096).fill(value)).reshape([64, 64]);
const out = np.matmul(matrix(1), matrix(2)).dataSync();`,
  },
};

/** Milliseconds from before the import until the product is there as a typed array; Node's own start does not count. */
function once(name: keyof typeof programs): number {
  const { folder, code } = programs[name];
  const program = `const began = performance.now();
${code}
const took = performance.now() - began;
if (!out.every((value) => value === 128)) throw new Error("the product is wrong");
console.log(took);`;
  const args = ["--input-type=module", "--eval", program];
  return Number(execFileSync(process.execPath, args, { cwd: fileURLToPath(folder), encoding: "utf8" }));
}

/** Each in a fresh process, in turns. The first of each does not count: it may read from the disk. */
export function measureStartup(times: number): Measurement[] {
  const samples: Record<keyof typeof programs, number[]> = { lanewise: [], "jax-js": [] };
  for (let i = 0; i <= times; i++) {
    for (const name of ["lanewise", "jax-js"] as const) {
      const took = once(name);
      if (i > 0) samples[name].push(took);
    }
  }
  return (["lanewise", "jax-js"] as const).map((name) => ({
    title: startupTitle,
    name,
    ...summarise(samples[name]),
    role: name === "lanewise" ? "ours" : "peer",
  }));
}
