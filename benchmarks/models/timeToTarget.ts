// Seconds of training until the validation split costs 2.458 bits per character: Lanewise beside PyTorch, one
// thread each, one after the other in one run, with the same network, optimiser, batches and evaluation.
//
//   npm run timeToTarget -w benchmarks -- [text] [--python /usr/bin/python3] [--variant relaxed|simd]
//
// Needs PyTorch for the peer's half (Debian: python3-torch, and libopenblas0-pthread: on the reference BLAS it is several times
// slower); says so and goes on without it.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Runtime, type Variant } from "@lanewise/core-wasm";
import { CharRnn } from "@lanewise/models/rnn";
import { conditions } from "../harness.ts";

interface Point {
  step: number;
  seconds: number;
  bitsPerCharacter: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string", default: "/usr/bin/python3" },
    variant: { type: "string", default: "relaxed" },
  },
});
const path = positionals[0] ?? fromHere("../../packages/web-demo/public/tinyshakespeare.txt");
const options = {
  text: path,
  hidden: 128,
  embed: 64,
  batch: 32,
  window: 64,
  learningRate: 4e-3,
  evaluateEvery: 100,
  target: 2.458,
  maxSteps: 2000,
};
const text = readFileSync(path, "utf8");
const split = Math.floor(text.length * 0.9);
const [training, validation] = [text.slice(0, split), text.slice(split)];

async function lanewise(runtime: Runtime): Promise<Point[]> {
  const { hidden, embed, batch, window, learningRate, evaluateEvery, target, maxSteps } = options;
  const model = await CharRnn.create({ cell: "lstm", hidden, embed, alphabet: text, seed: 0, runtime });
  const curve: Point[] = [];
  let seconds = 0;
  for (let step = 0; step < maxSteps;) {
    const began = performance.now();
    const run = model.train(training, {
      ...{ steps: maxSteps, batch, window, learningRate, clip: 1, weightDecay: 0, seed: 0 },
      ...{ schedule: "constant" as const, resume: step > 0, stopAfter: evaluateEvery },
    });
    for await (const event of run) step = event.step;
    seconds += (performance.now() - began) / 1000;
    const { bitsPerCharacter } = await model.evaluate(validation);
    curve.push({ step, seconds, bitsPerCharacter });
    report("Lanewise", curve.at(-1)!);
    if (bitsPerCharacter <= target) break;
  }
  model.dispose();
  return curve;
}

async function pytorch(): Promise<{ installation: unknown; curve: Point[] }> {
  const child = spawn(values.python, [fromHere("../peers/torchCharRnn.py")], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" },
  });
  child.stdin.end(JSON.stringify(options));
  let installation: unknown;
  const curve: Point[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (installation === undefined) {
      installation = JSON.parse(line);
      console.log("PyTorch:", installation);
    } else {
      curve.push(JSON.parse(line) as Point);
      report("PyTorch", curve.at(-1)!);
    }
  }
  return { installation, curve };
}

function report(who: string, { step, seconds, bitsPerCharacter }: Point): void {
  console.log(
    `${who}: step ${step}, ${seconds.toFixed(1)} s, ${bitsPerCharacter.toFixed(4)} bits per character`,
  );
}

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

const runtime = Runtime.createSync({ variant: values.variant as Variant });
const ours = await lanewise(runtime);
const theirs = existsSync(values.python) ? await pytorch() : undefined;
if (!theirs) console.log(`No PyTorch at ${values.python}: Lanewise's half only.`);
const ratio = theirs && ours.at(-1)!.seconds / theirs.curve.at(-1)!.seconds;
console.log(`Lanewise ÷ PyTorch, seconds to ${options.target}: ${ratio?.toFixed(3) ?? "not measured"}`);
mkdirSync(fromHere("../results"), { recursive: true });
writeFileSync(
  fromHere("../results/timeToTarget.json"),
  `${JSON.stringify({ conditions: conditions(runtime), options: { ...options, text: undefined }, ratio, lanewise: ours, pytorch: theirs }, undefined, 2)}\n`,
);
