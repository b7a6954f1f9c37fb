import type { ModelFacts, Progress, Reply, Stage } from "./protocol.js";

/** What the exhibit is doing. */
export type Phase = "idle" | "loading" | "running" | "pausing" | "paused" | "finished" | "error";

/** All that the controls and figures show. Curves, texts and pictures are kept by their own views. */
export interface State {
  readonly phase: Phase;
  /** Replies of any other run are late, and dropped. */
  readonly run: number;
  readonly progress: Progress | undefined;
  /** The last held-out figure of this run. */
  readonly heldOut: number | undefined;
  readonly loading: { readonly stage: Stage; readonly fraction: number | undefined } | undefined;
  readonly facts: ModelFacts | undefined;
  readonly memoryBytes: number | undefined;
  readonly failure: { readonly stage: Stage; readonly reason: string } | undefined;
  /** The network writes without training. */
  readonly writing: boolean;
  /** The whole held-out text is being measured. */
  readonly evaluating: boolean;
}

/** What the visitor does, or the worker says. */
export type Action =
  | { type: "start" }
  | { type: "resume" }
  | { type: "stop" }
  | { type: "reset" }
  | { type: "write" }
  /** The worker is lost; without a reason, it never loaded. */
  | { type: "crash"; reason: string | undefined }
  | Reply;

export const initialState: State = {
  phase: "idle",
  run: 0,
  progress: undefined,
  heldOut: undefined,
  loading: undefined,
  facts: undefined,
  memoryBytes: undefined,
  failure: undefined,
  writing: false,
  evaluating: false,
};

/** The next state. Pure; an action that does not fit the phase changes nothing. */
export function reduce(state: State, action: Action): State {
  if ("run" in action && action.run !== state.run) return state;
  const { phase } = state;
  switch (action.type) {
    case "start":
      return {
        ...initialState,
        run: state.run + 1,
        phase: "loading",
        loading: { stage: "script", fraction: undefined },
      };
    case "reset":
      return { ...initialState, run: state.run + 1 };
    case "resume":
      return phase === "paused" ? { ...state, phase: "running", writing: false } : state;
    case "write":
      return phase === "paused" || phase === "finished" ? { ...state, writing: true } : state;
    case "stop":
      if (phase === "running") return { ...state, phase: "pausing" };
      return phase === "loading" ? { ...initialState, run: state.run + 1 } : state;
    case "crash":
      if (action.reason === undefined) return fail(state, "script", "");
      // A script that breaks before it answers wants something that this browser does not have.
      return fail(state, phase === "loading" ? "model" : "training", action.reason);
    case "failed":
      return fail(state, action.stage, action.reason);
    case "loading":
      return phase === "loading"
        ? { ...state, loading: { stage: action.stage, fraction: action.fraction } }
        : state;
    case "ready":
      return { ...state, facts: action.facts };
    case "training":
      return phase === "loading" ? { ...state, phase: "running", loading: undefined } : state;
    case "progress": {
      const { type: _type, run: _run, ...progress } = action;
      return { ...state, progress, heldOut: progress.heldOut ?? state.heldOut };
    }
    case "writing":
      return { ...state, writing: true };
    case "evaluating":
      return { ...state, evaluating: true };
    case "stopped":
      return {
        ...state,
        // Writing that stops leaves a finished run finished.
        phase: phase === "finished" || phase === "error" ? phase : "paused",
        progress: state.progress && { ...state.progress, step: action.step },
        memoryBytes: action.memoryBytes,
        writing: false,
        evaluating: false,
      };
    case "finished":
      return {
        ...state,
        phase: "finished",
        heldOut: action.heldOut,
        memoryBytes: action.memoryBytes,
        writing: false,
        evaluating: false,
      };
    case "prompt":
    case "written":
    case "milestone":
    case "states":
    case "weights":
      return state;
  }
}

function fail(state: State, stage: Stage, reason: string): State {
  return {
    ...state,
    phase: "error",
    loading: undefined,
    writing: false,
    evaluating: false,
    failure: { stage, reason },
  };
}
