import { describe, expect, it } from "vitest";
import type { JobId } from "../../../src/exhibits/kernels/catalogue.js";
import {
  type Action,
  doneJobs,
  initialState,
  reduce,
  type State,
} from "../../../src/exhibits/kernels/state.js";

const after = (...actions: Action[]): State => actions.reduce(reduce, initialState);
const start: Action = { type: "start", jobs: ["exp", "gelu"] };
const ready: Action = { type: "ready", run: 1, contenders: ["simd", "plain"], clockMs: 0.1 };
const figure = (job: JobId, run = 1): Action => ({
  type: "figure",
  run,
  job,
  contender: "simd",
  figure: { median: 2, spread: 0.1, samples: 3 },
  planned: 9,
});
const done = (job: JobId, run = 1): Action => ({ type: "jobDone", run, job });

describe("the state of the kernels", () => {
  it("goes from idle through loading and running to finished", () => {
    expect(after().phase).toBe("idle");
    expect(after(start)).toMatchObject({ phase: "loading", run: 1, jobs: ["exp", "gelu"] });
    expect(after(start, ready)).toMatchObject({
      phase: "running",
      contenders: ["simd", "plain"],
      clockMs: 0.1,
    });
    const finished = after(start, ready, figure("exp"), done("exp"), { type: "finished", run: 1 });
    expect(finished).toMatchObject({ phase: "finished", fraction: 1, at: undefined });
    expect(doneJobs(finished.results)).toEqual(["exp"]);
  });

  it("knows where it is", () => {
    const at: Action = { type: "at", run: 1, job: "exp", stage: "warming", contender: "simd", fraction: 0.2 };
    expect(after(start, ready, at)).toMatchObject({
      fraction: 0.2,
      at: { job: "exp", stage: "warming", contender: "simd" },
    });
  });

  it("keeps a figure as it grows, and counts no job that is not done", () => {
    const state = after(start, ready, figure("exp"));
    expect(state.results.exp).toEqual({
      figures: { simd: { median: 2, spread: 0.1, samples: 3, planned: 9 } },
      done: false,
    });
    expect(doneJobs(state.results)).toEqual([]);
  });

  it("drops what belongs to another run, and what comes after the end", () => {
    const running = after(start, ready);
    expect(reduce(running, figure("exp", 7))).toBe(running);
    const stopped = reduce(running, { type: "stop" });
    expect(stopped.phase).toBe("stopped");
    expect(reduce(stopped, figure("exp"))).toBe(stopped);
    expect(reduce(stopped, { type: "crash", reason: "late" })).toBe(stopped);
    expect(reduce(after(), { type: "stop" })).toBe(initialState);
  });

  it("keeps what was measured when it is stopped", () => {
    const stopped = after(start, ready, figure("exp"), done("exp"), { type: "stop" });
    expect(doneJobs(stopped.results)).toEqual(["exp"]);
    expect(stopped.at).toBeUndefined();
  });

  it("remembers the run before, unless that came to nothing", () => {
    const first = after(start, ready, figure("exp"), done("exp"), { type: "finished", run: 1 });
    const second = reduce(first, start);
    expect(second).toMatchObject({ run: 2, results: {}, before: first.results, clockMs: 0.1 });
    const third = reduce(reduce(second, { type: "stop" }), start);
    expect(third.before).toBe(first.results);
  });

  it("goes on when a job fails, and says so at the end", () => {
    const failed: Action = { type: "jobFailed", run: 1, job: "exp", reason: "outputs differ" };
    const running = after(start, ready, figure("exp"), failed);
    expect(running.phase).toBe("running");
    expect(running.results.exp).toEqual({ figures: {}, done: false, failure: "outputs differ" });
    const end = reduce(reduce(running, done("gelu")), { type: "finished", run: 1 });
    expect(end).toMatchObject({
      phase: "error",
      failure: { kind: "jobs", job: "exp", reason: "outputs differ" },
    });
  });

  it("tells apart what can break", () => {
    const kindOf = (...actions: Action[]): string | undefined => after(...actions).failure?.kind;
    expect(kindOf(start, { type: "crash", reason: undefined })).toBe("script");
    expect(kindOf(start, { type: "crash", reason: "no WebAssembly" })).toBe("kernels");
    expect(kindOf(start, { type: "failed", run: 1, reason: "no SIMD" })).toBe("kernels");
    expect(kindOf(start, ready, { type: "crash", reason: "out of memory" })).toBe("broke");
    const again = reduce(after(start, { type: "crash", reason: undefined }), start);
    expect(again).toMatchObject({ phase: "loading", failure: undefined });
  });
});
