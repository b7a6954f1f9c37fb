import type { ContenderId, JobId } from "./catalogue.js";
import type { Contender } from "./contenders.js";
import type { Job, Prepared } from "./jobs.js";
import { clockStep, figureOf, measure, type Plan, sampleMsFor } from "./measure.js";
import type { Reply, Request, RunLength } from "./protocol.js";

/** What a run stands on: the worker gives it the real things, a test gives it doubles. */
export interface BenchParts {
  readonly open: () => Promise<readonly Contender[]>;
  readonly jobs: Readonly<Record<JobId, Job>>;
  readonly post: (reply: Reply) => void;
  readonly now: () => number;
  /** Lets others in: a worker that never does so is ended late. */
  readonly breathe: () => Promise<void>;
}

const plans: Readonly<Record<RunLength, Omit<Plan, "sampleMs">>> = {
  short: { budgetMs: 300, leastSamples: 3, warmUp: { leastMs: 300, mostMs: 800 } },
  long: { budgetMs: 1500, leastSamples: 7, warmUp: { leastMs: 500, mostMs: 2000 } },
};

/** The page hears of a contender's figure no more often than this, and of its last one. */
const quietMs = 40;

/** Does one run: job after job. A job that fails is reported, and the next one begins. */
export async function runBench({ run, length, jobs }: Request, parts: BenchParts): Promise<void> {
  const { post, now } = parts;
  try {
    const contenders = await parts.open();
    const clockMs = clockStep(now);
    post({ type: "ready", run, contenders: contenders.map(({ id }) => id), clockMs });
    const plan = { ...plans[length], sampleMs: sampleMsFor(clockMs) };
    for (const [index, job] of jobs.entries()) {
      try {
        await runJob(run, job, contenders, plan, (part) => (index + part) / jobs.length, parts);
        post({ type: "jobDone", run, job });
      } catch (error) {
        post({ type: "jobFailed", run, job, reason: reasonOf(error) });
      }
    }
    post({ type: "finished", run });
  } catch (error) {
    post({ type: "failed", run, reason: reasonOf(error) });
  }
}

async function runJob(
  run: number,
  job: JobId,
  contenders: readonly Contender[],
  plan: Plan,
  fractionOf: (part: number) => number,
  { jobs, post, now, breathe }: BenchParts,
): Promise<void> {
  const prepared: { id: ContenderId; work: Prepared }[] = [];
  try {
    post({ type: "at", run, job, stage: "verifying", fraction: fractionOf(0) });
    for (const { id, prepare } of contenders) {
      prepared.push({ id, work: prepare(jobs[job]) });
      await breathe();
    }
    for (const { work } of prepared) {
      for (const piece of work.pieces) {
        piece();
        await breathe();
      }
    }
    jobs[job].agree(new Map(prepared.map(({ id, work }) => [id, work.output()])));

    const samples = prepared.map((): number[] => []);
    const heardAt = prepared.map(() => -Infinity);
    const contenderAt = (index: number): ContenderId => prepared[index]!.id;
    const calls = prepared.map(({ work }) => work.pieces);
    for (const step of measure(calls, plan, now)) {
      if (step.type === "pause") {
        await breathe();
        continue;
      }
      const contender = contenderAt(step.contender);
      if (step.type === "warming") {
        const fraction = fractionOf((warmUpPart * step.contender) / calls.length);
        post({ type: "at", run, job, stage: "warming", contender, fraction });
        continue;
      }
      const mine = samples[step.contender]!;
      mine.push(step.msPerCall);
      const isLast = mine.length === step.planned;
      if (!isLast && now() - heardAt[step.contender]! < quietMs) continue;
      heardAt[step.contender] = now();
      const fraction = fractionOf(warmUpPart + (1 - warmUpPart) * step.fraction);
      post({ type: "at", run, job, stage: "measuring", fraction });
      post({ type: "figure", run, job, contender, figure: figureOf(mine), planned: step.planned });
    }
  } finally {
    for (const { work } of prepared) work.dispose();
  }
}

/** About how much of a job's time is warming up. */
const warmUpPart = 0.5;

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
