import type { RunConfig, Voice } from "./config.js";
import type { Learner, LearnerKind } from "./learner.js";
import { LiveVoice } from "./liveVoice.js";
import type { Reply, Request, Stage, TextSource } from "./protocol.js";
import { Reading } from "./reading.js";

/** What the session stands on: the worker gives it the real things, a test gives it doubles. */
export interface SessionParts {
  learners: LearnerKind;
  /** The whole text of a source; reports the fraction that has arrived where that is known. */
  loadText: (
    source: TextSource,
    signal: AbortSignal,
    onProgress: (fraction: number | undefined) => void,
  ) => Promise<string>;
  post: (reply: Reply) => void;
  /** Lets waiting messages in. */
  breathe: () => Promise<void>;
  sleep: (ms: number) => Promise<void>;
  now: () => number;
  /** How much Wasm memory there is. */
  memoryBytes: () => number;
}

/** Something under way. */
interface Activity {
  readonly signal: AbortSignal;
  /** Where it is: named when it fails. */
  stage: Stage;
}

/** One run: a model, and the text it learns from. */
interface Run {
  readonly number: number;
  readonly config: RunConfig;
  readonly model: Learner;
  readonly training: string;
  readonly heldOut: string;
  readonly voice: LiveVoice;
  readonly reading: Reading;
  readonly milestones: number[];
  step: number;
  bits: number;
}

