import { Runtime } from "@lanewise/core-wasm";
import { describe, expect, it } from "vitest";
import { near, type Outputs, standardNormals } from "../../../src/exhibits/kernels/agreement.js";
import { runBench } from "../../../src/exhibits/kernels/bench.js";
import {
  type ContenderId,
  contenderIds,
  type JobId,
  jobIds,
} from "../../../src/exhibits/kernels/catalogue.js";
import { type Contender, openContenders } from "../../../src/exhibits/kernels/contenders.js";
import { type Job, jobs as realJobs, type Prepared } from "../../../src/exhibits/kernels/jobs.js";
import type { Reply } from "../../../src/exhibits/kernels/protocol.js";

/** Contenders whose calls take so many milliseconds of a clock that only they move. */
function makeBench(costs: Partial<Record<ContenderId, number>>, faults: { job?: JobId; open?: string } = {}) {
  let ms = 0;
  let live = 0;
  let breathedAt = 0;
  let longest = 0;
  const replies: Reply[] = [];
  const contenders: Contender[] = contenderIds
    .filter((id) => costs[id] !== undefined)
    .map((id) => ({
      id,
      prepare: (): Prepared => {
        live++;
        const run = (): void => {
          ms += costs[id]!;
        };
        return { pieces: [run], output: () => Float32Array.of(1), dispose: () => void live-- };
      },
    }));
  const jobs = Object.fromEntries(
    jobIds.map((id): [JobId, Job] => [
      id,
      {
        ...realJobs[id],
        agree: (outputs) => {
          if (id === faults.job) throw new Error("outputs differ");
          near({ absolute: 0, relative: 0 })(outputs);
        },
      },
    ]),
  ) as Record<JobId, Job>;
  const done = (chosen: readonly JobId[]): Promise<void> =>
    runBench(
      { run: 3, length: "short", jobs: chosen },
      {
        open: async () => {
          if (faults.open !== undefined) throw new Error(faults.open);
          return contenders;
        },
        jobs,
        post: (reply) => replies.push(reply),
        // The clock's own reading takes time too, or its step could not be found.
        now: () => (ms += 1e-5),
        breathe: async () => {
          longest = Math.max(longest, ms - breathedAt);
          breathedAt = ms;
        },
      },
    );
  return { replies, done, live: () => live, longest: () => Math.max(longest, ms - breathedAt) };
}

const typesOf = (replies: readonly Reply[]): string[] => [...new Set(replies.map(({ type }) => type))];

describe("a run", () => {
  it("says what there is, measures every job, and ends", async () => {
    const { replies, done, live } = makeBench({ simd: 1, plain: 4 });
    await done(["exp", "gelu"]);
    expect(replies[0]).toMatchObject({ type: "ready", run: 3, contenders: ["simd", "plain"] });
    expect(replies.at(-1)).toEqual({ type: "finished", run: 3 });
    expect(
      replies.filter(({ type }) => type === "jobDone").map((reply) => "job" in reply && reply.job),
    ).toEqual(["exp", "gelu"]);
    const fractions = replies.flatMap((reply) => (reply.type === "at" ? reply.fraction : []));
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
    expect(live()).toBe(0);
  });

  it("compares outputs before it times anything", async () => {
    const { replies, done } = makeBench({ simd: 1, plain: 4 });
    await done(["exp"]);
    const stages = replies.flatMap((reply) => (reply.type === "at" ? reply.stage : []));
    expect(stages[0]).toBe("verifying");
    expect(stages.lastIndexOf("verifying")).toBe(0);
  });

  it("lets others in every few milliseconds", async () => {
    const { done, longest } = makeBench({ relaxed: 0.5, simd: 3, plain: 40 });
    await done(["exp"]);
    expect(longest()).toBeLessThan(41);
  });

  it("posts figures that grow, and the last one whole", async () => {
    const { replies, done } = makeBench({ relaxed: 0.5, simd: 1, plain: 4 });
    await done(["exp"]);
    for (const [contender, cost] of Object.entries({ relaxed: 0.5, simd: 1, plain: 4 })) {
      const figures = replies.flatMap((reply) =>
        reply.type === "figure" && reply.contender === contender ? reply : [],
      );
      expect(figures.length).toBeGreaterThan(2);
      const counts = figures.map(({ figure }) => figure.samples);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(counts.at(-1)).toBe(figures.at(-1)?.planned);
      expect(figures.at(-1)?.figure.median).toBeCloseTo(cost, 3);
    }
    // Not one message a sample.
    const posted = replies.filter(({ type }) => type === "figure").length;
    const samples = replies.reduce(
      (sum, reply) =>
        sum + (reply.type === "figure" && reply.figure.samples === reply.planned ? reply.planned : 0),
      0,
    );
    expect(posted).toBeLessThan(0.7 * samples);
  });

  it("reports a job that fails, lets go of its arrays, and goes on", async () => {
    const { replies, done, live } = makeBench({ simd: 1, plain: 4 }, { job: "exp" });
    await done(["exp", "gelu"]);
    expect(replies).toContainEqual({ type: "jobFailed", run: 3, job: "exp", reason: "outputs differ" });
    expect(replies.some((reply) => reply.type === "figure" && reply.job === "exp")).toBe(false);
    expect(replies).toContainEqual({ type: "jobDone", run: 3, job: "gelu" });
    expect(live()).toBe(0);
  });

  it("says so when the kernels do not start", async () => {
    const { replies, done } = makeBench({}, { open: "no SIMD" });
    await done(["exp"]);
    expect(typesOf(replies)).toEqual(["failed"]);
    expect(replies[0]).toMatchObject({ reason: "no SIMD", run: 3 });
  });
});

