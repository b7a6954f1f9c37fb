// Characters a second of the character model: training, evaluating, writing; on each variant that the engine has.
//
//   npm run bench:charRnn -w benchmarks -- [text] [--cell lstm] [--hidden 128] [--embed 64] [--layers 1]
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { type Cell, CharRnn } from "@lanewise/models/rnn";
import { conditions } from "../harness.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cell: { type: "string", default: "lstm" },
    hidden: { type: "string", default: "128" },
    embed: { type: "string", default: "64" },
    layers: { type: "string", default: "1" },
  },
});
const path =
  positionals[0] ??
  fileURLToPath(new URL("../../packages/web-demo/public/tinyshakespeare.txt", import.meta.url));
const text = readFileSync(path, "utf8");
const rounds = 7;
const [batch, window] = [32, 64];

/** Characters a second: the median of some rounds, behind one that does not count. */
async function speed(characters: number, run: () => Promise<unknown>): Promise<number> {
  const speeds: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const began = performance.now();
    await run();
    if (round > 0) speeds.push((characters * 1000) / (performance.now() - began));
  }
  return Math.round(speeds.sort((a, b) => a - b)[rounds >> 1]!);
}

async function write(model: CharRnn, length: number, temperature: number): Promise<string> {
  let written = "";
  for await (const piece of model.generate("ROMEO:", { length, temperature, seed: 1 })) written += piece;
  return written;
}

/** What is written without a choice must be the likeliest each time, worked out from the start each time. */
async function verify(model: CharRnn): Promise<void> {
  let expected = "";
  for (let i = 0; i < 30; i++) {
    const logits = model.logits(`ROMEO:${expected}`);
    expected += model.alphabet[logits.indexOf(Math.max(...logits))];
  }
  const written = await write(model, 30, 0);
  if (written !== expected) throw new Error(`wrote ${written}, and not ${expected}`);
}

async function measure(variant: Variant): Promise<Record<string, string | number>> {
  const runtime = Runtime.createSync({ variant });
  const model = await CharRnn.create({
    cell: values.cell as Cell,
    hidden: Number(values.hidden),
    embed: Number(values.embed),
    layers: Number(values.layers),
    alphabet: text,
    runtime,
  });
  console.log(`${conditions(runtime)}, ${model.parameterCount} parameters`);
  const stopAfter = 10;
  const train = async (): Promise<void> => {
    for await (const _ of model.train(text, {
      steps: 1000,
      batch,
      window,
      stopAfter,
      resume: model.step > 0,
    }));
  };
  const training = await speed(stopAfter * batch * window, train);
  await verify(model);
  const part = text.slice(0, 20_000);
  const result = {
    variant,
    training,
    "evaluating, one stream": await speed(part.length, () => model.evaluate(part)),
    "evaluating, 32 pieces": await speed(part.length, () => model.evaluate(part, { batch: 32 })),
    writing: await speed(3000, () => write(model, 3000, 1)),
  };
  model.dispose();
  runtime.dispose();
  return result;
}

const variants: Variant[] = hasRelaxedSimd() ? ["simd", "relaxed"] : ["simd"];
const results: Record<string, string | number>[] = [];
for (const variant of variants) results.push(await measure(variant));
console.log(`Characters a second, batch ${batch}, window ${window}:`);
console.table(results);
