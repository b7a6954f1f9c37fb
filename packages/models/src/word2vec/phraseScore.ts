import { naturalLog } from "./logarithm.js";

/** How two words that stand side by side are scored. */
export type PhraseScoring = "count" | "npmi";

/** How often a pair came, its words, and all words together. */
export interface PairStatistics {
  readonly count: number;
  readonly firstCount: number;
  readonly secondCount: number;
  readonly total: number;
  readonly minimumCount: number;
}

/** See `PhraseOptions.scoring`. */
export function phraseScore(
  scoring: PhraseScoring,
  { count, firstCount, secondCount, total, minimumCount }: PairStatistics,
): number {
  if (scoring === "count") return ((count - minimumCount) / firstCount / secondCount) * total;
  const information =
    naturalLog(count) + naturalLog(total) - naturalLog(firstCount) - naturalLog(secondCount);
  return information / (naturalLog(total) - naturalLog(count));
}
