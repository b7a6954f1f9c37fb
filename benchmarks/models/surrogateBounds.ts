// Holds every surrogate of the catalogue to its bound on 100,000 random vectors each, of sizes from 1e-3 to 1e4 and with ties, over the
// whole range of its parameters: the long run of what test/smooth/catalogue.test.ts does with fewer. Prints how near the worst vector
// comes to the bound, writes results/surrogateBounds.json, and fails where one is beyond.
//
//   npm run surrogateBounds -w benchmarks -- [--vectors 100000] [--seed 1]
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { settingsOf, type Surrogate, type SurrogateSettings, surrogates } from "@lanewise/models/smooth";
import { machine } from "../harness.ts";

const { values } = parseArgs({
  options: { vectors: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
});
const [vectors, seed] = [Number(values.vectors), Number(values.seed)];

/** SplitMix32. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let h = state;
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
  };
}

function randomRow(draw: () => number): Float64Array {
  const length = 1 + Math.floor(draw() * 12);
  const size = [1e-3, 1, 10, 1e4][Math.floor(draw() * 4)]!;
  const whole = draw() < 0.2;
  const ends = draw() < 0.1;
  return Float64Array.from({ length }, () => {
    if (ends) return draw() < 0.5 ? -1e4 : 1e4;
    const x = (2 * draw() - 1) * size;
    return whole ? Math.round(x) : x;
  });
}

function randomSettings(
  { parameters }: Surrogate,
  draw: () => number,
  n: number,
): Partial<SurrogateSettings> {
  const given: Partial<Record<string, number>> = {};
  for (const { name, least, most, whole } of parameters) {
    if (whole) given[name] = 1 + Math.floor(draw() * n);
    else if (name === "temperature") given[name] = least * (most / least) ** draw();
    else given[name] = least + (most - least) * draw();
  }
  return given;
}

/** The soft and the hard result, and the bound on their difference. */
function at(
  surrogate: Surrogate,
  x: Float64Array,
  settings: SurrogateSettings,
): [soft: ArrayLike<number>, hard: ArrayLike<number>, bound: number] {
  if (surrogate.shape === "elementwise") {
    const value = x[0]!;
    return [
      [surrogate.value(value, settings)],
      [surrogate.hardValue(value, settings)],
      surrogate.bound(value, settings),
    ];
  }
  const bound = surrogate.bound(x, settings);
  if (surrogate.shape === "rowToRow")
    return [surrogate.value(x, settings), surrogate.hardValue(x, settings), bound];
  return [[surrogate.value(x, settings)], [surrogate.hardValue(x, settings)], bound];
}

console.log(`${vectors} vectors each, seed ${seed}`);
const results = surrogates.map((surrogate) => {
  const draw = numbers(seed);
  let [beyond, closest] = [0, 0];
  for (let i = 0; i < vectors; i++) {
    const x = randomRow(draw);
    const [soft, hard, bound] = at(
      surrogate,
      x,
      settingsOf(surrogate, randomSettings(surrogate, draw, x.length)),
    );
    for (let j = 0; j < soft.length; j++) {
      const difference = soft[j]! - hard[j]!;
      // Float64's own rounding, of numbers as large as the hard value.
      const rounding = 1e-13 * (1 + Math.abs(hard[j]!));
      const onItsSide =
        surrogate.side === "twoSided" || (surrogate.side === "above" ? difference : -difference) >= -rounding;
      if (!(Math.abs(difference) <= bound + rounding) || !onItsSide) beyond++;
      if (bound > 1e-6) closest = Math.max(closest, Math.abs(difference) / bound);
    }
  }
  console.log(`${surrogate.id.padEnd(14)} ${beyond} beyond; the worst at ${closest.toFixed(6)} of its bound`);
  return { id: surrogate.id, vectors, beyond, closest };
});
mkdirSync(fromHere("../results"), { recursive: true });
writeFileSync(
  fromHere("../results/surrogateBounds.json"),
  `${JSON.stringify({ machine: machine(), seed, results }, undefined, 2)}\n`,
);
if (results.some(({ beyond }) => beyond > 0)) process.exitCode = 1;

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
