// What the measurements of models are called: the report finds them by these.
import type { Word2vecWork } from "../peers/word2vecC.ts";

export function word2vecTitle({ architecture, objective, dim, window, negatives }: Word2vecWork): string {
  const samples = objective === "negativeSampling" ? `${negatives} negatives` : "hierarchical softmax";
  return `word2vec, ${architecture}, ${samples}, d=${dim}, window ${window}, Brown corpus`;
}

export const nearestTitle = "10 nearest of 341,479 × 100";
