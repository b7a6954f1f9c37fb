import { describe, expect, it } from "vitest";
import { settingFields, type Settings } from "../../../src/exhibits/digits/config.js";
import type { Digits } from "../../../src/exhibits/digits/digits.js";
import type { Reply } from "../../../src/exhibits/digits/protocol.js";
import { Session } from "../../../src/exhibits/digits/session.js";

const settings: Settings = {
  ...(Object.fromEntries(
    Object.entries(settingFields).map(([key, { fallback }]) => [key, fallback as unknown]),
  ) as unknown as Settings),
  width: 16,
  epochs: 6,
};

/** Each digit a block of ink at a place of its own. */
function blocks(count: number): Digits {
  const labels = Uint8Array.from({ length: count }, (_, i) => (i * 7) % 10);
  const pixels = new Uint8Array(count * 784);
  labels.forEach((label, i) => {
    for (let y = 4; y < 24; y++)
      for (let x = 0; x < 3; x++) pixels[i * 784 + y * 28 + 2 * label + 4 + x] = 255;
  });
  return { labels, pixels };
}

/** A session, what it said, and a way to wait for it to say something. */
function begin(load: () => Promise<Digits> = async () => blocks(1600)): {
  session: Session;
  replies: Reply[];
  said: <T extends Reply["type"]>(type: T, times?: number) => Promise<Extract<Reply, { type: T }>>;
} {
  const replies: Reply[] = [];
  const session = new Session({ post: (reply) => replies.push(reply), load });
  const said = async <T extends Reply["type"]>(type: T, times = 1): Promise<Extract<Reply, { type: T }>> => {
    await expect
      .poll(() => replies.filter((reply) => reply.type === type).length, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(times);
    return replies.findLast((reply): reply is Extract<Reply, { type: T }> => reply.type === type)!;
  };
  return { session, replies, said };
}

describe("Session", () => {
  it("learns, judges, and reads what is drawn", async () => {
    const { session, said } = begin();
    const { pixels, labels } = blocks(4);
    session.handle({ type: "read", image: Float32Array.from(pixels.subarray(784 * 3), (ink) => ink / 255) });
    session.handle({ type: "start", run: 5, settings });
    const { training, heldOut, parameters } = await said("ready");
    expect([training, heldOut, parameters]).toEqual([600, 1000, 784 * 16 + 16 + 160 + 10]);
    await said("finished");
    const { verdict, epoch } = await said("verdict");
    expect(epoch).toBe(6);
    expect(verdict.accuracy).toBeGreaterThan(0.9);
    expect(verdict.confusions.reduce((sum, count) => sum + count, 0)).toBe(1000);
    const trace = verdict.confusions.filter((_, at) => at % 11 === 0).reduce((sum, count) => sum + count, 0);
    expect(trace / 1000).toBeCloseTo(verdict.accuracy, 12);
    expect(verdict.misread.length).toBe(Math.min(24, 1000 - trace));
    const { probabilities } = await said("answer");
    expect(probabilities.indexOf(Math.max(...probabilities))).toBe(labels[3]);
    const { progress } = await said("progress");
    expect(progress).toMatchObject({ epoch: 6, epochs: 6, step: progress.steps });
    const { weights, units } = await said("picture");
    expect(weights).toHaveLength(units * 784);
    session.handle({ type: "save", run: 5 });
    expect((await said("file")).bytes.length).toBeGreaterThan(4 * parameters);
  });

  it("learns nothing while it is paused, and answers all the same", async () => {
    const { session, replies, said } = begin();
    session.handle({ type: "start", run: 1, settings: { ...settings, epochs: 100, width: 128 } });
    await said("progress");
    session.handle({ type: "pause", run: 1 });
    await said("paused");
    const before = replies.filter(({ type }) => type === "progress").length;
    session.handle({ type: "read", image: new Float32Array(784).fill(0.5) });
    await said("answer");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(replies.filter(({ type }) => type === "progress")).toHaveLength(before);
    session.handle({ type: "resume", run: 1 });
    await said("progress", before + 1);
    session.handle({ type: "stop", run: 1 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(replies.some(({ type }) => type === "failed" || type === "finished")).toBe(false);
  });

  it("says no more of a run once the next has begun", async () => {
    const { session, replies, said } = begin();
    session.handle({ type: "start", run: 1, settings });
    session.handle({ type: "start", run: 2, settings });
    await said("finished");
    expect(replies.filter((reply) => "run" in reply && reply.run === 1).map(({ type }) => type)).toEqual([
      "loading",
    ]);
  });

  it("gives the same verdict for the same seed", async () => {
    const once = async (): Promise<number> => {
      const { session, said } = begin();
      session.handle({ type: "start", run: 1, settings });
      await said("finished");
      return (await said("verdict")).verdict.loss;
    };
    expect(await once()).toBe(await once());
  });

  it("shows one held-out digit after another", async () => {
    const { session, said } = begin();
    session.handle({ type: "example" });
    const first = await said("example");
    const { labels } = blocks(1600);
    expect(first.label).toBe(labels[600]);
    session.handle({ type: "example" });
    expect((await said("example", 2)).label).toBe(labels[601]);
  });

  it("says why it failed, and tries to load again the next time", async () => {
    let calls = 0;
    const { session, said } = begin(async () => {
      if (++calls === 1) throw new Error("no network");
      return blocks(1600);
    });
    session.handle({ type: "start", run: 1, settings });
    expect((await said("failed")).reason).toBe("no network");
    session.handle({ type: "start", run: 2, settings });
    await said("finished");
  });
});
