import type { CurvePoint, End, Frame, Reply } from "./protocol.js";

/** What the exhibit is doing. `finished` says so by `end`. */
export type Phase = "loading" | "idle" | "running" | "paused" | "finished" | "error";

/** All that is shown. */
export interface State {
  readonly phase: Phase;
  /** Replies of any other run are late, and dropped. */
  readonly run: number;
  /** The visitor wants it to go on as soon as it can. */
  readonly wanted: boolean;
  readonly frame: Frame | undefined;
  readonly curve: readonly CurvePoint[];
  readonly end: End | undefined;
  /** Why it broke; empty where the worker never loaded. */
  readonly failure: string | undefined;
}

/** What the visitor does, or the worker says. */
export type Action =
  /** Another task. What was running goes on with it. */
  | { type: "begin"; go?: boolean }
  | { type: "run" }
  | { type: "pause" }
  /** The worker is lost; without a reason, it never loaded. */
  | { type: "crash"; reason: string | undefined }
  | Reply;

export const initialState: State = {
  phase: "loading",
  run: 0,
  wanted: false,
  frame: undefined,
  curve: [],
  end: undefined,
  failure: undefined,
};

/** Points of the curve that are kept: beyond, every other one goes. */
const longestCurve = 600;

/** The next state. Pure; an action that does not fit the phase changes nothing. */
export function reduce(state: State, action: Action): State {
  if ("run" in action && action.run !== state.run) return state;
  const { phase } = state;
  switch (action.type) {
    case "begin":
      return {
        ...initialState,
        run: state.run + 1,
        wanted: action.go ?? state.wanted,
        // Until the new one is there, the old picture stays: it would flicker.
        frame: state.frame,
      };
    case "run":
      if (phase === "loading") return { ...state, wanted: true };
      if (phase === "error" || phase === "running") return state;
      return { ...state, phase: "running", wanted: true, end: undefined };
    case "pause":
      return { ...state, phase: phase === "running" ? "paused" : phase, wanted: false };
    case "crash":
      return { ...state, phase: "error", wanted: false, failure: action.reason ?? "" };
    case "failed":
      return { ...state, phase: "error", wanted: false, failure: action.reason };
    case "ready":
      return {
        ...state,
        phase: state.wanted ? "running" : "idle",
        frame: action.frame,
        curve: [pointOf(action.frame)],
      };
    case "frame":
      // After a single step, or with a bias that was moved, there is something to go on from.
      return {
        ...state,
        ...seen(state, action.frame),
        phase: phase === "running" ? phase : "paused",
        end: undefined,
      };
    case "ended":
      return { ...state, ...seen(state, action.frame), phase: "finished", wanted: false, end: action.end };
  }
}

function seen({ curve }: State, frame: Frame): Pick<State, "frame" | "curve"> {
  const point = pointOf(frame);
  let all = [...curve, ...frame.between];
  // The same place again, with a bias that was moved.
  if (all.at(-1)?.epoch === point.epoch) all.pop();
  all.push(point);
  while (all.length > longestCurve) all = all.filter((_, i) => i % 2 === 0 || i === all.length - 1);
  return { frame, curve: all };
}

function pointOf({ progress, train, test }: Frame): CurvePoint {
  return { epoch: progress, train: train.loss, test: test?.loss };
}
