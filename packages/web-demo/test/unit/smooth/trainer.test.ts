import { describe, expect, it } from "vitest";
import { setSizes } from "../../../src/exhibits/smooth/config.js";
import { openCourse } from "../../../src/exhibits/smooth/trainer/course.js";
import { floorOf } from "../../../src/exhibits/smooth/trainer/dumbbells.js";
import { isCalledPositive, type PointSet } from "../../../src/exhibits/smooth/trainer/plane.js";
import type {
  Standing,
  TrainerReply,
  TrainerSettings,
} from "../../../src/exhibits/smooth/trainer/protocol.js";
import { type Course, TrainerSession } from "../../../src/exhibits/smooth/trainer/session.js";
import { compare, spreadOf } from "../../../src/exhibits/smooth/trainer/spread.js";
import {
  initialState,
  reduce,
  type TrainerState,
  warmedUp,
} from "../../../src/exhibits/smooth/trainer/state.js";

const settings: TrainerSettings = { seed: 1, positives: 5, softness: 1, warmUp: 4, epochs: 6 };
const set: PointSet = { points: Float32Array.of(0, 0, 1, 1), labels: [0, 1] };

function standing(epoch: number, changes: Partial<Standing> = {}): Standing {
  return {
    stage: epoch <= 4 ? "crossEntropy" : "softF1",
    epoch,
    softF1: 0.4,
    hardF1: epoch / 10,
    precision: 0.5,
    recall: 0.5,
    threshold: 0.5,
    line: { weights: [1, 1], bias: -1 },
    testF1: epoch / 20,
    tuned: { threshold: 0.3, hardF1: 0.6, testF1: 0.3 },
    ...changes,
  };
}

const next = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/** A session over ten standings, and what it says; an epoch lasts as long as the test wants. */
function sessionOf(open?: () => Promise<Course>): {
  session: TrainerSession;
  said: TrainerReply[];
  disposed: () => number;
  asked: number[];
} {
  const said: TrainerReply[] = [];
  const asked: number[] = [];
  let disposed = 0;
  let clock = 0;
  const session = new TrainerSession({
    open:
      open ??
      ((given, every) => {
        asked.push(given.seed, every);
        return Promise.resolve({
          set,
          async *run() {
            for (let epoch = 1; epoch <= 10; epoch++)
              yield standing(epoch, { testF1: epoch / 20 + given.seed / 100 });
          },
          dispose: () => void disposed++,
        });
      }),
    post: (reply) => said.push(reply),
    breathe: next,
    sleep: next,
    now: () => (clock += 20),
  });
  return { session, said, disposed: () => disposed, asked };
}

const until = async (holds: () => boolean): Promise<void> => {
  for (let turn = 0; turn < 500 && !holds(); turn++) await next();
  expect(holds()).toBe(true);
};

const epochsOf = (said: readonly TrainerReply[]): number[] =>
  said.flatMap((reply) => (reply.type === "standings" ? reply.standings.map(({ epoch }) => epoch) : []));

