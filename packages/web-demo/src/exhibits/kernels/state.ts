import type { ContenderId, JobId } from "./catalogue.js";
import type { Figure } from "./measure.js";
import type { Reply, Stage } from "./protocol.js";

/** What the exhibit is doing. */
export type Phase = "idle" | "loading" | "running" | "stopped" | "finished" | "error";

/** A figure, and how many samples make it whole. */
export interface Measured extends Figure {
  readonly planned: number;
}

/** What is known of a job. */
export interface JobResult {
  readonly figures: Readonly<Partial<Record<ContenderId, Measured>>>;
  /** All its figures are whole. */
  readonly done: boolean;
  /** Why it has none. */
  readonly failure?: string;
}

export type Results = Readonly<Partial<Record<JobId, JobResult>>>;

/** What went wrong with a run: the script did not load, the kernels did not start, the worker broke off, or a job failed. */
export interface Failure {
  readonly kind: "script" | "kernels" | "broke" | "jobs";
  readonly reason: string;
  readonly job?: JobId;
}

/** All that is shown. */
export interface State {
  readonly phase: Phase;
  /** Replies of any other run are late, and dropped. */
  readonly run: number;
  /** The jobs of this run. */
  readonly jobs: readonly JobId[];
  readonly results: Results;
  /** Those of the run before. */
  readonly before: Results;
  readonly at: { readonly job: JobId; readonly stage: Stage; readonly contender?: ContenderId } | undefined;
  /** How much of the run is done. */
  readonly fraction: number;
  /** What this browser has; known once a run has begun. */
  readonly contenders: readonly ContenderId[] | undefined;
  readonly clockMs: number | undefined;
  readonly failure: Failure | undefined;
}

/** What the visitor does, or the worker says. */
export type Action =
  | { type: "start"; jobs: readonly JobId[] }
  | { type: "stop" }
  /** The worker is lost; without a reason, it never loaded. */
  | { type: "crash"; reason: string | undefined }
  | Reply;

export const initialState: State = {
  phase: "idle",
  run: 0,
  jobs: [],
  results: {},
  before: {},
  at: undefined,
  fraction: 0,
  contenders: undefined,
  clockMs: undefined,
  failure: undefined,
};

/** The next state. Pure; an action that does not fit the phase changes nothing. */
export function reduce(state: State, action: Action): State {
  if (action.type === "start") {
    const { contenders, clockMs } = state;
    return {
      ...initialState,
      phase: "loading",
      run: state.run + 1,
      jobs: action.jobs,
      // A run that came to nothing is none to compare with.
      before: doneJobs(state.results).length > 0 ? state.results : state.before,
      contenders,
      clockMs,
    };
  }
  const busy = state.phase === "loading" || state.phase === "running";
  if (!busy || ("run" in action && action.run !== state.run)) return state;
  switch (action.type) {
    case "stop":
      return { ...state, phase: "stopped", at: undefined };
    case "crash": {
      const { reason } = action;
      if (reason === undefined) return fail(state, { kind: "script", reason: "" });
      // A script that breaks before it answers wants something that this browser does not have.
      return fail(state, { kind: state.phase === "loading" ? "kernels" : "broke", reason });
    }
    case "failed":
      return fail(state, { kind: "kernels", reason: action.reason });
    case "ready":
      return { ...state, phase: "running", contenders: action.contenders, clockMs: action.clockMs };
    case "at": {
      const { job, stage, contender, fraction } = action;
      return { ...state, fraction, at: contender ? { job, stage, contender } : { job, stage } };
    }
    case "figure": {
      const { figures } = state.results[action.job] ?? { figures: {} };
      const figure: Measured = { ...action.figure, planned: action.planned };
      return put(state, action.job, { figures: { ...figures, [action.contender]: figure }, done: false });
    }
    case "jobDone": {
      const { figures } = state.results[action.job] ?? { figures: {} };
      return put(state, action.job, { figures, done: true });
    }
    case "jobFailed": {
      const { job, reason } = action;
      const failure: Failure = state.failure ?? { kind: "jobs", job, reason };
      return { ...put(state, job, { figures: {}, done: false, failure: reason }), failure };
    }
    case "finished":
      return { ...state, phase: state.failure ? "error" : "finished", at: undefined, fraction: 1 };
  }
}

function put(state: State, job: JobId, result: JobResult): State {
  return { ...state, results: { ...state.results, [job]: result } };
}

function fail(state: State, failure: Failure): State {
  return { ...state, phase: "error", at: undefined, failure };
}

/** The jobs that were measured to the end. */
export function doneJobs(results: Results): JobId[] {
  return (Object.keys(results) as JobId[]).filter((job) => results[job]?.done);
}
