import type { EncodedCorpus } from "@lanewise/models/word2vec";
import type { RunConfig } from "./config.js";
import type { Engine, Model, Vectors, Words } from "./engine.js";
import { plantedCorpus, plantedWords } from "./plantedCorpus.js";
import type { TextSource, TrainingReply } from "./protocol.js";
import { sentencesOf } from "./sentences.js";

/** What a run stands on. */
export interface TrainingParts<V extends Words = Words, W extends Vectors = Vectors> {
  readonly engine: Engine<V, W>;
  readonly post: (reply: TrainingReply) => void;
  readonly breathe: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly fetchBytes: (
    url: string,
    onProgress: (fraction: number | undefined) => void,
    signal: AbortSignal,
  ) => Promise<Uint8Array<ArrayBuffer>>;
  /** There is a model now. */
  readonly made: (model: Model<V, W>, dim: number) => void;
  /** It has learnt a little. */
  readonly learnt: () => void;
  /** It has stopped learning: paused, finished, stopped. */
  readonly rested: () => void;
  /** Whether it is to go slowly enough to be watched. */
  readonly isWatched: () => boolean;
}

/** Sentences that are read between two breaths. */
const sentencesABreath = 2000;

/**
 * Milliseconds between two events of the first epoch, in which most happens, where it is watched. The trainer reports ten times a second at most: who takes longer to come
 * back hears of every round.
 */
const watchedRest = 110;

/** One training in the worker: reads, learns, rests and goes on, until it is done or stopped. */
export class TrainingRun<V extends Words = Words, W extends Vectors = Vectors> {
  readonly number: number;
  readonly #parts: TrainingParts<V, W>;
  readonly #config: RunConfig;
  #model: Model<V, W> | undefined;
  #corpus: EncodedCorpus | undefined;
  /** Ends what is under way: so a run is paused, and so it is stopped. */
  #abort: AbortController | undefined;
  #ended = false;
  #begun = false;
  #done: Promise<void> = Promise.resolve();

  constructor(parts: TrainingParts<V, W>, { run, config }: { run: number; config: RunConfig }) {
    this.#parts = parts;
    this.number = run;
    this.#config = config;
  }

  get isLearning(): boolean {
    return this.#abort !== undefined && this.#model !== undefined;
  }

  start(source: TextSource): Promise<void> {
    return this.#do(async (signal) => {
      await this.#prepare(source, signal);
      await this.#learn(signal);
    });
  }

  pause(): void {
    if (this.#abort) this.#abort.abort();
    else if (!this.#ended) this.#parts.post({ type: "paused", run: this.number });
  }

  resume(): void {
    if (!this.#abort && !this.#ended && this.#model) void this.#do((signal) => this.#learn(signal));
  }

  /** For good; what it has learnt stays. */
  stop(): void {
    this.#ended = true;
    this.#abort?.abort();
  }

  /** Stopped, and nothing under way any more. */
  async end(): Promise<void> {
    this.stop();
    await this.#done;
  }

  dispose(): void {
    this.#model?.dispose();
    this.#model = this.#corpus = undefined;
  }

  /** Does one thing until it is done or given up. */
  #do(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.#ended) return Promise.resolve();
    const abort = new AbortController();
    this.#abort = abort;
    this.#done = work(abort.signal)
      .then(() => undefined)
      .catch((error: unknown) => {
        if (abort.signal.aborted) return;
        this.#ended = true;
        const reason = error instanceof Error ? error.message : String(error);
        this.#parts.post({ type: "failed", run: this.number, reason });
      })
      .then(() => {
        this.#abort = undefined;
        if (abort.signal.aborted && !this.#ended) this.#parts.post({ type: "paused", run: this.number });
        if (this.#model) this.#parts.rested();
      });
    return this.#done;
  }

  async #prepare(source: TextSource, signal: AbortSignal): Promise<void> {
    const { post, engine, breathe, made } = this.#parts;
    const { number: run } = this;
    const { architecture, objective, dim, window, negatives, subsample, minimumCount, seed } = this.#config;
    post({ type: "reading", run, stage: "text", fraction: undefined });
    const sentences = this.#sentences(source, signal);
    const { vocabulary, corpus } = await engine.read(sentences, { minimumCount, signal });
    signal.throwIfAborted();
    post({ type: "reading", run, stage: "model", fraction: undefined });
    await breathe();
    const model = await engine.create(vocabulary, {
      architecture,
      objective,
      dim,
      window,
      negatives,
      subsample,
      seed,
    });
    if (signal.aborted) {
      model.dispose();
      signal.throwIfAborted();
    }
    this.#model = model;
    this.#corpus = corpus;
    post({
      type: "ready",
      run,
      facts: {
        words: corpus.ids.length,
        sentences: corpus.starts.length - 1,
        vocabulary: vocabulary.words.length,
        parameters: model.parameterCount,
      },
    });
    made(model, dim);
  }

  /** The sentences of a source, with a breath now and then. */
  async *#sentences(source: TextSource, signal: AbortSignal): AsyncGenerator<string[]> {
    const { post, breathe } = this.#parts;
    const list =
      source.kind === "planted"
        ? plantedCorpus({ words: plantedWords, seed: this.#config.seed })
        : sentencesOf(source.kind === "own" ? source.text : await this.#fetch(source.url, signal));
    post({ type: "reading", run: this.number, stage: "corpus", fraction: undefined });
    let read = 0;
    for (const sentence of list) {
      if (read++ % sentencesABreath === 0) {
        await breathe();
        signal.throwIfAborted();
      }
      yield sentence;
    }
  }

  async #fetch(url: string, signal: AbortSignal): Promise<string> {
    const { post, fetchBytes } = this.#parts;
    const report = (fraction: number | undefined): void =>
      post({ type: "reading", run: this.number, stage: "text", fraction });
    return new TextDecoder().decode(await fetchBytes(url, report, signal));
  }

  async #learn(signal: AbortSignal): Promise<void> {
    const { post, learnt, breathe, sleep, isWatched, engine } = this.#parts;
    const { epochs, learningRate, seed } = this.#config;
    const { number: run } = this;
    post({ type: "training", run });
    const options = {
      epochs,
      seed,
      signal,
      resume: this.#begun,
      ...(learningRate > 0 ? { learningRate } : {}),
    };
    this.#begun = true;
    for await (const event of this.#model!.train(this.#corpus!, options)) {
      post({ type: "progress", run, event });
      learnt();
      await (event.epoch === 1 && isWatched() ? sleep(watchedRest) : breathe());
      signal.throwIfAborted();
    }
    this.#ended = true;
    post({ type: "finished", run, memoryBytes: engine.memoryBytes() });
  }
}
