import { catalogue, type ContenderId, groups, type JobId } from "./catalogue.js";
import { geometricMean } from "./measure.js";
import { doneJobs, type JobResult, type Results } from "./state.js";

/** Work a second on the scale of the job's group, such as GFLOP/s. */
export function rateOf(job: JobId, msPerCall: number): number {
  const { group, work } = catalogue[job];
  return (1000 * work) / msPerCall / groups[group].scale;
}

/** How many times as fast as plain JavaScript a contender is, or `undefined` while either has no figure. */
export function ratioOf(result: JobResult, contender: ContenderId): number | undefined {
  const [mine, plain] = [result.figures[contender], result.figures.plain];
  return mine && plain ? plain.median / mine.median : undefined;
}

/** The ratio of whichever contender is fastest, plain JavaScript left out. */
export function bestRatio(result: JobResult): number | undefined {
  const others = (Object.keys(result.figures) as ContenderId[]).filter((id) => id !== "plain");
  const ratios = others.flatMap((id) => ratioOf(result, id) ?? []);
  return ratios.length > 0 ? Math.max(...ratios) : undefined;
}

/** What a run comes to: the jobs that were measured to the end count. */
export interface Verdict {
  readonly jobs: number;
  /** The geometric mean of the best ratios. */
  readonly ratio: number;
  /** GFLOP/s of the fastest matrix product, if there was one. */
  readonly peak: number | undefined;
}

/** `undefined` while no job is measured to the end. */
export function verdictOf(results: Results): Verdict | undefined {
  const done = doneJobs(results);
  const ratios = done.flatMap((job) => bestRatio(results[job]!) ?? []);
  if (ratios.length === 0) return undefined;
  const rates = done
    .filter((job) => catalogue[job].group === "matmul")
    .flatMap((job) => Object.values(results[job]!.figures).map(({ median }) => rateOf(job, median)));
  return {
    jobs: ratios.length,
    ratio: geometricMean(ratios),
    peak: rates.length > 0 ? Math.max(...rates) : undefined,
  };
}

/** The greatest figure of each group so far: where its bars end. */
export function scaleOf(job: JobId, results: Results): number {
  const { group } = catalogue[job];
  let greatest = 0;
  for (const [other, result] of Object.entries(results) as [JobId, JobResult][]) {
    if (catalogue[other].group !== group) continue;
    for (const { median } of Object.values(result.figures)) {
      greatest = Math.max(greatest, rateOf(other, median));
    }
  }
  return greatest;
}
