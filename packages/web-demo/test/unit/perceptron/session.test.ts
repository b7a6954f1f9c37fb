import { describe, expect, it } from "vitest";
import { limits } from "../../../src/exhibits/perceptron/config.js";
import type { Learner } from "../../../src/exhibits/perceptron/engine.js";
import type { Points } from "../../../src/exhibits/perceptron/dataSets.js";
import type { Layer, Reply, Task } from "../../../src/exhibits/perceptron/protocol.js";
import { Session } from "../../../src/exhibits/perceptron/session.js";

/** Four steps an epoch; its score of a place is x plus its bias, and its two hidden units answer x and −y. */
class DoubleLearner implements Learner {
  step = 0;
  bias = 0;
  at: number | undefined;
  isDisposed = false;
  /** The epoch after which it has converged, or diverged. */
  readonly ends: { converged?: number; diverged?: number; throws?: number };
  /** What it waits for in each epoch. */
  readonly wait: () => Promise<void>;

  constructor(ends: DoubleLearner["ends"] = {}, wait: () => Promise<void> = async () => {}) {
    this.ends = ends;
    this.wait = wait;
  }

  get epoch(): number {
    return Math.floor(this.step / 4);
  }
  get progress(): number {
    return this.step / 4;
  }
  get converged(): boolean {
    return this.epoch >= (this.ends.converged ?? Infinity);
  }
  get diverged(): boolean {
    return this.epoch >= (this.ends.diverged ?? Infinity);
  }
  async takeStep(): Promise<void> {
    await this.wait();
    this.step++;
  }
  async finishEpoch(): Promise<void> {
    await this.wait();
    this.step += 4 - (this.step % 4);
    if (this.epoch >= (this.ends.throws ?? Infinity)) throw new Error("it broke");
  }
  scores(rows: Float32Array): Float32Array<ArrayBuffer> {
    if (this.isDisposed) throw new Error("it was disposed of");
    return Float32Array.from({ length: rows.length / 2 }, (_, i) => rows[2 * i]! + this.bias);
  }
  activations(rows: Float32Array): Float32Array<ArrayBuffer>[] {
    return [Float32Array.from(rows, (value, i) => (i % 2 === 0 ? value : -value))];
  }
  layers(): Layer[] {
    return [{ inputs: 2, outputs: 1, weights: Float32Array.of(1, 0), biases: Float32Array.of(this.bias) }];
  }
  setBias(value: number): void {
    this.bias = value;
  }
  dispose(): void {
    this.isDisposed = true;
  }
}

const points = (...rows: [x: number, y: number, target: number][]): Points => ({
  xs: Float32Array.from(rows, ([x]) => x),
  ys: Float32Array.from(rows, ([, y]) => y),
  targets: Float32Array.from(rows, ([, , target]) => target),
});
const task = (more: Partial<Task> = {}): Task => ({
  learner: "network",
  regression: false,
  features: ["x", "y"],
  layers: [2],
  activation: "tanh",
  optimiser: "sgd",
  rate: 0.1,
  decay: 0,
  dropout: 0,
  batch: 1,
  seed: 1,
  train: points([-1, 0, -1], [1, 0, 1], [2, 1, 1], [1.5, 1, -1]),
  test: points([-2, 0, -1], [-1, 0, 1]),
  ...more,
});

function makeSession(make: (task: Task) => Promise<Learner> = async () => new DoubleLearner()) {
  const replies: Reply[] = [];
  const made: DoubleLearner[] = [];
  const slept: number[] = [];
  let time = 0;
  const session = new Session({
    make: async (wanted) => {
      const learner = await make(wanted);
      made.push(learner as DoubleLearner);
      return learner;
    },
    post: (reply) => replies.push(reply),
    breathe: () => new Promise((resolve) => setTimeout(resolve)),
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      await new Promise((resolve) => setTimeout(resolve));
    },
    now: () => (time += 10),
  });
  const waitFor = async <T extends Reply["type"]>(type: T, run = 1): Promise<Reply & { type: T }> => {
    const matches = (reply: Reply): reply is Reply & { type: T } => reply.type === type && reply.run === run;
    await expect.poll(() => replies.some(matches)).toBe(true);
    return replies.find(matches)!;
  };
  const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 15));
  return { session, replies, made, slept, waitFor, settle };
}

