import { describe, expect, it } from "vitest";
import { completionsOf } from "../../../src/exhibits/word2vec/completion.js";
import { runConfigOf, sameRun, settingFields, shapesRun } from "../../../src/exhibits/word2vec/config.js";
import { exampleFor } from "../../../src/exhibits/word2vec/examples.js";
import { roundTicks } from "../../../src/exhibits/word2vec/lossTicks.js";
import { type Action, initialState, reduce, type State } from "../../../src/exhibits/word2vec/state.js";
import { primaryAction } from "../../../src/exhibits/word2vec/view.js";
import { readSettings, writeSettings } from "../../../src/shell/urlState.js";

const facts = { words: 1, sentences: 1, vocabulary: 1, parameters: 1 };
const event = {
  epoch: 2,
  epochs: 5,
  words: 3,
  totalWords: 10,
  loss: 2,
  learningRate: 0.02,
  wordsPerSecond: 5,
  etaSeconds: 1,
};
const after = (...actions: Action[]): State => actions.reduce(reduce, initialState);
const begun: Action[] = [
  { type: "start" },
  { type: "ready", run: 1, facts },
  { type: "training", run: 1 },
  { type: "progress", run: 1, event },
];

describe("the state of a training", () => {
  it("goes from loading to its end, by way of a pause", () => {
    expect(after({ type: "start" }).phase).toBe("loading");
    expect(after(...begun)).toMatchObject({ phase: "running", event, facts });
    expect(after(...begun, { type: "pause" }).phase).toBe("pausing");
    const paused = after(...begun, { type: "pause" }, { type: "paused", run: 1 });
    expect(paused.phase).toBe("paused");
    expect(reduce(paused, { type: "resume" }).phase).toBe("running");
    expect(after(...begun, { type: "finished", run: 1, memoryBytes: 7 })).toMatchObject({
      phase: "finished",
      memoryBytes: 7,
    });
  });

  it("stays stopped whatever comes late, and begins anew with another run", () => {
    const stopped = after(...begun, { type: "stop" });
    expect(stopped).toMatchObject({ phase: "stopped", facts });
    expect(reduce(stopped, { type: "finished", run: 1, memoryBytes: 0 }).phase).toBe("stopped");
    expect(reduce(stopped, { type: "paused", run: 1 }).phase).toBe("stopped");
    const again = reduce(stopped, { type: "start" });
    expect(again).toMatchObject({ phase: "loading", run: 2, facts: undefined, event: undefined });
    expect(reduce(again, { type: "progress", run: 1, event })).toBe(again);
  });

  it("is idle again when it is given up before there are vectors", () => {
    expect(after({ type: "start" }, { type: "stop" })).toEqual({ ...initialState, run: 2 });
  });

  it("says why it failed, and forgets vectors that are lost with a worker", () => {
    expect(after({ type: "start" }, { type: "failed", run: 1, reason: "x" })).toMatchObject({
      phase: "error",
      failure: "x",
    });
    expect(after(...begun, { type: "crash", reason: "y" })).toMatchObject({ phase: "error", failure: "y" });
    const done = after(...begun, { type: "finished", run: 1, memoryBytes: 0 });
    expect(reduce(done, { type: "crash", reason: "y" })).toEqual({ ...initialState, run: 2 });
  });

  it("gives the button something to do in every phase but one", () => {
    const actions = ["idle", "loading", "running", "pausing", "paused", "finished", "stopped", "error"].map(
      (phase) => primaryAction({ ...initialState, phase: phase as State["phase"] }),
    );
    expect(actions).toEqual(["start", "cancel", "pause", undefined, "resume", "start", "start", "start"]);
  });
});

describe("the settings", () => {
  const defaults = readSettings(settingFields, new URLSearchParams());

  it("come back from the address as they went, and leave it empty when they are the defaults", () => {
    const settings = {
      ...defaults,
      vectors: "trained",
      word: "grün & blau",
      projection: "umap",
      show: "pairs",
      relation: "capital",
      list: "a b c",
      corpus: "shakespeare",
      architecture: "cbow",
      objective: "hierarchicalSoftmax",
      dim: 7,
      subsample: 0.00001,
      learningRate: 0.05,
      precision: "int8",
      method: "3CosMul",
    } as const;
    const written = writeSettings(settingFields, settings);
    expect(readSettings(settingFields, new URLSearchParams(written.toString()))).toEqual(settings);
    expect(writeSettings(settingFields, defaults).toString()).toBe("");
  });

  it("take the default for nonsense", () => {
    const nonsense = new URLSearchParams("dim=0&window=-1&epochs=1e9&relation=love&vectors=all&subsample=x");
    expect(readSettings(settingFields, nonsense)).toEqual(defaults);
  });

  it("tell what takes another training", () => {
    const run = runConfigOf(defaults);
    expect(Object.keys(run).every((key) => shapesRun(key as keyof typeof defaults))).toBe(true);
    expect(shapesRun("word")).toBe(false);
    expect(sameRun(run, { ...run })).toBe(true);
    expect(sameRun(run, { ...run, dim: run.dim + 1 })).toBe(false);
    expect(sameRun(run, { ...run, negatives: 9 })).toBe(false);
    const tree = { ...run, objective: "hierarchicalSoftmax" } as const;
    expect(sameRun(tree, { ...tree, negatives: 9 })).toBe(true);
  });
});

describe("questions of other vectors", () => {
  const asked = { ...readSettings(settingFields, new URLSearchParams()), word: "king" };
  const planted = ["king", "france", "paris", "italy", "rome", "madrid", "tokyo", "queen"];

  it("stay where their words are known, and give way to examples where not", () => {
    expect(exampleFor(asked, planted, "planted")).toEqual({
      a: "france",
      b: "paris",
      c: "italy",
      among: "paris rome madrid tokyo queen",
    });
    expect(exampleFor({ ...asked, word: "zebra" }, planted, "planted")).toMatchObject({ word: "king" });
    expect(exampleFor(asked, ["king", "he", "his", "she", ...asked.among.split(" ")], "own")).toEqual({});
  });

  it("are of some word, where none of the examples is known", () => {
    expect(exampleFor(asked, ["eins", "zwei"], "own")).toEqual({ word: "zwei" });
    expect(exampleFor(asked, [], "own")).toEqual({ word: "king" });
  });
});

describe("completionsOf", () => {
  it("offers what begins so, the most frequent first, then what has it inside", () => {
    const words = ["the", "other", "thee", "bathe", "then"];
    expect(completionsOf(words, " THE")).toEqual(["the", "thee", "then", "other", "bathe"]);
    expect(completionsOf(words, "")).toEqual([]);
    const many = Array.from({ length: 50 }, (_, i) => `a${i}`);
    expect(completionsOf(many, "a")).toEqual(many.slice(0, 12));
  });
});

describe("roundTicks", () => {
  it("are round, inside, and some", () => {
    expect(roundTicks(0.3, 4.2)).toEqual([1, 2, 3, 4]);
    expect(roundTicks(2.31, 2.36)).toEqual([2.31, 2.32, 2.33, 2.34, 2.35, 2.36]);
    expect(roundTicks(1, 1)).toEqual([]);
  });
});
