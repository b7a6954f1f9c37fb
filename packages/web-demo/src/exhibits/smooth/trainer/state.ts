import type { PointSet } from "./plane.js";
import type { Standing, TrainerReply } from "./protocol.js";

export type Phase = "idle" | "loading" | "running" | "paused" | "finished" | "error";

/** All that is shown of the one training. */
export interface TrainerState {
  readonly phase: Phase;
  /** Replies of any other run are late, and dropped. */
  readonly run: number;
  readonly set: PointSet | undefined;
  /** One an epoch, in order. */
  readonly standings: readonly Standing[];
  readonly reason: string;
}

/** What the visitor does, or the worker says. */
export type TrainerAction =
  | { type: "reset" }
  | { type: "start" }
  | { type: "pause" }
  | { type: "resume" }
  /** The worker is lost; without a reason, it never loaded. */
  | { type: "crash"; reason: string }
  | Exclude<TrainerReply, { type: "seed" | "compared" }>;

export const initialState: TrainerState = {
  phase: "idle",
  run: 0,
  set: undefined,
  standings: [],
  reason: "",
};

/** The next state. Pure; an action that does not fit the phase changes nothing. */
export function reduce(state: TrainerState, action: TrainerAction): TrainerState {
  if ("run" in action && action.run !== state.run) return state;
  const { phase } = state;
  switch (action.type) {
    case "reset":
      return { ...initialState, run: state.run + 1, set: state.set };
    case "start":
      return { ...initialState, run: state.run + 1, set: state.set, phase: "loading" };
    case "pause":
      return phase === "running" || phase === "loading" ? { ...state, phase: "paused" } : state;
    case "resume":
      return phase === "paused" ? { ...state, phase: "running" } : state;
    case "points":
      return { ...state, set: action.set };
    case "standings": {
      if (!["loading", "running", "paused"].includes(phase)) return state;
      const standings = [...state.standings, ...action.standings];
      // What was under way when the pause came still counts.
      return { ...state, standings, phase: phase === "loading" ? "running" : phase };
    }
    case "finished":
      return ["loading", "running", "paused"].includes(phase) ? { ...state, phase: "finished" } : state;
    case "failed":
    case "crash":
      return { ...state, phase: "error", reason: action.reason };
  }
}

/** How things stood when cross-entropy ended. */
export function warmedUp(standings: readonly Standing[]): Standing | undefined {
  return standings.findLast(({ stage }) => stage === "crossEntropy");
}
