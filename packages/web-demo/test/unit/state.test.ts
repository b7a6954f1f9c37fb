import { describe, expect, it } from "vitest";
import type { Progress } from "../../src/exhibits/charRnn/protocol.js";
import {
  type Action,
  initialState,
  type Phase,
  reduce,
  type State,
} from "../../src/exhibits/charRnn/state.js";

const facts = { parameters: 10, alphabet: 5, trainingCharacters: 90, heldOutCharacters: 10 };
const progress: Progress = {
  step: 3,
  steps: 100,
  bitsPerCharacter: 4.5,
  charactersPerSecond: 1000,
  etaSeconds: 9,
};
const after = (...actions: Action[]): State => actions.reduce(reduce, initialState);
const started: Action[] = [{ type: "start" }, { type: "ready", run: 1, facts }, { type: "training", run: 1 }];
const progressed: Extract<Action, { type: "progress" }> = { type: "progress", run: 1, ...progress };
const stopped: Action = { type: "stopped", run: 1, step: 5, memoryBytes: 65536 };

describe("the exhibit's state", () => {
  it("goes from idle through loading to running", () => {
    expect(after().phase).toBe("idle");
    expect(after({ type: "start" })).toMatchObject({
      phase: "loading",
      run: 1,
      loading: { stage: "script" },
    });
    expect(
      after({ type: "start" }, { type: "loading", run: 1, stage: "text", fraction: 0.5 }).loading,
    ).toEqual({
      stage: "text",
      fraction: 0.5,
    });
    expect(after(...started)).toMatchObject({ phase: "running", facts, loading: undefined });
  });

  it("pauses only when the worker says so, and goes on", () => {
    const pausing = after(...started, progressed, { type: "stop" });
    expect(pausing.phase).toBe("pausing");
    const paused = reduce(pausing, stopped);
    expect(paused).toMatchObject({ phase: "paused", memoryBytes: 65536 });
    expect(paused.progress).toEqual({ ...progress, step: 5 });
    expect(reduce(paused, { type: "resume" }).phase).toBe("running");
  });

  it("is paused after one step", () => {
    expect(after(...started, progressed, stopped).phase).toBe("paused");
  });

  it("goes back to idle when loading is cancelled, and drops what comes late", () => {
    const cancelled = after({ type: "start" }, { type: "stop" });
    expect(cancelled).toMatchObject({ phase: "idle", run: 2 });
    expect(reduce(cancelled, { type: "training", run: 1 })).toBe(cancelled);
  });

  it("drops replies of a run that is over", () => {
    const reset = after(...started, progressed, { type: "reset" });
    expect(reset).toMatchObject({ phase: "idle", progress: undefined, facts: undefined });
    for (const late of [
      progressed,
      stopped,
      { type: "finished", run: 1, heldOut: 2, memoryBytes: 1 } as const,
    ]) {
      expect(reduce(reset, late)).toBe(reset);
    }
  });

  it("keeps the last held-out figure between measurements", () => {
    const measured = after(...started, { ...progressed, heldOut: 2.5 }, progressed);
    expect(measured.heldOut).toBe(2.5);
  });

  it("finishes, and stays finished when writing stops", () => {
    const finished = after(
      ...started,
      progressed,
      { type: "finished", run: 1, heldOut: 2.3, memoryBytes: 1 },
      stopped,
    );
    expect(finished).toMatchObject({ phase: "finished", heldOut: 2.3 });
    const writing = reduce(finished, { type: "write" });
    expect(writing.writing).toBe(true);
    expect(reduce(writing, stopped)).toMatchObject({ phase: "finished", writing: false });
  });

  it("shows a failure, keeps it when things stop, and forgets it at the next start", () => {
    const failed = after(
      ...started,
      { type: "failed", run: 1, stage: "training", reason: "out of luck" },
      stopped,
    );
    expect(failed).toMatchObject({ phase: "error", failure: { stage: "training", reason: "out of luck" } });
    expect(reduce(failed, { type: "start" })).toMatchObject({ phase: "loading", failure: undefined, run: 2 });
    for (const [reason, stage] of [
      [undefined, "script"],
      ["WebAssembly is not defined", "model"],
    ] as const) {
      expect(after({ type: "start" }, { type: "crash", reason }).failure?.stage).toBe(stage);
    }
    expect(after(...started, { type: "crash", reason: "out of memory" }).failure?.stage).toBe("training");
  });

  it("ignores what does not fit the phase", () => {
    for (const type of ["resume", "write", "stop"] as const) expect(after({ type })).toBe(initialState);
    const running = after(...started);
    expect(reduce(running, { type: "resume" })).toBe(running);
    expect(reduce(running, { type: "loading", run: 1, stage: "text" })).toBe(running);
  });

  it("never leaves the phases there are, whatever comes in whatever order", () => {
    const phases = new Set<Phase>(["idle", "loading", "running", "pausing", "paused", "finished", "error"]);
    const actions: Action[] = [
      ...started,
      progressed,
      stopped,
      { type: "stop" },
      { type: "resume" },
      { type: "write" },
    ];
    for (const a of actions) {
      for (const b of actions) {
        for (const c of actions) expect(phases.has(after(...started, a, b, c).phase)).toBe(true);
      }
    }
  });
});
