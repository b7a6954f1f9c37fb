import { describe, expect, it } from "vitest";
import type { RunConfig } from "../../src/exhibits/charRnn/config.js";
import type { Learner, LearnerEvent } from "../../src/exhibits/charRnn/learner.js";
import type { Reply, Request } from "../../src/exhibits/charRnn/protocol.js";
import { Session } from "../../src/exhibits/charRnn/session.js";

const text = "to be or not to be, that is the question\n".repeat(100);
const config: RunConfig = { cell: "gru", hidden: 4, steps: 30, seed: 3 };
const voice = { temperature: 0.7, prime: "to §be" };
const nextTask = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** Learns nothing, a step a task, and counts what is asked of it. */
class Double implements Learner {
  readonly parameterCount = 42;
  readonly primes: string[] = [];
  readonly temperatures: number[] = [];
  step = 0;
  disposed = false;
  failAt = Infinity;

  async *train(_text: string, options: Parameters<Learner["train"]>[1]): AsyncGenerator<LearnerEvent> {
    if (!options.resume) this.step = 0;
    const end = Math.min(options.steps, this.step + (options.stopAfter ?? Infinity));
    while (this.step < end) {
      await nextTask();
      options.signal.throwIfAborted();
      if (++this.step >= this.failAt) throw new Error("a gradient is not finite");
      const bitsPerCharacter = 6 - this.step / 10;
      yield {
        step: this.step,
        steps: options.steps,
        bitsPerCharacter,
        charactersPerSecond: 1,
        etaSeconds: 1,
      };
    }
  }

  async evaluate(): Promise<{ bitsPerCharacter: number }> {
    return { bitsPerCharacter: 2.5 };
  }

  async *generate(
    prime: string,
    { length, temperature }: { length: number; temperature: number },
  ): AsyncGenerator<string, void, undefined> {
    this.primes.push(prime);
    this.temperatures.push(temperature);
    for (let i = 0; i < length; i++) yield "e";
  }

  hiddenStates(read: string): Float32Array {
    return new Float32Array(read.length * 4).map((_, index) => Math.floor(index / 4));
  }

  save(): Uint8Array<ArrayBuffer> {
    return new Uint8Array([this.step]);
  }

  dispose(): void {
    this.disposed = true;
  }
}

/** A session with doubles, and what it has posted. */
function makeSession({ loadText = async () => text, failAt = Infinity } = {}): {
  session: Session;
  replies: Reply[];
  doubles: Double[];
  ask: (request: Request) => void;
  until: (type: Reply["type"], count?: number) => Promise<Reply>;
} {
  const replies: Reply[] = [];
  const doubles: Double[] = [];
  const session = new Session({
    learners: {
      create: async () => {
        const made = new Double();
        made.failAt = failAt;
        doubles.push(made);
        return made;
      },
    },
    loadText,
    post: (reply) => replies.push(reply),
    breathe: nextTask,
    sleep: nextTask,
    now: () => performance.now(),
    memoryBytes: () => 65536,
  });
  const until = async (type: Reply["type"], count = 1): Promise<Reply> => {
    for (let tries = 0; tries < 2000; tries++) {
      const found = replies.filter((reply) => reply.type === type)[count - 1];
      if (found) return found;
      await nextTask();
    }
    throw new Error(`no ${type} among ${replies.map((reply) => reply.type).join(", ")}`);
  };
  return { session, replies, doubles, until, ask: (request) => session.handle(request) };
}

const start: Request = { type: "start", run: 1, config, voice, source: { kind: "own", text } };

