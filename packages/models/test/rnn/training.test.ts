import { defaultRuntime, RandomStream, type Runtime } from "@lanewise/core-wasm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Alphabet, TextStreams } from "../../src/data/index.js";
import { crossEntropy } from "../../src/losses/index.js";
import { disposeParameters } from "../../src/nn/index.js";
import { Pacer } from "../../src/optim/pacer.js";
import {
  CharRnn,
  type CharRnnOptions,
  type RunOptions,
  type TrainEvent,
  type TrainOptions,
} from "../../src/rnn/index.js";
import { resolveConfig } from "../../src/rnn/config.js";
import { CharRnnNetwork } from "../../src/rnn/network.js";
import { dropout, Tape, type Tensor } from "../../src/tensor/index.js";
import { describeVariants, expectClose } from "../variants.js";
import { sampleText } from "./probe.mjs";

type Run = Pick<RunOptions, "batch" | "window" | "seed" | "learningRate" | "clip" | "weightDecay">;

interface Trained {
  readonly losses: number[];
  readonly norms: number[];
  readonly weights: Map<string, Float32Array>;
}

/**
 * The algorithm of the README in its plainest form: whole windows, states that leave the tape as copies, and in
 * float64 the clipping and AdamW.
 */
function trainPlainly(
  runtime: Runtime,
  options: CharRnnOptions,
  text: string,
  steps: number,
  { batch, window, seed, learningRate, clip, weightDecay }: Run,
): Trained {
  const config = resolveConfig(options);
  const network = new CharRnnNetwork(runtime, config);
  const { embedding, rnn, head } = network;
  const parameters = network.parameters();
  const phase = new RandomStream({ seed, stream: 1, runtime }).uniform();
  const streams = new TextStreams(new Alphabet(config.alphabet).encode(text), { batch, window, phase });
  const random = new RandomStream({ seed, stream: 2, runtime });
  const zeros = (): Float32Array[] =>
    Array.from({ length: config.layers }, () => new Float32Array(batch * config.hidden));
  let [hidden, cell] = [zeros(), zeros()];
  const moments = new Map(
    Array.from(parameters, ([name, { size }]) => [name, [new Float64Array(size), new Float64Array(size)]]),
  );
  const [losses, norms]: [number[], number[]] = [[], []];
  const tape = new Tape({ runtime });
  const [inputs, targets] = [new Int32Array(window * batch), new Int32Array(window * batch)];
  const restarted = new Uint8Array(batch);
  let restarts = 0;
  for (let step = 1; step <= steps; step++) {
    streams.peek(inputs, targets, restarted);
    streams.advance();
    for (const state of [...hidden, ...cell]) {
      for (let b = 0; b < batch; b++) {
        if (restarted[b]) state.fill(0, b * config.hidden, (b + 1) * config.hidden);
      }
    }
    restarts += restarted.filter(Boolean).length;
    tape.run(() => {
      const constants = (list: Float32Array[]): Tensor[] =>
        list.map((values) => tape.input(values, [batch, config.hidden]));
      const from = { hidden: constants(hidden), cell: constants(cell) };
      const x = embedding.forward(tape, inputs, { shape: [window, batch] });
      const { output, state } = rnn.forward(tape, x, { state: from, random });
      const y = dropout(tape, output, { p: config.dropout, stream: random });
      const loss = crossEntropy(tape, head.forward(tape, y), targets);
      for (const parameter of parameters.values()) parameter.zeroGrad();
      tape.backward(loss);
      losses.push(loss.item());
      hidden = state.hidden.map((h) => h.toArray());
      if (state.cell) cell = state.cell.map((c) => c.toArray());
    });
    let squares = 0;
    for (const { grad } of parameters.values()) for (const g of grad!.view) squares += g * g;
    const norm = Math.sqrt(squares);
    norms.push(norm);
    for (const [name, parameter] of parameters) {
      const [m, v] = moments.get(name)!;
      const decay = parameter.shape.length > 1 && name !== "embedding.weight" ? weightDecay : 0;
      const p = parameter.array.view;
      parameter.grad!.view.forEach((grad, i) => {
        const g = grad * Math.min(1, clip / (norm + 1e-6));
        const mean = 0.9 * m![i]! + 0.1 * g;
        const meanSquare = 0.999 * v![i]! + 0.001 * g * g;
        [m![i], v![i]] = [mean, meanSquare];
        const direction = mean / (1 - 0.9 ** step) / (Math.sqrt(meanSquare / (1 - 0.999 ** step)) + 1e-8);
        p[i] = p[i]! - learningRate * (direction + decay * p[i]!);
      });
    }
  }
  expect(restarts).toBeGreaterThan(0);
  const weights = new Map(Array.from(parameters, ([name, parameter]) => [name, parameter.toArray()]));
  tape.dispose();
  disposeParameters(parameters);
  return { losses, norms, weights };
}

/** The same by `train`, a call a step, so that each is heard of. */
async function trainBySteps(
  options: CharRnnOptions,
  text: string,
  steps: number,
  run: TrainOptions,
): Promise<Trained & { events: TrainEvent[] }> {
  const model = await CharRnn.create(options);
  const events: TrainEvent[] = [];
  while (model.step < steps) {
    const one = { ...run, steps, resume: model.step > 0, stopAfter: 1 };
    for await (const event of model.train(text, one)) events.push(event);
  }
  const weights = model.weights();
  model.dispose();
  const [losses, norms] = [events.map(({ loss }) => loss), events.map(({ gradNorm }) => gradNorm)];
  return { losses, norms, weights, events };
}

