import { describe, expect, it } from "vitest";
import type { Frame } from "../../../src/exhibits/perceptron/protocol.js";
import { type Action, initialState, reduce, type State } from "../../../src/exhibits/perceptron/state.js";

const frame = (epoch: number, more: Partial<Frame> = {}): Frame => ({
  epoch,
  progress: epoch,
  step: 3 * epoch,
  train: { loss: 1 / (1 + epoch) },
  test: undefined,
  between: [],
  wrong: { train: [], test: [] },
  layers: [],
  plane: new Float32Array(),
  units: [],
  ...more,
});
const after = (...actions: Action[]): State => actions.reduce(reduce, initialState);
const begin: Action = { type: "begin" };
const ready: Action = { type: "ready", run: 1, frame: frame(0) };
const shown = (epoch: number, run = 1): Action => ({ type: "frame", run, frame: frame(epoch) });
const ended = (epoch: number): Action => ({ type: "ended", run: 1, end: "limit", frame: frame(epoch) });

describe("the state of the playground", () => {
  it("goes from loading over idle and running to finished", () => {
    expect(after(begin)).toMatchObject({ phase: "loading", run: 1, curve: [] });
    expect(after(begin, ready)).toMatchObject({ phase: "idle", wanted: false });
    expect(after(begin, ready, { type: "run" })).toMatchObject({ phase: "running", wanted: true });
    const finished = after(begin, ready, { type: "run" }, shown(1), ended(2));
    expect(finished).toMatchObject({ phase: "finished", wanted: false, end: "limit" });
    expect(finished.curve.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    expect(reduce(finished, { type: "run" })).toMatchObject({ phase: "running", end: undefined });
  });

  it("starts as soon as it is ready where that was wanted", () => {
    expect(after(begin, { type: "run" })).toMatchObject({ phase: "loading", wanted: true });
    expect(after(begin, { type: "run" }, ready).phase).toBe("running");
    expect(after(begin, { type: "run" }, { type: "pause" }, ready).phase).toBe("idle");
  });

  it("goes on with another task if it ran, and not if it rested", () => {
    const running = after(begin, ready, { type: "run" });
    expect(reduce(running, begin)).toMatchObject({ phase: "loading", run: 2, wanted: true, curve: [] });
    expect(reduce(reduce(running, { type: "pause" }), begin)).toMatchObject({ wanted: false });
    expect(reduce(running, { type: "begin", go: false })).toMatchObject({ wanted: false });
    expect(after({ type: "begin", go: true })).toMatchObject({ wanted: true });
    // The picture stays until there is another.
    expect(reduce(running, begin).frame).toBe(running.frame);
  });

  it("rests after a pause, a step and a bias that was moved", () => {
    const paused = after(begin, ready, { type: "run" }, { type: "pause" });
    expect(paused).toMatchObject({ phase: "paused", wanted: false });
    // A picture that was under way when the pause came.
    expect(reduce(paused, shown(1))).toMatchObject({ phase: "paused", wanted: false });
    expect(after(begin, ready, shown(0)).phase).toBe("paused");
    expect(after(begin, ready, { type: "run" }, ended(1), shown(1))).toMatchObject({
      phase: "paused",
      end: undefined,
    });
    expect(after(begin, ready, { type: "run" }, shown(1)).phase).toBe("running");
  });

  it("drops what is said of another run", () => {
    const running = after(begin, ready, { type: "run" });
    expect(reduce(running, shown(5, 7))).toBe(running);
    const second = reduce(running, begin);
    expect(reduce(second, shown(5, 1))).toBe(second);
    expect(reduce(second, { type: "failed", run: 1, reason: "late" })).toBe(second);
  });

  it("has one point of the curve an epoch, the ones between pictures too, and not too many", () => {
    const between = [1, 2, 3].map((epoch) => ({ epoch, train: 0.1 * epoch, test: undefined }));
    const state = after(
      begin,
      ready,
      { type: "run" },
      { type: "frame", run: 1, frame: frame(3, { between }) },
      { type: "frame", run: 1, frame: frame(3, { train: { loss: 9 } }) },
    );
    expect(state.curve).toEqual([
      { epoch: 0, train: 1, test: undefined },
      { epoch: 1, train: 0.1, test: undefined },
      { epoch: 2, train: 0.2, test: undefined },
      { epoch: 3, train: 9, test: undefined },
    ]);
    const long = after(
      begin,
      ready,
      { type: "run" },
      ...Array.from({ length: 5000 }, (_, i) => shown(i + 1)),
    );
    expect(long.curve.length).toBeLessThanOrEqual(601);
    expect(long.curve.length).toBeGreaterThan(250);
    expect(long.curve[0]!.epoch).toBe(0);
    expect(long.curve.at(-1)!.epoch).toBe(5000);
    const epochs = long.curve.map(({ epoch }) => epoch);
    expect(epochs).toEqual(epochs.toSorted((a, b) => a - b));
  });

  it("tells a script that did not load from a training that broke off", () => {
    expect(after(begin, { type: "crash", reason: undefined })).toMatchObject({ phase: "error", failure: "" });
    const failed: Action = { type: "failed", run: 1, reason: "no SIMD" };
    expect(after(begin, failed)).toMatchObject({ phase: "error", failure: "no SIMD", wanted: false });
    expect(reduce(after(begin, failed), { type: "run" }).phase).toBe("error");
    expect(reduce(after(begin, failed), { type: "begin", go: true })).toMatchObject({
      phase: "loading",
      failure: undefined,
      wanted: true,
    });
  });
});
