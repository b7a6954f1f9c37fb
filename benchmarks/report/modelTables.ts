import type { Measurement } from "../harness.ts";
import { figure, table } from "./markdown.ts";

/** What results/mlp.json holds. */
export interface MlpResults {
  conditions: string;
  results: {
    hidden: number[];
    batch: number;
    optimizer: string;
    speeds: { contender: string; imagesPerSecond: number }[];
  }[];
}

/** What results/trainDigits.json holds. */
export interface DigitsResults {
  conditions: string;
  network: { hidden: number[] };
  run: { epochs: number };
  results: { seconds: number; accuracy: number }[];
}

/** What results/word2vec.json holds. */
export interface Word2VecResults {
  conditions: string;
  results: {
    work: { architecture: string; objective: string };
    speeds: { contender: string; wordsPerSecond: number }[];
  }[];
}

/** What results/nearest.json holds. */
export interface NearestResults {
  conditions: string;
  measurements: Measurement[];
}

/** What results/trainMetric.json holds. */
export interface MetricResults {
  conditions: string;
  results: {
    positives: number;
    hidden: number;
    crossEntropy: Spread;
    softF1: Spread;
    crossEntropyTuned: Spread;
  }[];
}

interface Spread {
  mean: number;
  deviation: number;
}

/** A row for each kind of work, a column for each contender, in the order of the first row. */
function contest(
  corner: string,
  rows: readonly { title: string; speeds: readonly { contender: string; speed: number }[] }[],
): string {
  const contenders = rows[0]!.speeds.map(({ contender }) => contender);
  return table(
    [corner, ...contenders],
    rows.map(({ title, speeds }) => [
      title,
      ...contenders.map((name) => {
        const found = speeds.find(({ contender }) => contender === name);
        return found ? figure(found.speed / 1000) : "–";
      }),
    ]),
  );
}

export function mlpTable({ results }: MlpResults): string {
  const rows = results.map(({ hidden, batch, optimizer, speeds }) => ({
    title: `784-${hidden.join("-")}-10, batch ${batch}, ${optimizer === "adam" ? "Adam" : "SGD"}`,
    speeds: speeds.map(({ contender, imagesPerSecond }) => ({ contender, speed: imagesPerSecond })),
  }));
  return contest("thousand images a second", rows);
}

export function word2vecTable({ results }: Word2VecResults): string {
  const rows = results.map(({ work, speeds }) => ({
    title: `${work.architecture === "skipgram" ? "skip-gram" : "CBOW"}, ${work.objective === "negativeSampling" ? "5 negatives" : "hierarchical softmax"}`,
    speeds: speeds.map(({ contender, wordsPerSecond }) => ({ contender, speed: wordsPerSecond })),
  }));
  return contest("thousand words a second", rows);
}

export function nearestTable({ measurements }: NearestResults): string {
  return table(
    ["", ...measurements.map(({ name }) => name)],
    [["ms", ...measurements.map(({ median }) => figure(median))]],
  );
}

/** What training came to, in the columns what, figure, conditions. */
export function outcomeTable(digits: DigitsResults, metric: MetricResults): string {
  const accuracies = digits.results.map(({ accuracy }) => (100 * accuracy).toFixed(1));
  const seconds = Math.max(...digits.results.map((run) => run.seconds));
  const linear = metric.results.find(({ hidden }) => hidden === 0)!;
  const spread = ({ mean, deviation }: Spread): string => `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`;
  return table(
    ["what", "figure", "conditions"],
    [
      [
        "MNIST's 10,000 test digits, learnt from 10,000 others",
        `**${accuracies.join(", ")} %** right (seeds 1 to ${accuracies.length}) after ${seconds.toFixed(1)} s at most`,
        `hidden ${digits.network.hidden.join(", ")}, ${digits.run.epochs} epochs; ${digits.conditions}`,
      ],
      [
        `F1 of a linear classifier with ${100 * linear.positives} % positives, trained on cross-entropy and then on soft F1`,
        `${spread(linear.crossEntropy)} → **${spread(linear.softF1)}**; cross-entropy with its threshold tuned: ${spread(linear.crossEntropyTuned)}`,
        `ten seeds, mean ± standard deviation; a synthetic set; ${metric.conditions}`,
      ],
    ],
    3,
  );
}
