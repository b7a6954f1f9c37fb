// Trains a character LSTM of at most 150,000 parameters on nine tenths of Tiny Shakespeare, and evaluates it on the
// last tenth, the state carried over the whole of it. Prints the curve and writes it to results/trainShakespeare.json.
//
//   npm run train -w benchmarks -- [text] [--steps 6000] [--hidden 168] [--embed 32] [--layers 1]
//     [--cell lstm] [--batch 32] [--window 64] [--rate 0.015] [--dropout 0] [--decay 0.01] [--seed 1]
//     [--variant relaxed|simd] [--every 500] [--save model.safetensors]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { type Cell, CharRnn } from "@lanewise/models/rnn";
import { conditions } from "../harness.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    steps: { type: "string", default: "6000" },
    hidden: { type: "string", default: "168" },
    embed: { type: "string", default: "32" },
    layers: { type: "string", default: "1" },
    cell: { type: "string", default: "lstm" },
    batch: { type: "string", default: "32" },
    window: { type: "string", default: "64" },
    rate: { type: "string", default: "0.015" },
    dropout: { type: "string", default: "0" },
    decay: { type: "string", default: "0.01" },
    seed: { type: "string", default: "1" },
    variant: { type: "string", default: hasRelaxedSimd() ? "relaxed" : "simd" },
    every: { type: "string", default: "500" },
    save: { type: "string" },
  },
});

const path = positionals[0] ?? fromHere("../../packages/web-demo/public/tinyshakespeare.txt");
const text = readFileSync(path, "utf8");
const split = Math.floor(0.9 * text.length);
const [training, validation] = [text.slice(0, split), text.slice(split)];

const runtime = Runtime.createSync({ variant: values.variant as Variant });
const network = {
  cell: values.cell as Cell,
  hidden: Number(values.hidden),
  embed: Number(values.embed),
  layers: Number(values.layers),
  dropout: Number(values.dropout),
};
const run = {
  steps: Number(values.steps),
  batch: Number(values.batch),
  window: Number(values.window),
  learningRate: Number(values.rate),
  weightDecay: Number(values.decay),
  evaluateEvery: Number(values.every),
};
const seed = Number(values.seed);
const model = await CharRnn.create({ ...network, alphabet: text, seed, runtime });
const { parameterCount: parameters } = model;
console.log(conditions(runtime));
console.log(
  `${training.length} characters to train on, ${validation.length} to evaluate, ${parameters} parameters`,
);

interface Point {
  step: number;
  /** Since the start, evaluation included. */
  seconds: number;
  training: number;
  validation: number;
}

const curve: Point[] = [];
const began = performance.now();
let charactersPerSecond = 0;
for await (const event of model.train(training, { ...run, seed, validation })) {
  charactersPerSecond = event.charactersPerSecond;
  if (!event.validation) continue;
  const point: Point = {
    step: event.validation.step,
    seconds: round((performance.now() - began) / 1000, 1),
    training: round(event.bitsPerCharacter, 4),
    validation: round(event.validation.bitsPerCharacter, 4),
  };
  curve.push(point);
  const speed = `${Math.round(charactersPerSecond)} characters a second`;
  console.log(
    `step ${point.step}, ${point.seconds} s: validation ${point.validation} bits per character, ${speed}`,
  );
}

let sample = "";
for await (const piece of model.generate("ROMEO:", { length: 300, temperature: 0.8, seed })) sample += piece;
console.log(`ROMEO:${sample}`);
if (values.save) writeFileSync(values.save, model.save());
mkdirSync(fromHere("../results"), { recursive: true });
writeFileSync(
  fromHere("../results/trainShakespeare.json"),
  `${JSON.stringify({ conditions: conditions(runtime), parameters, network, run, seed, curve }, undefined, 2)}\n`,
);
model.dispose();
runtime.dispose();

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