describe("the worker's session", () => {
  it("shows where a task begins: qualities, wrong points, weights, pictures", async () => {
    const { session, waitFor } = makeSession();
    session.handle({ type: "begin", run: 1, task: task() });
    const { frame } = await waitFor("ready");
    expect(frame).toMatchObject({ epoch: 0, step: 0, between: [] });
    expect(frame.train.confusion).toEqual([
      [1, 1],
      [0, 2],
    ]);
    expect(frame.test!.confusion).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(frame.wrong).toEqual({ train: [false, false, false, true], test: [false, true] });
    expect(frame.plane).toHaveLength(limits.plane ** 2);
    expect(frame.plane[0]).toBe(-3);
    expect(frame.plane[limits.plane - 1]).toBe(3);
    // One picture a unit, each whole: x grows to the right, −y downwards.
    const [pictures] = frame.units;
    const places = limits.thumbnail ** 2;
    expect(pictures).toHaveLength(2 * places);
    expect([pictures![0], pictures![limits.thumbnail - 1], pictures![places - 1]]).toEqual([-3, 3, 3]);
    expect([pictures![places], pictures![2 * places - 1]]).toEqual([-3, 3]);
  });

  it("has no test where nothing is held out, and nothing wrong of values", async () => {
    const { session, waitFor } = makeSession();
    session.handle({ type: "begin", run: 1, task: task({ test: points(), regression: true }) });
    const { frame } = await waitFor("ready");
    expect(frame.test).toBeUndefined();
    expect(frame.wrong.train).toEqual([]);
    expect(frame.train.rSquared).toBeLessThan(1);
  });

  it("goes an epoch a picture until the epochs are up", async () => {
    const { session, replies, slept, waitFor } = makeSession();
    session.handle({ type: "begin", run: 1, task: task() });
    await waitFor("ready");
    session.handle({ type: "run", run: 1, epochs: 3, pace: "steady" });
    const { end, frame } = await waitFor("ended");
    expect([end, frame.epoch]).toEqual(["limit", 3]);
    expect(replies.map((reply) => ("frame" in reply ? reply.frame.epoch : -1))).toEqual([0, 1, 2, 3]);
    expect(slept).toEqual([40, 40]);
  });

  it("goes a step a picture where that is wanted, and by points with few for the perceptron rule", async () => {
    for (const [learner, pace] of [
      ["network", "slow"],
      ["perceptron", "steady"],
    ] as const) {
      const { session, replies, waitFor } = makeSession();
      session.handle({ type: "begin", run: 1, task: task({ learner }) });
      await waitFor("ready");
      session.handle({ type: "run", run: 1, epochs: 2, pace });
      await waitFor("ended");
      expect(replies.map((reply) => ("frame" in reply ? reply.frame.step : -1))).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7, 8,
      ]);
    }
  });

  it("goes as many epochs as there is time for at full speed, and tells of the losses between", async () => {
    const { session, replies, waitFor } = makeSession();
    session.handle({ type: "begin", run: 1, task: task() });
    await waitFor("ready");
    session.handle({ type: "run", run: 1, epochs: 60, pace: "full" });
    const { frame } = await waitFor("ended");
    expect(frame.epoch).toBe(60);
    expect(replies.length).toBeLessThan(12);
    const told = replies.flatMap((reply) =>
      "frame" in reply ? [...reply.frame.between.map(({ epoch }) => epoch), reply.frame.epoch] : [],
    );
    expect(told).toEqual(Array.from({ length: 61 }, (_, epoch) => epoch));
  });

  it("ends where it has converged, and where numbers ran away", async () => {
    for (const [end, learner] of [
      ["converged", new DoubleLearner({ converged: 2 })],
      ["diverged", new DoubleLearner({ diverged: 2 })],
    ] as const) {
      const { session, waitFor } = makeSession(async () => learner);
      session.handle({ type: "begin", run: 1, task: task() });
      await waitFor("ready");
      session.handle({ type: "run", run: 1, epochs: 100, pace: "full" });
      const reply = await waitFor("ended");
      expect([reply.end, reply.frame.epoch]).toEqual([end, 2]);
    }
    const learner = new DoubleLearner();
    const { session, waitFor } = makeSession(async () => learner);
    session.handle({ type: "begin", run: 1, task: task() });
    await waitFor("ready");
    learner.bias = NaN;
    session.handle({ type: "run", run: 1, epochs: 100, pace: "steady" });
    expect((await waitFor("ended")).end).toBe("diverged");
  });

  it("pauses, takes single steps, goes on, also with another pace and end", async () => {
    const { session, replies, made, settle, waitFor } = makeSession();
    session.handle({ type: "begin", run: 1, task: task() });
    await waitFor("ready");
    session.handle({ type: "run", run: 1, epochs: 1e6, pace: "full" });
    await settle();
    session.handle({ type: "pause", run: 1 });
    await settle();
    const count = replies.length;
    const { step } = made[0]!;
    expect(step).toBeGreaterThan(4);
    await settle();
    expect(replies).toHaveLength(count);
    session.handle({ type: "step", run: 1 });
    await settle();
    expect(replies.at(-1)).toMatchObject({ type: "frame", frame: { step: step + 1 } });
    session.handle({ type: "run", run: 1, epochs: 1e6, pace: "slow" });
    await settle();
    const target = made[0]!.epoch + 2;
    session.handle({ type: "run", run: 1, epochs: target, pace: "full" });
    expect((await waitFor("ended")).frame.epoch).toBe(target);
  });

  it("wakes from its sleep between pictures for a pause", async () => {
    const replies: Reply[] = [];
    const session = new Session({
      make: async () => new DoubleLearner(),
      post: (reply) => replies.push(reply),
      breathe: () => new Promise((resolve) => setTimeout(resolve)),
      // For ever.
      sleep: () => new Promise(() => {}),
      now: () => 0,
    });
    session.handle({ type: "begin", run: 1, task: task() });
    await expect.poll(() => replies.length).toBe(1);
    session.handle({ type: "run", run: 1, epochs: 9, pace: "slow" });
    await expect.poll(() => replies.length).toBe(2);
    session.handle({ type: "pause", run: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    session.handle({ type: "step", run: 1 });
    await expect.poll(() => replies.length).toBe(3);
  });

  it("moves the bias, at once where it rests and with the next picture where it runs", async () => {
    const { session, replies, settle, waitFor } = makeSession();
    session.handle({ type: "begin", run: 1, task: task() });
    await waitFor("ready");
    session.handle({ type: "bias", run: 1, value: 2 });
    expect(replies.at(-1)).toMatchObject({ type: "frame", frame: { step: 0 } });
    const last = replies.at(-1) as Reply & { type: "frame" };
    expect(last.frame.layers[0]!.biases).toEqual(Float32Array.of(2));
    expect(last.frame.plane[0]).toBe(-1);
    session.handle({ type: "run", run: 1, epochs: 1e6, pace: "steady" });
    session.handle({ type: "bias", run: 1, value: 3 });
    await settle();
    expect((replies.at(-1) as Reply & { type: "frame" }).frame.plane[0]).toBe(0);
    session.handle({ type: "pause", run: 1 });
    await settle();
  });

  it("leaves a task for another, disposes of its learner, and says no more of it", async () => {
    const { session, replies, made, settle, waitFor } = makeSession();
    session.handle({ type: "begin", run: 1, task: task() });
    await waitFor("ready");
    session.handle({ type: "run", run: 1, epochs: 1e6, pace: "full" });
    await settle();
    session.handle({ type: "begin", run: 2, task: task() });
    const before = replies.length;
    await waitFor("ready", 2);
    await settle();
    expect(replies.slice(before).filter(({ run }) => run === 1)).toEqual([]);
    expect(made.map(({ isDisposed }) => isDisposed)).toEqual([true, false]);
    // Nor does it obey what is said to the one before.
    session.handle({ type: "run", run: 1, epochs: 5, pace: "full" });
    await settle();
    expect(made[1]!.step).toBe(0);
    session.handle({ type: "begin", run: 3, task: task() });
    await waitFor("ready", 3);
    expect(made.map(({ isDisposed }) => isDisposed)).toEqual([true, true, false]);
  });

  it("takes the last of several tasks that come at once", async () => {
    const { session, replies, made, waitFor, settle } = makeSession();
    for (const run of [1, 2, 3]) session.handle({ type: "begin", run, task: task() });
    await waitFor("ready", 3);
    await settle();
    expect(replies.map(({ run }) => run)).toEqual([3]);
    expect(made.filter(({ isDisposed }) => !isDisposed)).toHaveLength(1);
  });

  it("says why a learner could not be made, or broke off", async () => {
    const failing = makeSession(async () => {
      throw new Error("no SIMD");
    });
    failing.session.handle({ type: "begin", run: 1, task: task() });
    expect((await failing.waitFor("failed")).reason).toBe("no SIMD");
    const breaking = makeSession(async () => new DoubleLearner({ throws: 3 }));
    breaking.session.handle({ type: "begin", run: 1, task: task() });
    await breaking.waitFor("ready");
    breaking.session.handle({ type: "run", run: 1, epochs: 9, pace: "steady" });
    expect((await breaking.waitFor("failed")).reason).toBe("it broke");
  });
});
