// Images a second in training a multi-layer perceptron on digits: Lanewise beside tfjs-wasm and tfjs-cpu, one thread each, with
// the same first weights, batches and optimiser; and Lanewise on two threads. Losses and weights after some steps must agree
// before a figure counts. Each contender has a process of its own, and they take turns. Prints, and writes results/mlp.json.
//
//   npm run bench:mlp -w benchmarks -- [--rounds 5] [--seconds 2] [--works 0,1,2,3]
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { Mlp } from "@lanewise/models/mlp";
import { machine } from "../harness.ts";
import { installPeers } from "../peers/install.ts";
import { type Layer, tfjsTraining } from "../peers/tfjsMlp.ts";
import { median } from "../statistics.ts";
import { type Digits, trainingDigits } from "./digits.ts";

type Contender = Variant | "two threads" | "wasm" | "cpu";

interface Work {
  hidden: readonly number[];
  batch: number;
  optimizer: "sgd" | "adam";
}

/** What a process says of itself. */
interface Report {
  name: string;
  imagesPerSecond: number;
  /** Of the first steps. */
  losses: number[];
  /** After those: weight and bias of each layer, weights as [outputs, inputs]. */
  weights: number[][];
}

const works: readonly Work[] = [
  { hidden: [128], batch: 64, optimizer: "adam" },
  { hidden: [128], batch: 64, optimizer: "sgd" },
  { hidden: [256, 128], batch: 128, optimizer: "adam" },
  { hidden: [32], batch: 32, optimizer: "sgd" },
];
const rates = { adam: 1e-3, sgd: 0.1 };
/** Steps whose losses and weights are compared. */
const compared = 20;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "2" },
    contender: { type: "string" },
    work: { type: "string", default: "0" },
    works: { type: "string" },
  },
});
const seconds = Number(values.seconds);

if (values.contender) {
  const work = works[Number(values.work)]!;
  const report = await run(values.contender as Contender, work, mixed(trainingDigits()));
  console.log(JSON.stringify(report));
} else {
  installPeers();
  await compareAll();
}