describe("the worker's session", () => {
  it("loads, makes a model, trains to the end, and measures all of the held-out text", async () => {
    const { ask, until, replies } = makeSession();
    ask(start);
    expect(await until("finished")).toEqual({ type: "finished", run: 1, heldOut: 2.5, memoryBytes: 65536 });
    const types = replies.map(({ type }) => type);
    expect(types.slice(0, 5)).toEqual(["loading", "loading", "ready", "training", "prompt"]);
    expect(types.filter((type) => type === "progress")).toHaveLength(30);
    expect(replies.find(({ type }) => type === "ready")).toMatchObject({
      facts: { parameters: 42, trainingCharacters: 3690, heldOutCharacters: 410 },
    });
    const milestones = replies.filter((reply) => reply.type === "milestone");
    expect(milestones.map(({ step }) => step)).toEqual([1, 20, 30]);
  });

  it("stops when asked, and goes on where it was", async () => {
    const { ask, until, replies } = makeSession();
    ask(start);
    await until("progress", 3);
    ask({ type: "stop", run: 1 });
    await until("stopped");
    const before = replies.filter(({ type }) => type === "progress").length;
    await nextTask();
    expect(replies.at(-1)?.type).toBe("stopped");
    ask({ type: "resume", run: 1 });
    await until("finished");
    const steps = replies.filter((reply) => reply.type === "progress").map(({ step }) => step);
    expect(before).toBeLessThan(30);
    expect(replies.find(({ type }) => type === "stopped")).toMatchObject({ step: before });
    expect(steps).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
  });

  it("takes single steps", async () => {
    const { ask, until, replies } = makeSession();
    ask({ ...start, only: "step" });
    await until("stopped");
    ask({ type: "resume", run: 1, only: "step" });
    await until("stopped", 2);
    expect(replies.filter((reply) => reply.type === "progress").map(({ step }) => step)).toEqual([1, 2]);
    expect(replies.filter(({ type }) => type === "states")).toHaveLength(2);
  });

  it("answers a stop when nothing is under way", async () => {
    const { ask, until, replies } = makeSession();
    ask({ ...start, only: "step" });
    await until("stopped");
    ask({ type: "stop", run: 1 });
    expect(replies.filter(({ type }) => type === "stopped")).toHaveLength(2);
  });

  it("gives the hidden states of the characters shown, after those before them", async () => {
    const { ask, until } = makeSession();
    ask({ ...start, only: "step" });
    await until("stopped");
    ask({ type: "resume", run: 1, only: "step" });
    const second = await until("states", 2);
    if (second.type !== "states") throw new Error("states expected");
    expect(second.text).toBe(text.slice(3690 + 64, 3690 + 128));
    expect(second.units).toBe(4);
    expect(second.values).toHaveLength(64 * 4);
    expect(second.values[0]).toBe(64);
  });

  it("leaves out of the prompt what the text does not have", async () => {
    const { ask, until } = makeSession();
    ask({ ...start, only: "step" });
    expect(await until("prompt")).toMatchObject({ text: "to be" });
    const other = makeSession();
    other.ask({ ...start, voice: { temperature: 1, prime: "§" }, only: "step" });
    expect(await other.until("prompt")).toMatchObject({ text: "\n" });
  });

  it("writes from the prompt while nothing else is under way, and stops writing", async () => {
    const { ask, until, replies, doubles } = makeSession();
    ask({ ...start, only: "step" });
    await until("stopped");
    ask({ type: "voice", run: 1, voice: { temperature: 0.2, prime: "not" }, again: true });
    await until("writing");
    await until("prompt", 2);
    ask({ type: "stop", run: 1 });
    await until("stopped", 2);
    expect(replies.findLast((reply) => reply.type === "prompt")).toMatchObject({ text: "not" });
    expect(doubles[0]?.temperatures.at(-1)).toBe(0.2);
  });

  it("goes on from what was written when the temperature changes", async () => {
    const { ask, until, doubles } = makeSession();
    ask(start);
    await until("written", 2);
    ask({ type: "voice", run: 1, voice: { ...voice, temperature: 1.2 }, again: false });
    await until("finished");
    const at = doubles[0]?.temperatures.indexOf(1.2) ?? -1;
    expect(doubles[0]?.primes[at]).toMatch(/^to be+$/);
  });

  it("forgets the model on a reset, and a new start makes another", async () => {
    const { ask, until, doubles } = makeSession();
    ask(start);
    await until("progress", 2);
    ask({ type: "reset", run: 2 });
    ask({ ...start, run: 3 });
    await until("finished");
    expect(doubles.map(({ disposed }) => disposed)).toEqual([true, false]);
  });

  it("hands out the weights", async () => {
    const { ask, until } = makeSession();
    ask({ ...start, only: "step" });
    await until("stopped");
    ask({ type: "export", run: 1 });
    expect(await until("weights")).toEqual({ type: "weights", run: 1, step: 1, bytes: new Uint8Array([1]) });
  });

  it("says where it failed and why, and works again after that", async () => {
    let broken = true;
    const { ask, until } = makeSession({
      loadText: async () => {
        if (broken) throw new Error("the server answered 503");
        return text;
      },
    });
    ask(start);
    expect(await until("failed")).toEqual({
      type: "failed",
      run: 1,
      stage: "text",
      reason: "the server answered 503",
    });
    broken = false;
    ask({ ...start, run: 2 });
    expect(await until("finished")).toMatchObject({ run: 2 });
  });

  it("names training as the stage when training fails", async () => {
    const { ask, until } = makeSession({ failAt: 3 });
    ask(start);
    expect(await until("failed")).toMatchObject({ stage: "training", reason: "a gradient is not finite" });
  });

  it("fails on a run that it does not know", async () => {
    const { ask, until } = makeSession();
    ask({ type: "resume", run: 9 });
    expect(await until("failed")).toMatchObject({ run: 9, reason: "this run is over" });
  });
});
