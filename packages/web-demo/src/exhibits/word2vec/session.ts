import { answersOf } from "./answering.js";
import type { VectorSource } from "./config.js";
import type { Engine, Vectors, Words } from "./engine.js";
import { Mapper } from "./mapper.js";
import type { Look, Reply, Request, TextSource } from "./protocol.js";
import { type TrainingParts, TrainingRun } from "./trainingRun.js";
import { LearningSlot, OpenedSlot, type VectorSlot, wordListOf } from "./vectorSlot.js";

/** What the session stands on: the worker's own, or doubles in a test. */
export interface SessionParts<V extends Words = Words, W extends Vectors = Vectors> {
  readonly engine: Engine<V, W>;
  readonly post: (reply: Reply) => void;
  /** Lets messages that wait come first. */
  readonly breathe: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
  readonly fetchBytes: (
    url: string,
    onProgress: (fraction: number | undefined) => void,
    signal?: AbortSignal,
  ) => Promise<Uint8Array<ArrayBuffer>>;
}

/** While a training is under way, looks are answered anew so often, and take at most such a share of the time. */
const live = { milliseconds: 250, share: 0.15 } as const;

/** The worker's part: answers what the page wants to see, of the vectors of a file or of those of a training. */
export class Session<V extends Words = Words, W extends Vectors = Vectors> {
  readonly #parts: SessionParts<V, W>;
  readonly #mapper: Mapper;
  readonly #slots: { bundled: VectorSlot | undefined; trained: LearningSlot<W> | undefined } = {
    bundled: undefined,
    trained: undefined,
  };
  #opening = false;
  #run: TrainingRun<V, W> | undefined;
  #look: Look | undefined;
  /** What the map that is shown was made of: it is not made again for another question. */
  #mapped = "";
  #liveAt = -Infinity;
  #liveTook = 0;

  constructor(parts: SessionParts<V, W>) {
    this.#parts = parts;
    this.#mapper = new Mapper({
      breathe: parts.breathe,
      show: (frame, slot) => {
        const vectors = slot === this.#slots.bundled ? "bundled" : "trained";
        parts.post({ type: "frame", vectors, frame });
      },
    });
  }

  /** Takes one request of the page. What it starts goes on after it returns. */
  handle(request: Request): void {
    switch (request.type) {
      case "look":
        this.#look = request.look;
        if (request.look.vectors === "bundled" && !this.#slots.bundled) void this.#open(request.bundledUrl);
        else this.#answer();
        return;
      case "train":
        this.#train(request.run, new TrainingRun(this.#trainingParts(), request), request.source);
        return;
      case "pause":
        if (this.#run?.number === request.run) this.#run.pause();
        return;
      case "resume":
        if (this.#run?.number === request.run) this.#run.resume();
        return;
      case "stop":
        if (this.#run?.number === request.run) this.#run.stop();
        return;
      case "save":
        if (this.#run?.number === request.run) void this.#save(request);
        return;
    }
  }

  async #open(url: string): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    const { post, engine, fetchBytes } = this.#parts;
    try {
      post({ type: "fetching", fraction: undefined });
      const bytes = await fetchBytes(url, (fraction) => post({ type: "fetching", fraction }));
      const slot = new OpenedSlot(await engine.open(bytes), (vectors) => engine.widened(vectors));
      this.#slots.bundled = slot;
      this.#post("bundled", slot);
    } catch (error) {
      post({ type: "unavailable", vectors: "bundled", reason: reasonOf(error) });
    } finally {
      this.#opening = false;
    }
    if (this.#look?.vectors === "bundled") this.#answer();
  }

  #post(vectors: VectorSource, slot: VectorSlot): void {
    this.#mapped = "";
    this.#parts.post({ type: "words", vectors, list: wordListOf(slot) });
  }

  /** Says all that the page wants to see. */
  #answer(): void {
    const look = this.#look;
    const slot = look && this.#slots[look.vectors];
    if (!slot) {
      this.#mapper.halt();
      this.#mapped = "";
      return;
    }
    const { post, now } = this.#parts;
    const { revision, vectors, questions, map, seed } = look;
    const learning = vectors === "trained" && this.#run?.isLearning === true;
    const guests = [questions.word, questions.a, questions.b, questions.c];
    try {
      const answers = answersOf(slot, questions, learning ? undefined : now);
      const { neighbours, analogy } = answers;
      guests.push(...[...neighbours.list, ...analogy.list.slice(0, 1)].map(({ word }) => word));
      post({ type: "answers", revision, vectors, answers });
    } catch (error) {
      post({ type: "questionFailed", revision, reason: reasonOf(error) });
    }
    const wantsLayout = map.projection === "umap" && !learning;
    // A plane has guests, who change with the question; a layout has none.
    const key = JSON.stringify([vectors, map, wantsLayout ? seed : guests]);
    if (key === this.#mapped && !learning) return;
    this.#mapped = key;
    this.#mapper.halt();
    if (wantsLayout) void this.#unfold(slot, look, guests);
    else this.#mapper.draw(slot, map, guests);
  }

  async #unfold(slot: VectorSlot, { map, seed, revision }: Look, guests: readonly string[]): Promise<void> {
    try {
      if (!(await this.#mapper.unfold(slot, map, seed))) this.#mapper.draw(slot, map, guests);
    } catch (error) {
      this.#mapped = "";
      this.#parts.post({ type: "questionFailed", revision, reason: reasonOf(error) });
    }
  }

  #trainingParts(): TrainingParts<V, W> {
    const { now } = this.#parts;
    return {
      ...this.#parts,
      made: (model, dim) => {
        this.#slots.trained?.dispose();
        this.#slots.trained = new LearningSlot(model, dim);
        this.#post("trained", this.#slots.trained);
        this.#renew();
      },
      learnt: () => {
        const pause = Math.max(live.milliseconds, this.#liveTook / live.share);
        if (now() - this.#liveAt < pause) return;
        const began = now();
        this.#renew();
        this.#liveAt = now();
        this.#liveTook = this.#liveAt - began;
      },
      rested: () => this.#renew(),
      isWatched: () => this.#look?.pace === "watch",
    };
  }

  /** The vectors that are trained have changed. */
  #renew(): void {
    this.#slots.trained?.refresh();
    if (this.#look?.vectors !== "trained") return;
    this.#mapped = "";
    this.#answer();
  }

  /** One training at a time: the one before is stopped, and its vectors go when the next one has some. */
  #train(number: number, run: TrainingRun<V, W>, source: TextSource): void {
    const before = this.#run;
    this.#run = run;
    const begin = async (): Promise<void> => {
      await before?.end();
      if (this.#slots.trained) {
        this.#slots.trained.dispose();
        this.#slots.trained = undefined;
      }
      before?.dispose();
      if (this.#run?.number === number) await run.start(source);
    };
    void begin();
  }

  async #save({ run, format }: Request & { type: "save" }): Promise<void> {
    const slot = this.#slots.trained;
    if (!slot) return;
    try {
      const bytes = await this.#parts.engine.write(slot.exact, format);
      this.#parts.post({ type: "file", run, format, bytes });
    } catch (error) {
      const revision = this.#look?.revision ?? 0;
      this.#parts.post({ type: "questionFailed", revision, reason: reasonOf(error) });
    }
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
