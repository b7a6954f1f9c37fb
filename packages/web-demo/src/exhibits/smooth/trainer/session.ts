import type { PointSet } from "./plane.js";
import type { Standing, TrainerReply, TrainerRequest, TrainerSettings } from "./protocol.js";
import type { SeedResult } from "./spread.js";

/** A set of points, and a classifier that is about to learn it. */
export interface Course {
  readonly set: PointSet;
  /** Cross-entropy, then soft-F1: how things stand, now and then. */
  run(signal: AbortSignal): AsyncIterable<Standing>;
  dispose(): void;
}

/** What the session stands on: the worker's own, or doubles in a test. */
export interface TrainerParts {
  /** A course that tells how things stand after every so many epochs, and after the last of each stage. */
  readonly open: (settings: TrainerSettings, every: number) => Promise<Course>;
  readonly post: (reply: TrainerReply) => void;
  /** Lets messages that wait come first. */
  readonly breathe: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
}

/** Messages are so many milliseconds apart at least: a screen shows no more. */
const messageMs = 33;
/** So long an epoch lasts when one wants to watch. */
const watchMs = 25;
/** Epochs from one standing to the next, where they are drawn; where only the last counts, no more than need be. */
const epochsShown = 2;
const epochsSkipped = 1000;

type Task = TrainerRequest & { type: "train" | "compare" | "points" };

/** The worker's part of the trainer: one task at a time. */
export class TrainerSession {
  readonly #parts: TrainerParts;
  #run = -1;
  #stop = new AbortController();
  /** Pending while the training pauses. */
  #gate: PromiseWithResolve | undefined;

  constructor(parts: TrainerParts) {
    this.#parts = parts;
  }

  handle(request: TrainerRequest): void {
    switch (request.type) {
      case "points":
      case "train":
      case "compare":
        this.#end();
        this.#run = request.run;
        this.#stop = new AbortController();
        void this.#guarded(request, this.#stop.signal);
        return;
      case "pause":
        if (request.run === this.#run) this.#gate ??= gate();
        return;
      case "resume":
        if (request.run === this.#run) this.#open();
        return;
      case "stop":
        if (request.run === this.#run) this.#end();
        return;
    }
  }

  #end(): void {
    this.#stop.abort();
    this.#open();
  }

  #open(): void {
    this.#gate?.resolve();
    this.#gate = undefined;
  }

  async #guarded(task: Task, signal: AbortSignal): Promise<void> {
    const { run } = task;
    try {
      if (task.type === "compare") await this.#compare(task, signal);
      else await this.#course(task, signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (!signal.aborted) this.#parts.post({ type: "failed", run, reason });
    }
  }

  async #course(task: Task & { type: "train" | "points" }, signal: AbortSignal): Promise<void> {
    const { run, settings } = task;
    const course = await this.#parts.open(settings, epochsShown);
    try {
      if (signal.aborted) return;
      this.#parts.post({ type: "points", run, set: course.set });
      if (task.type === "train") await this.#train(course, task, signal);
    } finally {
      course.dispose();
    }
  }

  async #train(course: Course, { run, pace }: Task & { type: "train" }, signal: AbortSignal): Promise<void> {
    const { post, breathe, sleep, now } = this.#parts;
    let standings: Standing[] = [];
    let postedAt = -Infinity;
    const flush = (): void => {
      if (standings.length === 0) return;
      post({ type: "standings", run, standings });
      standings = [];
      postedAt = now();
    };
    for await (const standing of course.run(signal)) {
      standings.push(standing);
      if (now() - postedAt >= messageMs) flush();
      await (pace === "watch" ? sleep(watchMs) : breathe());
      if (this.#gate) {
        flush();
        await this.#gate.promise;
      }
      if (signal.aborted) return;
    }
    if (signal.aborted) return;
    flush();
    post({ type: "finished", run });
  }

  async #compare({ run, settings, seeds }: Task & { type: "compare" }, signal: AbortSignal): Promise<void> {
    const { open, post, breathe } = this.#parts;
    for (const seed of seeds) {
      const course = await open({ ...settings, seed }, epochsSkipped);
      let warm: Standing | undefined;
      let last: Standing | undefined;
      try {
        for await (const standing of course.run(signal)) {
          if (standing.stage === "crossEntropy") warm = standing;
          last = standing;
          await breathe();
          if (signal.aborted) return;
        }
      } finally {
        course.dispose();
      }
      if (signal.aborted) return;
      if (!warm || !last) throw new Error("the training reported nothing");
      const result: SeedResult = {
        seed,
        crossEntropy: warm.testF1,
        tuned: warm.tuned.testF1,
        softF1: last.testF1,
      };
      post({ type: "seed", run, result });
    }
    post({ type: "compared", run });
  }
}

interface PromiseWithResolve {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

function gate(): PromiseWithResolve {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