describe("the worker's part of the training", () => {
  it("tells the points, then every standing in order, then that it is done", async () => {
    const { session, said, disposed } = sessionOf();
    session.handle({ type: "train", run: 3, settings, pace: "full" });
    await until(() => said.at(-1)?.type === "finished");
    expect(said[0]).toEqual({ type: "points", run: 3, set });
    expect(epochsOf(said)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    // Several to a message: fewer messages than epochs.
    expect(said.length).toBeLessThan(9);
    expect(said.every(({ run }) => run === 3)).toBe(true);
    expect(disposed()).toBe(1);
  });

  it("draws points without training", async () => {
    const { session, said, disposed } = sessionOf();
    session.handle({ type: "points", run: 1, settings });
    await until(() => disposed() === 1);
    expect(said.map(({ type }) => type)).toEqual(["points"]);
  });

  it("takes no epoch while it pauses, and goes on where it was", async () => {
    const { session, said } = sessionOf();
    session.handle({ type: "train", run: 1, settings, pace: "watch" });
    await until(() => epochsOf(said).length >= 2);
    session.handle({ type: "pause", run: 1 });
    for (let i = 0; i < 10; i++) await next();
    const paused = epochsOf(said).length;
    for (let i = 0; i < 30; i++) await next();
    expect(epochsOf(said).length).toBe(paused);
    expect(paused).toBeLessThan(10);
    // A pause of another run is none of this one's.
    session.handle({ type: "resume", run: 2 });
    for (let i = 0; i < 10; i++) await next();
    expect(epochsOf(said).length).toBe(paused);
    session.handle({ type: "resume", run: 1 });
    await until(() => said.at(-1)?.type === "finished");
    expect(epochsOf(said)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it("drops what it does for what is asked next, paused or not", async () => {
    const { session, said, disposed } = sessionOf();
    session.handle({ type: "train", run: 1, settings, pace: "full" });
    await until(() => epochsOf(said).length >= 2);
    session.handle({ type: "pause", run: 1 });
    for (let i = 0; i < 5; i++) await next();
    session.handle({ type: "points", run: 2, settings });
    await until(() => disposed() === 2);
    const last = said.findLastIndex(({ run }) => run === 1);
    for (let i = 0; i < 20; i++) await next();
    expect(said.findLastIndex(({ run }) => run === 1)).toBe(last);
    expect(said.at(-1)).toMatchObject({ type: "points", run: 2 });
    expect(said.some(({ type }) => type === "finished")).toBe(false);
  });

  it("compares seeds one after the other, by points that were not learned", async () => {
    const { session, said, asked, disposed } = sessionOf();
    session.handle({ type: "compare", run: 5, settings, seeds: [7, 8] });
    await until(() => said.at(-1)?.type === "compared");
    const results = said.flatMap((reply) => (reply.type === "seed" ? [reply.result] : []));
    expect(results.map(({ seed }) => seed)).toEqual([7, 8]);
    expect(results[0]!.crossEntropy).toBeCloseTo(4 / 20 + 0.07, 12);
    expect(results[0]!.softF1).toBeCloseTo(10 / 20 + 0.07, 12);
    expect(results[0]!.tuned).toBe(0.3);
    expect(asked.filter((_, i) => i % 2 === 0)).toEqual([7, 8]);
    expect(disposed()).toBe(2);
  });

  it("says why it failed, and gives back what it had", async () => {
    let disposed = 0;
    const { session, said } = sessionOf(() =>
      Promise.resolve({
        set,
        async *run(): AsyncGenerator<Standing> {
          yield* [];
          throw new Error("no memory");
        },
        dispose: () => void disposed++,
      }),
    );
    session.handle({ type: "train", run: 1, settings, pace: "full" });
    await until(() => said.at(-1)?.type === "failed");
    expect(said.at(-1)).toEqual({ type: "failed", run: 1, reason: "no memory" });
    expect(disposed).toBe(1);
  });
});

describe("the state of the training", () => {
  const begun = reduce(reduce(initialState, { type: "points", run: 0, set }), { type: "start" });
  const told = (state: TrainerState, ...epochs: number[]): TrainerState =>
    reduce(state, { type: "standings", run: state.run, standings: epochs.map((epoch) => standing(epoch)) });

  it("goes from loading to running to finished, with all standings", () => {
    expect(begun).toMatchObject({ phase: "loading", run: 1, set });
    const running = told(told(begun, 1, 2), 3);
    expect(running.phase).toBe("running");
    expect(running.standings.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(reduce(running, { type: "finished", run: 1 }).phase).toBe("finished");
  });

  it("keeps what was on its way when a pause came, and still pauses", () => {
    const paused = told(reduce(told(begun, 1), { type: "pause" }), 2);
    expect(paused).toMatchObject({ phase: "paused" });
    expect(paused.standings).toHaveLength(2);
    expect(reduce(paused, { type: "resume" }).phase).toBe("running");
    expect(reduce(initialState, { type: "resume" })).toBe(initialState);
  });

  it("drops what an earlier run says", () => {
    const reset = reduce(told(begun, 1), { type: "reset" });
    expect(reset).toMatchObject({ phase: "idle", run: 2, standings: [], set });
    expect(reduce(reset, { type: "standings", run: 1, standings: [standing(2)] })).toBe(reset);
    expect(reduce(reset, { type: "finished", run: 1 })).toBe(reset);
    expect(reduce(reset, { type: "finished", run: 2 })).toBe(reset);
    expect(reduce(reset, { type: "standings", run: 2, standings: [standing(2)] })).toBe(reset);
  });

  it("fails with a reason, and starts again", () => {
    const failed = reduce(told(begun, 1), { type: "crash", reason: "lost" });
    expect(failed).toMatchObject({ phase: "error", reason: "lost" });
    expect(reduce(failed, { type: "start" })).toMatchObject({ phase: "loading", standings: [], reason: "" });
  });

  it("knows how things stood when cross-entropy ended", () => {
    expect(warmedUp([2, 4, 6, 8].map((epoch) => standing(epoch)))?.epoch).toBe(4);
    expect(warmedUp([])).toBeUndefined();
  });
});

describe("the comparison", () => {
  it("is means, deviations of a sample, and how often soft F1 ended above", () => {
    const results = [
      { seed: 1, crossEntropy: 0.2, tuned: 0.4, softF1: 0.5 },
      { seed: 2, crossEntropy: 0.4, tuned: 0.5, softF1: 0.3 },
    ];
    const { crossEntropy, tuned, softF1, better } = compare(results)!;
    expect(crossEntropy.mean).toBeCloseTo(0.3, 12);
    expect(crossEntropy.deviation).toBeCloseTo(Math.sqrt(0.02), 12);
    expect(tuned.mean).toBeCloseTo(0.45, 12);
    expect(softF1.mean).toBeCloseTo(0.4, 12);
    expect(better).toBe(1);
    expect(compare([])).toBeUndefined();
    expect(spreadOf([0.7])).toEqual({ mean: 0.7, deviation: 0 });
    expect(floorOf(results)).toBe(0.1);
    expect(floorOf([])).toBe(0);
  });
});

describe("a course of the package", () => {
  const run = async (
    given: TrainerSettings,
    every: number,
  ): Promise<{ set: PointSet; standings: Standing[] }> => {
    const course = await openCourse(given, every);
    const standings: Standing[] = [];
    for await (const standing of course.run(new AbortController().signal)) standings.push(standing);
    course.dispose();
    return { set: course.set, standings };
  };

  it("ends above where cross-entropy ended, on an imbalanced set, and the same with the same seed", async () => {
    const given = { ...settings, warmUp: 100, epochs: 200 };
    const { set, standings } = await run(given, 20);
    const warm = warmedUp(standings)!;
    const last = standings.at(-1)!;
    expect([warm.epoch, last.epoch]).toEqual([100, 300]);
    expect(standings).toHaveLength(2 + 5 + 10);
    expect(last.hardF1).toBeGreaterThan(warm.hardF1 + 0.1);
    expect(last.testF1).toBeGreaterThan(warm.testF1 + 0.1);
    const again = await run(given, 20);
    expect(again.standings).toEqual(standings);
    expect([...again.set.points]).toEqual([...set.points]);
  });

  it("has as many positives as were asked for, and other ones with another seed", async () => {
    const [first, second] = await Promise.all(
      [1, 2].map((seed) => openCourse({ ...settings, seed, positives: 12 }, 1)),
    );
    const count = ({ labels }: PointSet): number => Array.from(labels).filter((label) => label === 1).length;
    expect(count(first!.set)).toBe((12 * setSizes.shown) / 100);
    expect([...first!.set.points]).not.toEqual([...second!.set.points]);
    first!.dispose();
    second!.dispose();
  });

  it("draws the border where the classifier has it", async () => {
    const { set, standings } = await run({ ...settings, warmUp: 60, epochs: 60 }, 60);
    for (const { line, precision, recall } of standings) {
      let [found, called, positive] = [0, 0, 0];
      for (let i = 0; i < set.labels.length; i++) {
        const isPositive = isCalledPositive(line, set.points[2 * i]!, set.points[2 * i + 1]!);
        if (set.labels[i] === 1) positive++;
        if (isPositive) called++;
        if (isPositive && set.labels[i] === 1) found++;
      }
      expect(called === 0 ? 0 : found / called).toBeCloseTo(precision, 6);
      expect(found / positive).toBeCloseTo(recall, 6);
    }
  });
});
