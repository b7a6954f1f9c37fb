import { afterEach, describe, expect, it } from "vitest";
import {
  mapSettingsOf,
  questionsOf,
  runConfigOf,
  type Settings,
  settingFields,
} from "../../../src/exhibits/word2vec/config.js";
import type { Reply, Request } from "../../../src/exhibits/word2vec/protocol.js";
import { Session } from "../../../src/exhibits/word2vec/session.js";
import { readSettings } from "../../../src/shell/urlState.js";
import { doubleEngine, DoubleModel, DoubleVectors, fileOf } from "./doubles.js";

const file = fileOf({
  king: [1, 1, 0.1, 0],
  queen: [1, -1, 0.1, 0],
  man: [0, 1, 1, 0],
  woman: [0, -1, 1, 0],
  apple: [0, 0.1, 0, 1],
  pear: [0.1, 0, 0, 1],
});
const text = "the cat sat. the dog sat. a cat ran, a dog ran! the king sat and a queen ran.\n".repeat(40);

type Fetched = (url: string, signal?: AbortSignal) => Promise<Uint8Array<ArrayBuffer>>;

function makeSession(
  fetched: Fetched = async (url) => (url === "bundled" ? file : new TextEncoder().encode(text)),
): {
  replies: Reply[];
  slept: number[];
  ask: (request: Request) => void;
  look: (settings?: Partial<Settings>) => number;
  until: <T extends Reply["type"]>(
    type: T,
    fits?: (reply: Extract<Reply, { type: T }>) => boolean,
  ) => Promise<Extract<Reply, { type: T }>>;
  train: (run: number, settings?: Partial<Settings>) => void;
} {
  const replies: Reply[] = [];
  const slept: number[] = [];
  let revision = 0;
  const session = new Session({
    engine: doubleEngine,
    post: (reply) => void replies.push(reply),
    breathe: () => new Promise((resolve) => setTimeout(resolve, 0)),
    sleep: async (milliseconds) => void slept.push(milliseconds),
    now: () => performance.now(),
    fetchBytes: (url, _onProgress, signal) => fetched(url, signal),
  });
  const settingsOf = (settings: Partial<Settings>): Settings => ({
    ...readSettings(settingFields, new URLSearchParams()),
    shown: 100,
    skip: 0,
    ...settings,
  });
  return {
    replies,
    slept,
    ask: (request) => session.handle(request),
    look(changes = {}) {
      const settings = settingsOf(changes);
      const look = {
        revision: ++revision,
        vectors: settings.vectors,
        questions: questionsOf(settings),
        map: mapSettingsOf(settings),
        pace: settings.pace,
        seed: settings.seed,
      };
      session.handle({ type: "look", look, bundledUrl: "bundled" });
      return revision;
    },
    train(run, changes = {}) {
      const config = runConfigOf(
        settingsOf({ corpus: "own", minimumCount: 2, epochs: 3, dim: 4, ...changes }),
      );
      const source =
        config.corpus === "own" ? ({ kind: "own", text } as const) : ({ kind: "planted" } as const);
      session.handle({ type: "train", run, config, source });
    },
    async until(type, fits = () => true) {
      for (let tries = 0; tries < 1000; tries++) {
        for (const reply of replies) {
          if (reply.type === type && fits(reply as never)) return reply as never;
        }
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      throw new Error(`No ${type} among ${replies.map((reply) => reply.type).join(", ")}`);
    },
  };
}

const words = (list: readonly { word: string }[]): string[] => list.map(({ word }) => word);

afterEach(() => {
  DoubleModel.made = [];
  DoubleVectors.alive.clear();
});

describe("vectors of a file", () => {
  it("are fetched once, and answer every question, with a picture", async () => {
    let fetches = 0;
    const s = makeSession(async () => (fetches++, file));
    const asked = { word: "king", a: "man", b: "king", c: "woman", among: "apple pear king nonsense" };
    s.look();
    const revision = s.look(asked);
    const { answers } = await s.until("answers");
    expect(answers).toMatchObject({
      neighbours: { unknown: [] },
      analogy: { unknown: [], list: [{ word: "queen" }, {}, {}] },
      odd: { unknown: ["nonsense"] },
    });
    expect(words(answers.odd.list)[0]).toBe("king");
    expect(answers.odd.list).toHaveLength(3);
    expect(answers.neighbours.list).toHaveLength(5);
    expect(answers.milliseconds).toBeGreaterThan(0);
    expect(answers).toBe((await s.until("answers", (reply) => reply.revision === revision)).answers);
    const { frame } = await s.until("frame");
    expect([...frame.indices]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(frame.share).toBeGreaterThan(0.5);
    const { list } = await s.until("words");
    expect(list).toEqual({
      words: ["king", "queen", "man", "woman", "apple", "pear"],
      counts: Float64Array.of(100, 99, 98, 97, 96, 95),
      dim: 4,
    });
    expect(fetches).toBe(1);
    expect(s.replies.filter(({ type }) => type === "answers")).toHaveLength(1);
  });

  it("name what is not known, and say nothing to half a question", async () => {
    const s = makeSession();
    s.look({ word: "Zebra", a: "man", b: "", c: "woman", among: "king queen" });
    const { answers } = await s.until("answers");
    expect(answers.neighbours).toEqual({ unknown: ["zebra"], list: [] });
    expect(answers.analogy).toEqual({ unknown: [], list: [] });
    expect(answers.odd).toEqual({ unknown: [], list: [] });
  });

  it("are searched in bytes or in float32, and say how much they take", async () => {
    const s = makeSession();
    s.look({ precision: "int8" });
    expect((await s.until("answers")).answers.bytes).toBe(6 * 8);
    expect([...DoubleVectors.alive].map(({ format }) => format)).toEqual(["i8"]);
    const revision = s.look({ precision: "float32" });
    expect((await s.until("answers", (reply) => reply.revision === revision)).answers.bytes).toBe(6 * 16);
    expect([...DoubleVectors.alive].map(({ format }) => format)).toEqual(["i8", "f32"]);
  });

  it("are asked for again when they did not come", async () => {
    let broken = true;
    const s = makeSession(async () => {
      if (broken) throw new Error("the server answered 500");
      return file;
    });
    s.look();
    expect(await s.until("unavailable")).toMatchObject({ reason: "the server answered 500" });
    broken = false;
    s.look();
    await s.until("answers");
  });

  it("lie where they lay when another word is asked for, with guests in their plane", async () => {
    const s = makeSession();
    s.look({ show: "list", list: "king queen man woman", word: "king", a: "", among: "" });
    const { frame: first } = await s.until("frame");
    expect(first.fitted).toBe(4);
    s.look({ show: "list", list: "king queen man woman", word: "pear", a: "", among: "" });
    const { frame } = await s.until("frame", (reply) => reply.frame !== first);
    expect([...frame.indices.slice(0, 4)]).toEqual([0, 1, 2, 3]);
    expect([...frame.indices.slice(4)].sort((a, b) => a - b)).toEqual([4, 5]);
    expect([...frame.points.slice(0, 8)].map((x) => x.toFixed(4))).toEqual(
      [...first.points.slice(0, 8)].map((x) => x.toFixed(4)),
    );
  });

  it("unfold by UMAP, the same for the same seed, and stop when the map is another one", async () => {
    const many = fileOf(
      Object.fromEntries(
        Array.from({ length: 30 }, (_, i) => [`w${i}`, [i % 3, (i * 7) % 5, i % 2, 1 + (i % 7)]]),
      ),
    );
    const layout = async (seed: number): Promise<number[]> => {
      const s = makeSession(async () => many);
      s.look({ projection: "umap", seed });
      const { frame } = await s.until("frame", (reply) => reply.frame.fraction === 1);
      expect(frame.projection).toBe("umap");
      return [...frame.points];
    };
    const first = await layout(3);
    expect(await layout(3)).toEqual(first);
    expect(await layout(4)).not.toEqual(first);
    expect(first.every(Number.isFinite)).toBe(true);
    const s = makeSession(async () => many);
    s.look({ projection: "umap" });
    await s.until("frame", (reply) => reply.frame.projection === "umap");
    s.look({ projection: "pca" });
    await s.until("frame", (reply) => reply.frame.projection === "pca");
    const count = s.replies.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(s.replies.length).toBe(count);
    // The same for vectors that are not there yet.
    const other = makeSession(async () => many);
    other.look({ projection: "umap" });
    await other.until("frame", (reply) => reply.frame.projection === "umap");
    other.look({ vectors: "trained" });
    const before = other.replies.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(other.replies.length).toBe(before);
  });
});

describe("a training", () => {
  const trained = { vectors: "trained", word: "cat" } as const;

  it("reads, learns and finishes, and answers on the way", async () => {
    const s = makeSession();
    s.train(1);
    s.look(trained);
    await s.until("finished");
    const order = s.replies.map(({ type }) => type);
    const firsts = ["reading", "ready", "words", "training", "progress", "finished"] as const;
    expect(firsts.map((type) => order.indexOf(type))).toEqual(
      firsts.map((type) => order.indexOf(type)).toSorted((a, b) => a - b),
    );
    expect(order.filter((type) => type === "progress")).toHaveLength(12);
    const { facts } = await s.until("ready");
    expect(facts).toEqual({ words: 19 * 40, sentences: 4 * 40, vocabulary: 9, parameters: 99 });
    const { options, trainedWith } = DoubleModel.made[0]!;
    expect(options).toMatchObject({ dim: 4, window: 5, architecture: "skipgram", seed: 1 });
    expect(trainedWith[0]).toMatchObject({ epochs: 3, seed: 1, resume: false });
    expect(trainedWith[0]).not.toHaveProperty("learningRate");
    // The last answer is of what was learnt at the end.
    const answers = s.replies.filter((reply) => reply.type === "answers");
    expect(answers.length).toBeGreaterThanOrEqual(2);
    // Searches are timed when nothing learns, and would hold it up.
    const times = answers.map((reply) => reply.answers.milliseconds);
    expect(times.slice(0, -1).every((time) => time === undefined)).toBe(true);
    expect(times.at(-1)).toBeGreaterThan(0);
    expect(answers.at(-1)!.answers.neighbours.list).toEqual(
      DoubleModel.made[0]!.vectors()
        .nearest("cat", { k: 10 })
        .map(({ word, similarity }) => ({
          word,
          value: similarity,
        })),
    );
  });

  it("rests after every event of the first epoch to be watched, and never at full speed", async () => {
    for (const [pace, rests] of [
      ["watch", [110, 110, 110, 110]],
      ["full", []],
    ] as const) {
      const s = makeSession();
      s.train(1, { epochs: 3 });
      s.look({ ...trained, pace });
      await s.until("finished");
      expect(s.slept).toEqual(rests);
    }
  });

  it("pauses, goes on where it was, and is stopped for good", async () => {
    const s = makeSession();
    s.train(1, { epochs: 40, learningRate: 0.1 });
    s.look(trained);
    await s.until("progress", ({ event }) => event.epoch >= 2);
    s.ask({ type: "pause", run: 1 });
    await s.until("paused");
    const events = (): number => s.replies.filter(({ type }) => type === "progress").length;
    const before = events();
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(events()).toBe(before);
    s.ask({ type: "resume", run: 1 });
    await s.until("progress", ({ event }) => event.epoch >= 10);
    expect(
      DoubleModel.made[0]!.trainedWith.map(({ resume, learningRate }) => [resume, learningRate]),
    ).toEqual([
      [false, 0.1],
      [true, 0.1],
    ]);
    s.ask({ type: "stop", run: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const stopped = events();
    s.ask({ type: "resume", run: 1 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(events()).toBe(stopped);
    expect(s.replies.some(({ type }) => type === "finished")).toBe(false);
    // What it has learnt stays.
    s.ask({ type: "save", run: 1, format: "binary" });
    const { bytes } = await s.until("file");
    expect(new TextDecoder().decode(bytes)).toContain("binary the");
    expect(DoubleModel.made[0]!.disposed).toBe(false);
  });

  it("gives way to another one, and lets go of what it had", async () => {
    const s = makeSession();
    s.train(1, { epochs: 100 });
    s.look(trained);
    await s.until("progress");
    s.train(2);
    await s.until("finished", ({ run }) => run === 2);
    expect(DoubleModel.made.map(({ disposed }) => disposed)).toEqual([true, false]);
    expect(DoubleVectors.alive.size).toBeLessThanOrEqual(1);
    expect(s.replies.some((reply) => reply.type === "finished" && reply.run === 1)).toBe(false);
  });

  it("is stopped while it reads", async () => {
    const s = makeSession();
    s.train(1, { corpus: "planted" });
    await s.until("reading", ({ stage }) => stage === "corpus");
    s.ask({ type: "stop", run: 1 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(DoubleModel.made).toHaveLength(0);
    expect(s.replies.some(({ type }) => type === "failed")).toBe(false);
  });

  it("says why it failed: too few words, or a break while it learns", async () => {
    const s = makeSession();
    s.train(1, { minimumCount: 1000 });
    expect(await s.until("failed")).toEqual({ type: "failed", run: 1, reason: "no word is left" });
    s.train(2, { epochs: 50 });
    await s.until("progress", ({ run }) => run === 2);
    DoubleModel.made[0]!.failAt = 40;
    const { reason } = await s.until("failed", ({ run }) => run === 2);
    expect(reason).toBe("a weight is not finite");
  });

  it("draws by principal components while words learn, and by UMAP when they rest", async () => {
    const s = makeSession();
    s.train(1);
    s.look({ ...trained, projection: "umap" });
    await s.until("finished");
    await s.until("frame", (reply) => reply.frame.projection === "umap" && reply.frame.fraction === 1);
    const projections = s.replies.flatMap((reply) =>
      reply.type === "frame" ? [reply.frame.projection] : [],
    );
    expect(projections[0]).toBe("pca");
    expect(projections.lastIndexOf("pca")).toBeLessThan(projections.indexOf("umap"));
  });
});
