import type { DecisionLine, PointSet } from "./plane.js";
import type { SeedResult } from "./spread.js";

/** What the classifier descends: cross-entropy first, soft-F1 from where that ended. */
export type Stage = "crossEntropy" | "softF1";

/** How fast epochs follow each other: so that one can watch, or as fast as they go. */
export type Pace = "watch" | "full";

/** All that a training depends on. */
export interface TrainerSettings {
  readonly seed: number;
  /** Share of the rare class, in per cent. */
  readonly positives: number;
  /** The soft counts take σ(logit / softness) for the answer: their temperature. */
  readonly softness: number;
  /** Epochs of cross-entropy. */
  readonly warmUp: number;
  /** Epochs of soft-F1 after it. */
  readonly epochs: number;
}

/** What the page asks. One `train` or `compare` at a time; a new one stops the one before. */
export type TrainerRequest =
  | { type: "points"; run: number; settings: TrainerSettings }
  | { type: "train"; run: number; settings: TrainerSettings; pace: Pace }
  | { type: "pause"; run: number }
  | { type: "resume"; run: number }
  | { type: "stop"; run: number }
  | { type: "compare"; run: number; settings: TrainerSettings; seeds: readonly number[] };

/** How the classifier does: on the points that are shown, where nothing else is said. */
export interface Standing {
  readonly stage: Stage;
  /** Epochs done, of both stages together. */
  readonly epoch: number;
  readonly softF1: number;
  readonly hardF1: number;
  readonly precision: number;
  readonly recall: number;
  /** The threshold that the hard figures are counted at. */
  readonly threshold: number;
  readonly line: DecisionLine;
  /** Hard F1 of the points that it has not seen. */
  readonly testF1: number;
  /** The threshold that serves the shown points best, and what it comes to. */
  readonly tuned: {
    readonly threshold: number;
    readonly hardF1: number;
    readonly testF1: number;
  };
}

export type TrainerReply =
  | { type: "points"; run: number; set: PointSet }
  /** Standings since the last message, in order: not every epoch needs a message of its own. */
  | { type: "standings"; run: number; standings: readonly Standing[] }
  | { type: "finished"; run: number }
  | { type: "seed"; run: number; result: SeedResult }
  | { type: "compared"; run: number }
  | { type: "failed"; run: number; reason: string };
