import type { PaceId } from "./catalogue.js";
import { limits } from "./config.js";
import type { Learner, MakeLearner } from "./engine.js";
import { featureRows, gridPlaces } from "./features.js";
import type { CurvePoint, Frame, Quality, Reply, Request, Task } from "./protocol.js";
import { qualityOf } from "./quality.js";

/** What the session stands on: the worker's own, or doubles in a test. */
export interface SessionParts {
  readonly make: MakeLearner;
  readonly post: (reply: Reply) => void;
  /** Lets messages that wait come first. */
  readonly breathe: () => Promise<void>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly now: () => number;
}

/** Milliseconds between pictures, by pace. */
const between: Readonly<Record<PaceId, number>> = { slow: 450, steady: 50, full: 100 };

const fewPoints = 12;

/** A task, and how far it has come. */
interface Lesson {
  readonly run: number;
  readonly task: Task;
  readonly learner: Learner;
  readonly rows: { train: Float32Array<ArrayBuffer>; test: Float32Array<ArrayBuffer> };
  readonly places: { plane: Float32Array<ArrayBuffer>; thumbnail: Float32Array<ArrayBuffer> };
  /** How to go on; undefined while it rests. */
  going: { epochs: number; pace: PaceId } | undefined;
  /** A step or an epoch is under way: the learner cannot be asked for another. */
  busy: boolean;
  /** Where the visitor moved the bias to: not under a learner that is in the middle of a step. */
  bias: number | undefined;
  /** Losses that no picture has told of yet. */
  between: CurvePoint[];
}

/** The worker's part: one learner at a time, which goes on, rests, or takes a single step. */
export class Session {
  readonly #parts: SessionParts;
  #run = 0;
  #lesson: Lesson | undefined;
  /** Ends a sleep between pictures, when something is wanted. */
  #wake: (() => void) | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  handle(request: Request): void {
    if (request.type === "begin") {
      this.#run = request.run;
      void this.#begin(request.run, request.task);
      return;
    }
    const lesson = this.#lesson;
    if (lesson?.run !== request.run) return;
    switch (request.type) {
      case "run": {
        const { epochs, pace } = request;
        lesson.going = { epochs, pace };
        this.#wake?.();
        void this.#guard(lesson, () => this.#goOn(lesson));
        return;
      }
      case "pause":
        lesson.going = undefined;
        this.#wake?.();
        return;
      case "step":
        void this.#guard(lesson, async () => {
          await lesson.learner.takeStep();
          this.#show(lesson);
        });
        return;
      case "bias":
        lesson.bias = request.value;
        if (!lesson.busy) this.#parts.post({ type: "frame", run: lesson.run, frame: frameOf(lesson) });
        return;
    }
  }

  async #begin(run: number, task: Task): Promise<void> {
    this.#end();
    try {
      const learner = await this.#parts.make(task);
      if (run !== this.#run) {
        learner.dispose();
        return;
      }
      this.#lesson = lessonOf(run, task, learner);
      this.#parts.post({ type: "ready", run, frame: frameOf(this.#lesson) });
    } catch (error) {
      if (run === this.#run) this.#fail(run, error);
    }
  }

  /** What is under way notices by itself that it is over, and disposes of the learner then. */
  #end(): void {
    const lesson = this.#lesson;
    this.#lesson = undefined;
    if (!lesson) return;
    lesson.going = undefined;
    this.#wake?.();
    if (!lesson.busy) lesson.learner.dispose();
  }

  /** Does something with the learner, unless that is busy already. */
  async #guard(lesson: Lesson, work: () => Promise<void>): Promise<void> {
    if (lesson.busy) return;
    lesson.busy = true;
    try {
      await work();
    } catch (error) {
      lesson.going = undefined;
      if (lesson === this.#lesson) this.#fail(lesson.run, error);
    } finally {
      lesson.busy = false;
      if (lesson !== this.#lesson) lesson.learner.dispose();
    }
  }

  async #goOn(lesson: Lesson): Promise<void> {
    const { learner } = lesson;
    while (lesson.going) {
      const { pace } = lesson.going;
      const began = this.#parts.now();
      // Between the ends of epochs is where one sees the perceptron rule go round, if there are few points.
      const byPoint = lesson.task.learner === "perceptron" && lesson.task.train.targets.length <= fewPoints;
      if (pace === "slow" || (pace === "steady" && byPoint)) await learner.takeStep();
      else await this.#epochs(lesson, began);
      if (lesson !== this.#lesson || this.#show(lesson)) return;
      const left = between[pace] - (this.#parts.now() - began);
      if (left > 0) await this.#sleep(left);
      else await this.#parts.breathe();
    }
  }

  /** One epoch; at full pace, as many as there is time for before the next picture. */
  async #epochs(lesson: Lesson, began: number): Promise<void> {
    const { learner } = lesson;
    for (;;) {
      await learner.finishEpoch();
      // Messages that wait have their turn here: a pause, another pace, another task.
      await this.#parts.breathe();
      const going = lesson.going;
      const over = learner.converged || learner.diverged;
      if (going?.pace !== "full" || over || learner.epoch >= going.epochs) return;
      if (this.#parts.now() - began >= between.full) return;
      note(lesson);
    }
  }

  async #sleep(milliseconds: number): Promise<void> {
    await Promise.race([
      this.#parts.sleep(milliseconds),
      new Promise<void>((resolve) => {
        this.#wake = resolve;
      }),
    ]);
    this.#wake = undefined;
  }

  /** Shows where the lesson is, and whether that is its end. */
  #show(lesson: Lesson): boolean {
    if (lesson !== this.#lesson) return true;
    const { run, learner, going } = lesson;
    const frame = frameOf(lesson);
    const end =
      learner.diverged || !isFinite(frame)
        ? "diverged"
        : learner.converged
          ? "converged"
          : going && learner.epoch >= going.epochs
            ? "limit"
            : undefined;
    if (end) lesson.going = undefined;
    this.#parts.post(end ? { type: "ended", run, end, frame } : { type: "frame", run, frame });
    return end !== undefined;
  }

  #fail(run: number, error: unknown): void {
    this.#parts.post({ type: "failed", run, reason: error instanceof Error ? error.message : String(error) });
  }
}

