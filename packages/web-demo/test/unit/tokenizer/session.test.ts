import type { TokenizerDefinition } from "@lanewise/tokenizer";
import { describe, expect, it } from "vitest";
import type { Engine, LearningEvent, Reader } from "../../../src/exhibits/tokenizer/engine.js";
import { limits } from "../../../src/exhibits/tokenizer/config.js";
import type { Reply, Request } from "../../../src/exhibits/tokenizer/protocol.js";
import { Session } from "../../../src/exhibits/tokenizer/session.js";

/** A tokenizer of single characters; with a definition, of as many tokens as its vocabulary has more than bytes. */
class CharacterReader implements Reader {
  isDisposed = false;
  readonly definition: TokenizerDefinition;

  constructor(definition: TokenizerDefinition = {} as TokenizerDefinition) {
    this.definition = definition;
  }

  encodeWithOffsets(text: string, { specialTokens }: { specialTokens: string }) {
    if (this.isDisposed) throw new Error("it was disposed of");
    if (specialTokens === "disallow" && text.includes("<|end|>")) throw new Error("<|end|> is not allowed");
    const length = text.length;
    return {
      ids: Uint32Array.from({ length }, (_, i) => text.charCodeAt(i)),
      starts: Uint32Array.from({ length }, (_, i) => i),
      ends: Uint32Array.from({ length }, (_, i) => i + 1),
    };
  }

  count(text: string, options: { specialTokens: "text" | "allow" | "disallow" }): number {
    return this.encodeWithOffsets(text, options).ids.length;
  }

