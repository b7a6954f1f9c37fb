import type { ContenderId, JobId } from "./catalogue.js";
import type { Figure } from "./measure.js";

/** How long a run is. */
export type RunLength = "short" | "long";

/** What the page asks of a fresh worker, once. To stop it, the page ends it. */
export interface Request {
  readonly run: number;
  readonly length: RunLength;
  readonly jobs: readonly JobId[];
}

/** What is going on in a job. */
export type Stage = "verifying" | "warming" | "measuring";

/** What the worker tells the page. `run` is that of the request. */
export type Reply =
  /** What this browser has, and the step of its clock in milliseconds. */
  | { type: "ready"; run: number; contenders: readonly ContenderId[]; clockMs: number }
  /** `fraction` of the whole run. */
  | { type: "at"; run: number; job: JobId; stage: Stage; contender?: ContenderId; fraction: number }
  /** A figure so far, in milliseconds a call; `planned` samples make it whole. */
  | { type: "figure"; run: number; job: JobId; contender: ContenderId; figure: Figure; planned: number }
  | { type: "jobDone"; run: number; job: JobId }
  | { type: "jobFailed"; run: number; job: JobId; reason: string }
  | { type: "finished"; run: number }
  /** The kernels could not be started. */
  | { type: "failed"; run: number; reason: string };