async function compareAll(): Promise<void> {
  const relaxed: Contender[] = hasRelaxedSimd() ? ["relaxed"] : [];
  const contenders: Contender[] = [...relaxed, "simd", "two threads", "wasm", "cpu"];
  const chosen = values.works?.split(",").map(Number) ?? works.keys();
  console.log(machine());
  const results = Array.from(chosen, (index) => {
    const work = works[index]!;
    const reports = new Map<Contender, Report[]>(contenders.map((contender) => [contender, []]));
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const contender of contenders) reports.get(contender)!.push(inProcess(contender, index));
    }
    for (const contender of contenders) verify(reports.get(contender)![0]!, reports.get("cpu")![0]!);
    const speeds = contenders.map((contender) => {
      const all = reports.get(contender)!;
      const middle = median(all.map(({ imagesPerSecond }) => imagesPerSecond));
      return { contender: all[0]!.name, imagesPerSecond: Math.round(middle) };
    });
    const best = Math.max(...speeds.slice(-2).map(({ imagesPerSecond }) => imagesPerSecond));
    const table = speeds.map((speed) => ({
      ...speed,
      timesTheBetterPeer: Number((speed.imagesPerSecond / best).toFixed(2)),
    }));
    console.log(`784-${work.hidden.join("-")}-10, batch ${work.batch}, ${work.optimizer}:`);
    console.table(table);
    return { ...work, speeds: table };
  });
  const path = fromHere("../results/mlp.json");
  const before = existsSync(path)
    ? (JSON.parse(readFileSync(path, "utf8")) as { results: typeof results }).results
    : [];
  // Those that were not measured now stay as they were.
  const name = ({ hidden, batch, optimizer }: Work): string => `${hidden.join("-")}, ${batch}, ${optimizer}`;
  const all = works.flatMap(
    (work) => [...results, ...before].find((result) => name(result) === name(work)) ?? [],
  );
  mkdirSync(fromHere("../results"), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ conditions: machine(), results: all }, undefined, 2)}\n`);
}

function inProcess(contender: Contender, work: number): Report {
  const script = fileURLToPath(import.meta.url);
  const options = ["--contender", contender, "--work", `${work}`, "--seconds", `${seconds}`];
  const output = execFileSync(process.execPath, [script, ...options], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return JSON.parse(output.slice(output.indexOf("{"))) as Report;
}

/** Losses to a hundredth of a percent of the largest, and weights to two thousandths of their layer's largest. */
function verify(report: Report, wanted: Report): void {
  const far = (a: readonly number[], b: readonly number[], tolerance: number): boolean => {
    const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return a.length !== b.length || a.some((value, i) => !(Math.abs(value - b[i]!) <= tolerance * scale));
  };
  if (far(report.losses, wanted.losses, 1e-4))
    throw new Error(`${report.name}: other losses, ${report.losses}`);
  report.weights.forEach((weights, i) => {
    if (far(weights, wanted.weights[i]!, 2e-3)) throw new Error(`${report.name}: other weights, ${i}`);
  });
}

async function run(contender: Contender, work: Work, digits: Digits): Promise<Report> {
  const { hidden } = work;
  // The first weights of all contenders.
  const variant = contender === "simd" || !hasRelaxedSimd() ? "simd" : "relaxed";
  const runtime =
    contender === "two threads"
      ? await createThreadedRuntime({ threads: 2, variant })
      : Runtime.createSync({ variant });
  const model = await Mlp.create({ inputs: 784, outputs: 10, hidden, seed: 1, runtime });
  if (contender === "wasm" || contender === "cpu") return runPeer(contender, model, work, digits);
  return runOurs(
    `Lanewise, ${variant}${contender === "two threads" ? ", two threads" : ""}`,
    model,
    work,
    digits,
  );
}

async function runOurs(name: string, model: Mlp, work: Work, digits: Digits): Promise<Report> {
  const { batch, optimizer } = work;
  const options = {
    batch,
    shuffle: false,
    epochs: 1_000_000,
    optimizer: optimizer === "adam" ? ("adamW" as const) : optimizer,
    learningRate: rates[optimizer],
  };
  const steps = async (count: number): Promise<number> => {
    let loss = 0;
    for await (const event of model.fit(digits, { ...options, stopAfter: count, resume: model.step > 0 }))
      loss = event.loss;
    return loss;
  };
  const losses: number[] = [];
  for (let step = 0; step < compared; step++) losses.push(await steps(1));
  const weights = [...model.weights().values()].map((values) => [...values]);
  const abort = new AbortController();
  await steps(300);
  let [images, spent] = [0, 0];
  const began = performance.now();
  try {
    for await (const event of model.fit(digits, { ...options, resume: true, signal: abort.signal })) {
      spent = (performance.now() - began) / 1000;
      images = (event.step - compared - 300) * batch;
      if (spent >= seconds) abort.abort();
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  }
  return { name, imagesPerSecond: images / spent, losses, weights };
}

async function runPeer(backend: "wasm" | "cpu", model: Mlp, work: Work, digits: Digits): Promise<Report> {
  const { batch, optimizer } = work;
  const named = model.weights();
  const widths = [784, ...work.hidden, 10];
  const layers: Layer[] = widths.slice(1).map((outputs, i) => {
    const inputs = widths[i]!;
    const bias = named.get(`layers.${i}.bias`)!;
    return { inputs, outputs, weight: transposed(named.get(`layers.${i}.weight`)!, outputs, inputs), bias };
  });
  const options = { batch, optimizer, rate: rates[optimizer] };
  const training = await tfjsTraining(backend, layers, { ...digits, classes: 10 }, options);
  const batches = Math.floor(digits.y.length / batch);
  let step = 0;
  const next = (): void => training.step((step++ % batches) * batch);
  const losses: number[] = [];
  for (let i = 0; i < compared; i++) {
    next();
    losses.push(training.loss());
  }
  const weights = training.weights().map((values, i) => {
    const { inputs, outputs } = layers[i >> 1]!;
    return [...(i % 2 === 0 ? transposed(values, inputs, outputs) : values)];
  });
  const until = async (milliseconds: number): Promise<number> => {
    const began = performance.now();
    let images = 0;
    while (performance.now() - began < milliseconds) {
      next();
      training.loss();
      images += batch;
    }
    return images / ((performance.now() - began) / 1000);
  };
  await until(1000);
  const imagesPerSecond = await until(seconds * 1000);
  training.dispose();
  return { name: training.name, imagesPerSecond, losses, weights };
}

/** [rows, cols] → [cols, rows] */
function transposed(values: Float32Array, rows: number, cols: number): Float32Array {
  return Float32Array.from(values, (_, i) => values[(i % rows) * cols + Math.floor(i / rows)]!);
}

/** The digits in an order that mixes them, whole batches of each size among them: 9,984 of 10,000. */
function mixed({ x, y }: Digits): Digits {
  const count = 9984;
  const out = { x: new Float32Array(count * 784), y: new Int32Array(count) };
  for (let i = 0; i < count; i++) {
    const from = (i * 7919) % y.length;
    out.x.set(x.subarray(from * 784, (from + 1) * 784), i * 784);
    out.y[i] = y[from]!;
  }
  return out;
}

function fromHere(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}