function lessonOf(run: number, task: Task, learner: Learner): Lesson {
  const { features, train, test } = task;
  const places = (side: number): Float32Array<ArrayBuffer> => {
    const { xs, ys } = gridPlaces(side);
    return featureRows(features, xs, ys);
  };
  return {
    run,
    task,
    learner,
    rows: { train: featureRows(features, train.xs, train.ys), test: featureRows(features, test.xs, test.ys) },
    places: { plane: places(limits.plane), thumbnail: places(limits.thumbnail) },
    going: undefined,
    busy: false,
    bias: undefined,
    between: [],
  };
}

/** Takes note of the losses: of every epoch at first, of every hundredth part of the way later. */
function note({ task, learner, rows, between }: Lesson): void {
  const { epoch } = learner;
  if (epoch % Math.max(1, 10 ** Math.floor(Math.log10(epoch) - 1)) !== 0) return;
  const lossOf = (of: "train" | "test"): number => quality(task, of, learner.scores(rows[of])).loss;
  between.push({
    epoch,
    train: lossOf("train"),
    test: task.test.targets.length > 0 ? lossOf("test") : undefined,
  });
}

function quality(task: Task, of: "train" | "test", scores: Float32Array): Quality {
  return qualityOf(scores, task[of].targets, task.learner, task.regression);
}

/** Called between steps. */
function frameOf(lesson: Lesson): Frame {
  const { task, learner, rows, places } = lesson;
  if (lesson.bias !== undefined) learner.setBias(lesson.bias);
  lesson.bias = undefined;
  const scores = { train: learner.scores(rows.train), test: learner.scores(rows.test) };
  const wrong = (of: "train" | "test"): boolean[] =>
    task.regression ? [] : Array.from(scores[of], (score, i) => score >= 0 !== task[of].targets[i]! > 0);
  const { mistakes, at } = learner;
  return {
    epoch: learner.epoch,
    progress: learner.progress,
    step: learner.step,
    train: quality(task, "train", scores.train),
    test: task.test.targets.length > 0 ? quality(task, "test", scores.test) : undefined,
    between: lesson.between.splice(0),
    wrong: { train: wrong("train"), test: wrong("test") },
    layers: learner.layers(),
    plane: learner.scores(places.plane),
    units: learner.activations(places.thumbnail).map(byUnit),
    ...(mistakes && { mistakes }),
    ...(at !== undefined && { at }),
  };
}

/** From a row a place to a picture a unit. */
function byUnit(outputs: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const places = limits.thumbnail ** 2;
  const units = outputs.length / places;
  return Float32Array.from(outputs, (_, i) => outputs[(i % places) * units + Math.floor(i / places)]!);
}

/** Whether a run can go on from there. */
function isFinite({ train, layers }: Frame): boolean {
  return (
    Number.isFinite(train.loss) &&
    layers.every(({ weights, biases }) => weights.every(Number.isFinite) && biases.every(Number.isFinite))
  );
}
