import { confusionMatrix } from "@lanewise/models/metrics";
import { Mlp, shiftImages } from "@lanewise/models/mlp";
import type { Settings } from "./config.js";
import { type Digits, imageSize, inputsOf, part, side } from "./digits.js";
import type { Misread, Reply, Request, Verdict } from "./protocol.js";

/** What the session stands on: the worker's own, or doubles in a test. */
export interface SessionParts {
  readonly post: (reply: Reply) => void;
  readonly load: () => Promise<Digits>;
}

/** The images that are kept back. */
const heldOut = 1000;
/** The images that are shown of those that were read wrongly, and of what the first layer looks for. */
const shown = { misread: 24, units: 32 };

interface Run {
  readonly id: number;
  readonly controller: AbortController;
  model: Mlp | undefined;
  /** Resolves where the run may go on. */
  gate: Promise<void> | undefined;
  open: () => void;
}

/** The worker's part: teaches a network digits, and has it read what the visitor draws. */
export class Session {
  readonly #parts: SessionParts;
  #digits: Promise<Digits> | undefined;
  #run: Run | undefined;
  #image: Float32Array<ArrayBuffer> | undefined;
  #example = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  handle(request: Request): void {
    const run = this.#run;
    switch (request.type) {
      case "start":
        void this.#start(request.run, request.settings);
        return;
      case "pause":
        if (run?.id === request.run && !run.gate) {
          run.gate = new Promise((resolve) => (run.open = resolve));
        }
        return;
      case "resume":
        if (run?.id === request.run) this.#open(run);
        return;
      case "stop":
        if (run?.id === request.run) this.#end();
        return;
      case "read":
        this.#image = request.image;
        this.#answer();
        return;
      case "example":
        void this.#showExample();
        return;
      case "save": {
        const bytes = run?.id === request.run ? run.model?.save() : undefined;
        if (bytes) this.#parts.post({ type: "file", run: request.run, bytes });
        return;
      }
    }
  }

  async #start(id: number, settings: Settings): Promise<void> {
    this.#end();
    const run: Run = {
      id,
      controller: new AbortController(),
      model: undefined,
      gate: undefined,
      open: () => {},
    };
    this.#run = run;
    const { post } = this.#parts;
    try {
      post({ type: "loading", run: id });
      const digits = await this.#load();
      if (this.#run !== run) return;
      const count = digits.labels.length - heldOut;
      const model = await Mlp.create({
        inputs: imageSize,
        hidden: settings.width === 0 ? [] : Array<number>(settings.depth).fill(settings.width),
        outputs: 10,
        activation: settings.activation,
        dropout: settings.width === 0 ? 0 : settings.dropout,
        seed: settings.seed,
      });
      run.model = model;
      // What has begun in the meantime has not seen this model, to dispose of it.
      if (this.#run !== run) return model.dispose();
      post({ type: "ready", run: id, training: count, heldOut, parameters: model.parameterCount });
      await this.#train(run, model, part(digits, 0, count), part(digits, count, count + heldOut), settings);
      if (this.#run === run) post({ type: "finished", run: id });
    } catch (error) {
      if (this.#run !== run) return;
      post({ type: "failed", run: id, reason: error instanceof Error ? error.message : String(error) });
    }
  }

  async #train(run: Run, model: Mlp, training: Digits, test: Digits, settings: Settings): Promise<void> {
    const { post } = this.#parts;
    const { epochs, batch, shift } = settings;
    const x = inputsOf(training.pixels);
    const testInputs = inputsOf(test.pixels);
    const events = model.fit(
      { x, y: training.labels },
      {
        epochs,
        batch,
        learningRate: settings.rate / 1000,
        schedule: "cosine",
        finalRate: 0.05,
        weightDecay: 0.01,
        seed: settings.seed,
        ...(shift > 0 && { augment: shiftImages({ width: side, height: side, by: shift }) }),
        validation: { x: testInputs, y: test.labels },
        signal: run.controller.signal,
      },
    );
    this.#showPicture(run, model);
    this.#answer();
    for await (const event of events) {
      const { step, steps, loss, examplesPerSecond, etaSeconds, validation } = event;
      const progress = { epoch: (step / steps) * epochs, epochs, step, steps, loss, etaSeconds };
      post({ type: "progress", run: run.id, progress: { ...progress, imagesPerSecond: examplesPerSecond } });
      this.#showPicture(run, model);
      this.#answer();
      if (validation) {
        const verdict = judge(model, testInputs, test, validation.loss);
        post({ type: "verdict", run: run.id, epoch: validation.epoch, verdict });
      }
      await this.#wait(run);
    }
  }

  /** The network learns only while its events are asked for. */
  async #wait(run: Run): Promise<void> {
    if (!run.gate) return;
    this.#parts.post({ type: "paused", run: run.id });
    await run.gate;
    run.controller.signal.throwIfAborted();
    this.#parts.post({ type: "resumed", run: run.id });
  }

  #open(run: Run): void {
    run.gate = undefined;
    run.open();
  }

  #end(): void {
    const run = this.#run;
    if (!run) return;
    this.#run = undefined;
    run.controller.abort();
    this.#open(run);
    run.model?.dispose();
  }

  #load(): Promise<Digits> {
    this.#digits ??= this.#parts.load();
    // The next run tries again.
    this.#digits.catch(() => (this.#digits = undefined));
    return this.#digits;
  }

  #showPicture(run: Run, model: Mlp): void {
    const all = model.weights().get("layers.0.weight")!;
    const units = Math.min(shown.units, all.length / imageSize);
    this.#parts.post({ type: "picture", run: run.id, units, weights: all.slice(0, units * imageSize) });
  }

  #answer(): void {
    const model = this.#run?.model;
    if (!model || !this.#image) return;
    this.#parts.post({ type: "answer", probabilities: Float32Array.from(model.predict(this.#image)) });
  }

  async #showExample(): Promise<void> {
    try {
      const digits = await this.#load();
      const at = digits.labels.length - heldOut + (this.#example++ % heldOut);
      const { pixels, labels } = part(digits, at, at + 1);
      this.#parts.post({ type: "example", pixels, label: labels[0]! });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#parts.post({ type: "failed", run: this.#run?.id ?? 0, reason });
    }
  }
}

function judge(
  model: Mlp,
  inputs: Float32Array<ArrayBuffer>,
  { pixels, labels }: Digits,
  loss: number,
): Verdict {
  const probabilities = model.predict(inputs);
  const answers = Uint8Array.from(labels, (_, i) => greatest(probabilities.subarray(10 * i, 10 * i + 10)));
  const { counts, total } = confusionMatrix(labels, answers, { classes: 10 });
  const misread: Misread[] = [];
  labels.forEach((label, i) => {
    const answer = answers[i]!;
    if (answer === label) return;
    const image = pixels.slice(i * imageSize, (i + 1) * imageSize);
    misread.push({ pixels: image, label, answer, confidence: probabilities[10 * i + answer]! });
  });
  const accuracy = 1 - misread.length / total;
  misread.sort((a, b) => b.confidence - a.confidence);
  return { accuracy, loss, confusions: counts, misread: misread.slice(0, shown.misread) };
}

function greatest(values: Float32Array): number {
  return values.indexOf(Math.max(...values));
}