describeVariants("a step of training", (runtime) => {
  for (const cell of ["rnn", "lstm", "gru"] as const) {
    it(`is what the README says: ${cell}`, async () => {
      // So short a text that every stream comes to its end, and so low a clip that it always bites.
      const text = sampleText(90);
      const options = { cell, hidden: 9, embed: 5, layers: 2, dropout: 0.3, alphabet: text, seed: 4 };
      const run = { batch: 3, window: 7, seed: 8, learningRate: 0.01, clip: 0.05, weightDecay: 0.5 };
      const plain = trainPlainly(runtime, options, text, 15, run);
      const schedule = { schedule: "constant", warmup: 0 } as const;
      const trained = await trainBySteps({ ...options, runtime }, text, 15, { ...run, ...schedule });
      expectClose(trained.losses, plain.losses, { relative: 1e-5 });
      expectClose(trained.norms, plain.norms, { relative: 1e-4 });
      for (const [name, values] of plain.weights) {
        expectClose(trained.weights.get(name)!, values, { relative: 1e-4, absolute: 1e-5 });
      }
    });
  }
});

describe("a step of training", () => {
  afterEach(() => void vi.restoreAllMocks());

  it("lets others run between the pieces of its window, forward and backward", async () => {
    const text = sampleText(200);
    const model = await CharRnn.create({ hidden: 128, embed: 64, alphabet: text });
    const pause = vi.spyOn(Pacer.prototype, "pause");
    const backward = vi.spyOn(Tape.prototype, "backwardSteps");
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (clock += 101));
    await model.train(text, { batch: 64, window: 24, stopAfter: 1 }).next();
    const [turn] = backward.mock.invocationCallOrder;
    const before = pause.mock.invocationCallOrder.filter((at) => at < turn!).length;
    // One before the step, one behind each of three pieces.
    expect(before).toBe(4);
    expect(pause.mock.calls.length - before).toBeGreaterThan(3 * 3);
    model.dispose();
  });

  it("has the same loss and gradient where the window is read in pieces", async () => {
    const text = sampleText(200);
    const options = { hidden: 128, embed: 64, alphabet: text, seed: 4 };
    const run = { batch: 64, window: 24, seed: 8, learningRate: 1e-3, clip: 1, weightDecay: 0 };
    const plain = trainPlainly(defaultRuntime(), options, text, 3, run);
    const trained = await trainBySteps(options, text, 3, { ...run, schedule: "constant" });
    expectClose(trained.losses, plain.losses, { relative: 1e-4 });
    expectClose(trained.norms, plain.norms, { relative: 1e-3 });
  });
});

describe("the events of training", () => {
  afterEach(() => void vi.restoreAllMocks());

  const text = sampleText(500);
  const options = { hidden: 8, embed: 4, alphabet: text, seed: 3 };
  const run = { steps: 40, batch: 4, window: 10, seed: 2 };

  async function eventsOf(more: TrainOptions = {}): Promise<TrainEvent[]> {
    const model = await CharRnn.create(options);
    const events: TrainEvent[] = [];
    for await (const event of model.train(text, { ...run, ...more })) events.push(event);
    model.dispose();
    return events;
  }

  it("have the mean loss since the one before", async () => {
    const { losses } = await trainBySteps(options, text, run.steps, run);
    let before = 0;
    for (const { step, loss } of await eventsOf()) {
      const part = losses.slice(before, step);
      expect(loss).toBeCloseTo(part.reduce((sum, value) => sum + value, 0) / part.length, 6);
      before = step;
    }
    expect(before).toBe(40);
  });

  it("have the speed, and the time that is left at that speed", async () => {
    const began = performance.now();
    const { events } = await trainBySteps(options, text, run.steps, run);
    const seconds = (performance.now() - began) / 1000;
    const characters = run.batch * run.window;
    let spent = 0;
    for (const { step, charactersPerSecond, etaSeconds } of events) {
      expect(etaSeconds * charactersPerSecond).toBeCloseTo((run.steps - step) * characters, 6);
      spent += characters / charactersPerSecond;
    }
    // A step counts as a tenth of a millisecond at least.
    expect(spent).toBeLessThanOrEqual(seconds + run.steps * 1e-4);
    expect(spent).toBeGreaterThan(0);
  });

  it("have a speed even where the clock stands still", async () => {
    vi.spyOn(performance, "now").mockReturnValue(5);
    const [event] = await eventsOf({ stopAfter: 1 });
    expect(event!.charactersPerSecond).toBe(400_000);
    expect(event!.etaSeconds).toBeCloseTo(39 * 1e-4, 12);
  });

  it("have the validation of every so many steps, and of the last", async () => {
    // A clock that leaps, so that there is an event for each step.
    let clock = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (clock += 101));
    const events = await eventsOf({ steps: 11, validation: text.slice(0, 50), evaluateEvery: 4 });
    expect(events.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(events.flatMap(({ validation }) => validation?.step ?? [])).toEqual([4, 8, 11]);
    for (const { step, validation } of events) if (validation) expect(validation.step).toBe(step);
  });
});