  tokenBytes(id: number): Uint8Array {
    return new TextEncoder().encode(String.fromCharCode(id));
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

/** "ab", "abc", … in order. */
async function* merges(count: number, signal: AbortSignal): AsyncGenerator<LearningEvent> {
  yield { phase: "counting" };
  for (let step = 1; step <= count; step++) {
    await Promise.resolve();
    signal.throwIfAborted();
    const [left, right] = [step === 1 ? 97 : 254 + step, 97 + step];
    const token = Uint8Array.from({ length: step + 1 }, (_, i) => 97 + i);
    yield {
      phase: "merging",
      step,
      steps: count,
      pair: [left, right],
      count: 100 - step,
      id: 255 + step,
      token,
    };
  }
}

const learnt = { model: { vocabulary: { size: 261 } } } as unknown as TokenizerDefinition;

function makeSession(engine: Partial<Engine> = {}) {
  const replies: Reply[] = [];
  const opened: string[] = [];
  const made: CharacterReader[] = [];
  const slept: number[] = [];
  let time = 0;
  const session = new Session({
    engine: {
      async open(encoding) {
        opened.push(encoding);
        return new CharacterReader();
      },
      async make(definition) {
        made.push(new CharacterReader(definition));
        return made.at(-1)!;
      },
      train: (_text, { vocabularySize, signal }) =>
        Object.assign(merges(vocabularySize - 256, signal), { definition: Promise.resolve(learnt) }),
      definitionOf: (tokens) => ({ tokens: tokens.length }) as unknown as TokenizerDefinition,
      write: async (_definition, format) => new TextEncoder().encode(format),
      ...engine,
    },
    post: (reply) => replies.push(reply),
    breathe: () => new Promise((resolve) => setTimeout(resolve)),
    sleep: async (milliseconds) => void slept.push(milliseconds),
    now: () => (time += 5),
    fetchText: async (url) => `the text of ${url}`,
  });
  const waitFor = async <T extends Reply["type"]>(
    type: T,
    more: object = {},
  ): Promise<Reply & { type: T }> => {
    const matches = (reply: Reply): reply is Reply & { type: T } =>
      reply.type === type &&
      Object.entries(more).every(
        ([key, value]) => (reply as unknown as Record<string, unknown>)[key] === value,
      );
    await expect.poll(() => replies.some(matches)).toBe(true);
    return replies.find(matches)!;
  };
  return { session, replies, opened, made, slept, waitFor };
}

const read = (revision: number, text: string, more: Partial<Request & { type: "read" }> = {}): Request => ({
  type: "read",
  revision,
  text,
  tokenizer: "gpt2",
  compare: [],
  policy: "text",
  ...more,
});
const train = (run: number, more: Partial<Request & { type: "train" }> = {}): Request => ({
  type: "train",
  run,
  source: { text: "abc" },
  probe: "abcd",
  size: 261,
  pace: "full",
  ...more,
});

describe("reading", () => {
  it("gives tokens with bytes and places, then counts, and opens each encoding once", async () => {
    const { session, replies, opened, waitFor } = makeSession();
    session.handle(read(1, "aé", { compare: ["cl100k_base", "gpt2"] }));
    const { span, total, bytes } = await waitFor("tokens");
    expect([total, bytes]).toEqual([2, 3]);
    expect([...span.bytes]).toEqual([0x61, 0xc3, 0xa9]);
    expect([...span.byteEnds]).toEqual([1, 3]);
    expect([...span.starts, ...span.ends]).toEqual([0, 1, 1, 2]);
    await waitFor("counted", { tokenizer: "cl100k_base" });
    session.handle(read(2, "a", { compare: ["cl100k_base"] }));
    await waitFor("counted", { tokenizer: "cl100k_base", revision: 2 });
    expect(opened).toEqual(["gpt2", "cl100k_base"]);
    const counts = replies.filter((reply) => reply.type === "counted");
    expect(counts.map(({ tokenizer, count }) => [tokenizer, count])).toEqual([
      ["gpt2", 2],
      ["cl100k_base", 2],
      ["gpt2", 1],
      ["cl100k_base", 1],
    ]);
    // The clock moves five milliseconds whenever it is read: so long takes a batch of one count.
    for (const { milliseconds } of counts) expect(milliseconds).toBe(5);
  });

  it("drops a text that was typed over, before it is read", async () => {
    const { session, replies, waitFor } = makeSession();
    for (let revision = 1; revision <= 5; revision++) session.handle(read(revision, "x".repeat(revision)));
    await waitFor("counted", { revision: 5 });
    expect(replies.filter((reply) => reply.type === "tokens").map(({ revision }) => revision)).toEqual([5]);
  });

  it("shows so many tokens at a time, and others of the same text when asked", async () => {
    const { session, replies, waitFor } = makeSession();
    session.handle(read(1, "x".repeat(limits.drawn + 7)));
    const { span, total } = await waitFor("tokens");
    expect([span.ids.length, total]).toEqual([limits.drawn, limits.drawn + 7]);
    session.handle({ type: "show", revision: 1, from: limits.drawn });
    const later = replies.at(-1) as Reply & { type: "tokens" };
    const { from, ids, starts } = later.span;
    expect([from, ids.length, starts[0]]).toEqual([limits.drawn, 7, limits.drawn]);
    const before = replies.length;
    session.handle({ type: "show", revision: 0, from: 0 });
    expect(replies.slice(before).filter((reply) => reply.type === "tokens")).toEqual([]);
  });

  it("says what refuses a text, and goes on with the next", async () => {
    const { session, waitFor } = makeSession();
    session.handle(read(1, "a <|end|>", { policy: "disallow" }));
    expect((await waitFor("refused")).reason).toContain("<|end|>");
    session.handle(read(2, "a", { policy: "disallow" }));
    await waitFor("tokens", { revision: 2 });
  });

  it("says what does not load, and tries again with the next text", async () => {
    let broken = true;
    const { session, waitFor, replies } = makeSession({
      open: async () => {
        if (broken) throw new Error("no network");
        return new CharacterReader();
      },
    });
    session.handle(read(1, "a", { compare: ["cl100k_base"] }));
    await waitFor("unavailable", { tokenizer: "cl100k_base", reason: "no network" });
    expect(replies.some(({ type }) => type === "counted")).toBe(false);
    broken = false;
    session.handle(read(2, "a"));
    await waitFor("tokens", { revision: 2 });
  });

  it("has no tokenizer of one's own before there was a training", async () => {
    const { session, waitFor } = makeSession();
    session.handle(read(1, "a", { tokenizer: "own" }));
    expect((await waitFor("unavailable", { tokenizer: "own" })).reason).toContain("nothing has been trained");
  });
});

describe("training", () => {
  it("tells every merge once and in order, counts the probe, and gives a tokenizer to read with", async () => {
    const { session, replies, made, waitFor, slept } = makeSession();
    session.handle(train(1));
    const { size, milliseconds } = await waitFor("trained");
    expect(size).toBe(261);
    expect(milliseconds).toBeGreaterThan(0);
    const told = replies.filter((reply) => reply.type === "merged");
    const all = told.flatMap(({ merges: some }) => some);
    expect(all.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5]);
    const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    expect(all.map(({ left, right }) => [text(left), text(right)]).slice(0, 3)).toEqual([
      ["a", "b"],
      ["ab", "c"],
      ["abc", "d"],
    ]);
    expect(told.at(-1)).toMatchObject({ steps: 5, probe: 4 });
    expect(slept).toEqual([]);
    // What is made for a look at the probe is let go; what was learnt stays.
    expect(made.filter(({ isDisposed }) => !isDisposed).map(({ definition }) => definition)).toEqual([
      learnt,
    ]);
    session.handle(read(1, "ab", { tokenizer: "own" }));
    expect((await waitFor("tokens")).total).toBe(2);
  });

  it("goes slowly where it is watched, and says no time then", async () => {
    const { session, slept, waitFor } = makeSession();
    session.handle(train(1, { pace: "watch" }));
    expect(await waitFor("trained")).not.toHaveProperty("milliseconds");
    expect(slept).toHaveLength(5);
    expect(slept[0]).toBeGreaterThan(50);
  });

  it("stops when told, and when another begins", async () => {
    const { session, replies, waitFor } = makeSession();
    session.handle(train(1, { size: 20_000 }));
    await waitFor("merged", { run: 1 });
    session.handle({ type: "stop", run: 1 });
    await waitFor("stopped", { run: 1 });
    session.handle(train(2, { size: 20_000 }));
    await waitFor("merged", { run: 2 });
    session.handle(train(3));
    await waitFor("stopped", { run: 2 });
    await waitFor("trained", { run: 3 });
    expect(replies.filter(({ type }) => type === "trained")).toHaveLength(1);
  });

  it("replaces the tokenizer that was trained before, and frees it", async () => {
    const { session, made, waitFor } = makeSession();
    session.handle(train(1));
    await waitFor("trained", { run: 1 });
    session.handle(train(2));
    await waitFor("trained", { run: 2 });
    await expect.poll(() => made.filter(({ isDisposed }) => !isDisposed).length).toBe(1);
    session.handle(read(1, "ab", { tokenizer: "own" }));
    await waitFor("counted");
  });

  it("learns from a text that it fetches, and says so where that fails", async () => {
    const texts: string[] = [];
    const { session, waitFor } = makeSession({
      train: (text, { signal }) => {
        texts.push(text);
        if (texts.length > 1) throw new Error("no pairs");
        return Object.assign(merges(1, signal), { definition: Promise.resolve(learnt) });
      },
    });
    session.handle(train(1, { source: { url: "shakespeare.txt" } }));
    await waitFor("trained");
    expect(texts).toEqual(["the text of shakespeare.txt"]);
    session.handle(train(2));
    expect((await waitFor("trainingFailed")).reason).toBe("no pairs");
  });

  it("hands out files of what was learnt, and of nothing else", async () => {
    const { session, replies, waitFor } = makeSession();
    session.handle({ type: "save", run: 1, format: "json" });
    session.handle(train(1));
    await waitFor("trained");
    expect(replies.some(({ type }) => type === "file")).toBe(false);
    session.handle({ type: "save", run: 1, format: "tiktoken" });
    expect(new TextDecoder().decode((await waitFor("file")).bytes)).toBe("tiktoken");
  });
});