const heldOutFraction = 0.1;
/** Held-out text is read in so many pieces side by side. */
const evaluateBatch = 32;
/** How much of each piece is measured while training goes on; the end measures all of it. */
const quickPiece = 512;
const milestoneSteps = [1, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const milestoneLength = 90;
const writingLength = 600;
const charactersPerEvent = 6;
const readEveryMs = 1500;
/**
 * Smaller steps than a long run on a server would take, and a higher rate: this learns most in the first minute. (On
 * Tiny Shakespeare, 2000 steps of an LSTM of 128 end at 2.41 bits per character.)
 */
const training = { batch: 16, window: 48, learningRate: 0.01 };

/**
 * The worker's side of the exhibit: does one thing at a time, and stops it when asked. Everything that takes long
 * is a loop that lets messages in.
 */
export class Session {
  readonly #parts: SessionParts;
  #run: Run | undefined;
  #current: { abort: AbortController; done: Promise<void> } | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Takes one request of the page. What it starts goes on after it returns. */
  handle(request: Request): void {
    switch (request.type) {
      case "start":
        this.#begin(request.run, (activity) => this.#start(request, activity));
        break;
      case "resume":
        this.#begin(request.run, (activity) => this.#train(this.#runOf(request.run), activity, request.only));
        break;
      case "stop":
        this.#stop(request.run);
        break;
      case "reset":
        this.#begin(request.run, async () => this.#forget());
        break;
      case "voice":
        this.#changeVoice(request.run, request.voice, request.again);
        break;
      case "export":
        this.#export(request.run);
        break;
    }
  }

  /** Ends what is under way, then does `work`. */
  #begin(run: number, work: (activity: Activity) => Promise<void>): void {
    const previous = this.#current;
    previous?.abort.abort();
    const abort = new AbortController();
    const activity: Activity = { signal: abort.signal, stage: "model" };
    const current = { abort, done: Promise.resolve() };
    current.done = (previous?.done ?? Promise.resolve())
      .then(() => (abort.signal.aborted ? undefined : work(activity)))
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        this.#parts.post({ type: "failed", run, stage: activity.stage, reason: reasonOf(error) });
      })
      .then(() => {
        if (this.#current !== current) return;
        this.#current = undefined;
        // Whatever ended it, the page learns that nothing is under way any more.
        this.#reportStopped(run);
      });
    this.#current = current;
  }

  #stop(run: number): void {
    if (this.#current) this.#current.abort.abort();
    else this.#reportStopped(run);
  }

  #reportStopped(run: number): void {
    if (this.#run?.number !== run) return;
    const { step } = this.#run.model;
    this.#run.step = step;
    this.#parts.post({ type: "stopped", run, step, memoryBytes: this.#parts.memoryBytes() });
  }

  async #start(request: Extract<Request, { type: "start" }>, activity: Activity): Promise<void> {
    const { run: number, config, voice, source, only } = request;
    const { post, learners, loadText } = this.#parts;
    const { signal } = activity;
    this.#forget();
    activity.stage = "text";
    post({ type: "loading", run: number, stage: "text" });
    const text = await loadText(source, signal, (fraction) =>
      post({ type: "loading", run: number, stage: "text", ...(fraction === undefined ? {} : { fraction }) }),
    );
    signal.throwIfAborted();
    activity.stage = "model";
    post({ type: "loading", run: number, stage: "model" });
    await this.#parts.breathe();
    const alphabet = [...new Set(text)].sort().join("");
    const model = await learners.create({
      cell: config.cell,
      hidden: config.hidden,
      seed: config.seed,
      alphabet,
    });
    const cut = Math.floor(text.length * (1 - heldOutFraction));
    const run: Run = {
      number,
      config,
      model,
      training: text.slice(0, cut),
      heldOut: text.slice(cut),
      voice: new LiveVoice(model, voice, config.seed, alphabet),
      reading: new Reading(model, text.slice(cut)),
      milestones: [...milestoneSteps.filter((step) => step < config.steps), config.steps],
      step: 0,
      bits: Math.log2(new Set(text).size),
    };
    this.#run = run;
    signal.throwIfAborted();
    post({
      type: "ready",
      run: number,
      facts: {
        parameters: model.parameterCount,
        alphabet: new Set(text).size,
        trainingCharacters: run.training.length,
        heldOutCharacters: run.heldOut.length,
      },
    });
    await this.#train(run, activity, only);
  }

  async #train(run: Run, activity: Activity, only?: "step"): Promise<void> {
    const { post, breathe, now } = this.#parts;
    const { number, config, model, voice } = run;
    const { signal } = activity;
    activity.stage = "training";
    post({ type: "training", run: number });
    if (voice.fresh) this.#postPrompt(run);
    let lastRead = -Infinity;
    if (run.step < config.steps) {
      const events = model.train(run.training, {
        steps: config.steps,
        seed: config.seed,
        ...training,
        signal,
        resume: model.step > 0,
        ...(only ? { stopAfter: 1 } : {}),
        validation: spread(run.heldOut),
        evaluateEvery: Math.max(50, config.steps / 20),
        evaluateBatch,
      });
      for await (const event of events) {
        run.step = event.step;
        run.bits = event.bitsPerCharacter;
        post({
          type: "progress",
          run: number,
          step: event.step,
          steps: event.steps,
          bitsPerCharacter: event.bitsPerCharacter,
          charactersPerSecond: event.charactersPerSecond,
          etaSeconds: event.etaSeconds,
          ...(event.validation ? { heldOut: event.validation.bitsPerCharacter } : {}),
        });
        await this.#writeLive(run, only ? 40 : charactersPerEvent);
        await breathe();
        if (signal.aborted) break;
        if (only || now() - lastRead > readEveryMs) {
          lastRead = now();
          post({ type: "states", run: number, ...run.reading.next() });
          await breathe();
        }
        if ((run.milestones[0] ?? Infinity) <= run.step) await this.#milestone(run, signal);
      }
    }
    if (signal.aborted || run.step < config.steps) return;
    post({ type: "evaluating", run: number });
    const { bitsPerCharacter } = await model.evaluate(run.heldOut, { signal, batch: evaluateBatch });
    post({
      type: "finished",
      run: number,
      heldOut: bitsPerCharacter,
      memoryBytes: this.#parts.memoryBytes(),
    });
  }

  async #writeLive(run: Run, count: number): Promise<void> {
    const text = await run.voice.write(count);
    this.#parts.post({ type: "written", run: run.number, step: run.step, text });
  }

  #postPrompt(run: Run): void {
    this.#parts.post({ type: "prompt", run: run.number, step: run.step, text: run.voice.begin() });
  }

  /** Writes the same prompt with the same random numbers as at every other milestone. */
  async #milestone(run: Run, signal: AbortSignal): Promise<void> {
    while ((run.milestones[0] ?? Infinity) <= run.step) run.milestones.shift();
    let text = "";
    for await (const piece of run.voice.sample(milestoneLength)) {
      text += piece;
      if (text.length % 12 === 0) await this.#parts.breathe();
      if (signal.aborted) return;
    }
    this.#parts.post({
      type: "milestone",
      run: run.number,
      step: run.step,
      bitsPerCharacter: run.bits,
      text,
    });
  }

  #changeVoice(run: number, voice: Voice, again: boolean): void {
    const active = this.#run;
    if (active?.number !== run) return;
    active.voice.change(voice);
    if (!again) return;
    if (this.#current) {
      this.#postPrompt(active);
      return;
    }
    this.#begin(run, (activity) => this.#write(active, activity));
  }

  /** Writes without training, at a pace that can be read. */
  async #write(run: Run, activity: Activity): Promise<void> {
    const { signal } = activity;
    activity.stage = "writing";
    this.#parts.post({ type: "writing", run: run.number });
    this.#postPrompt(run);
    for (let written = 0; written < writingLength && !signal.aborted; written += 4) {
      await this.#writeLive(run, 4);
      await this.#parts.sleep(25);
    }
  }

  #export(run: number): void {
    const active = this.#run;
    if (active?.number !== run) return;
    try {
      this.#parts.post({ type: "weights", run, step: active.step, bytes: active.model.save() });
    } catch (error) {
      this.#parts.post({ type: "failed", run, stage: "model", reason: reasonOf(error) });
    }
  }

  #forget(): void {
    this.#run?.voice.end();
    this.#run?.model.dispose();
    this.#run = undefined;
  }

  #runOf(number: number): Run {
    if (this.#run?.number !== number) throw new Error("this run is over");
    return this.#run;
  }
}

/** Short pieces from all over a text, one behind the other. */
function spread(text: string): string {
  if (text.length <= evaluateBatch * quickPiece) return text;
  const pieces = Array.from({ length: evaluateBatch }, (_, index) => {
    const from = Math.floor((index * text.length) / evaluateBatch);
    return text.slice(from, from + quickPiece);
  });
  return pieces.join("");
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