describe("the jobs themselves", () => {
  it.each(jobIds)("%s: kernels and plain JavaScript agree", async (id) => {
    const contenders = await openContenders();
    expect(contenders.map((contender) => contender.id)).toContain("simd");
    const outputs = new Map<ContenderId, Float32Array>();
    for (const contender of contenders) {
      const work = contender.prepare(realJobs[id]);
      for (const piece of work.pieces) piece();
      outputs.set(contender.id, work.output());
      work.dispose();
    }
    realJobs[id].agree(outputs);
    // Work that was not done agrees with nothing.
    const wrong: Outputs = new Map(
      [...outputs].map(([name, values]) => [name, name === "simd" ? values.map(() => 0) : values]),
    );
    expect(() => realJobs[id].agree(wrong)).toThrow("simd");
    const broken: Outputs = new Map(
      [...outputs].map(([name, values]) => [
        name,
        values.with(values.length - 1, name === "simd" ? NaN : values.at(-1)!),
      ]),
    );
    expect(() => realJobs[id].agree(broken)).toThrow("simd");
  });

  it("give their memory back", () => {
    const runtime = Runtime.createSync({ variant: "simd" });
    const before = runtime.heap.bytesInUse;
    for (const id of jobIds) realJobs[id].kernel(runtime).dispose();
    expect(runtime.heap.bytesInUse).toBe(before);
    runtime.dispose();
  });
});

describe("agreement", () => {
  const outputs = (simd: number[], plain: number[]): Outputs =>
    new Map<ContenderId, Float32Array>([
      ["simd", Float32Array.from(simd)],
      ["plain", Float32Array.from(plain)],
    ]);

  it("is within the tolerance, and says who is not and where", () => {
    const agree = near({ absolute: 0.125, relative: 0 });
    agree(outputs([1, 2], [1.125, 1.875]));
    expect(() => agree(outputs([1, 2], [1, 2.25]))).toThrow("simd gives 2 for plain’s 2.25, element 1");
    expect(() => agree(outputs([1, 2], [1]))).toThrow("simd gives 2 numbers, plain 1");
    expect(() => agree(outputs([NaN], [1]))).toThrow("NaN");
    near({ absolute: 0, relative: 0.25 })(outputs([100], [120]));
  });

  it("of normal draws is of their mean and variance, and of the seeded bits", () => {
    const count = 10_000;
    const alternating = Array.from({ length: count }, (_, index) => (index % 2 ? 1 : -1));
    const agree = standardNormals("plain");
    agree(outputs(alternating, alternating.toReversed()));
    expect(() =>
      agree(
        outputs(
          alternating,
          alternating.map((value) => value + 0.1),
        ),
      ),
    ).toThrow("plain draws with mean");
    expect(() =>
      agree(
        outputs(
          alternating,
          alternating.map((value) => 1.1 * value),
        ),
      ),
    ).toThrow("variance");
    const shifted = new Map([
      ["relaxed" as ContenderId, Float32Array.from(alternating.toReversed())],
      ...outputs(alternating, alternating),
    ]);
    expect(() => agree(shifted)).toThrow("simd draws -1 for relaxed’s 1, element 0");
  });
});
