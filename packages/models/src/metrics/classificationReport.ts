import type { ConfusionMatrix } from "./confusionMatrix.js";

/** How well one class is told from the others; or the mean over several. */
export interface ClassScores {
  /** TP / (TP + FP): how many of those that were taken for the class are of it. */
  readonly precision: number;
  /** TP / (TP + FN): how many of the class were found. */
  readonly recall: number;
  /** 2 TP / (2 TP + FP + FN), the harmonic mean of both. */
  readonly f1: number;
  /** TP + FN: how many samples are of the class. */
  readonly support: number;
}

/** What a confusion matrix comes to. Ratios of nothing to nothing are 0, as in scikit-learn. */
export interface ClassificationReport {
  readonly accuracy: number;
  /** The mean recall over the classes that have samples. */
  readonly balancedAccuracy: number;
  /** Matthews' correlation, for several classes Gorodkin's R_K (2004): 1 perfect, 0 no better than chance. */
  readonly matthews: number;
  readonly classes: readonly ClassScores[];
  /** The mean over the classes. */
  readonly macro: ClassScores;
  /** From the summed counts: for single labels precision, recall and F1 are all the accuracy. */
  readonly micro: ClassScores;
  /** The mean over the classes, weighted by their support. */
  readonly weighted: ClassScores;
}

/** Precision, recall and F1 of each class, and their means; for two classes, class 1 is usually called the positive one. */
export function classificationReport({ classes, counts, total }: ConfusionMatrix): ClassificationReport {
  const truth = new Float64Array(classes);
  const guesses = new Float64Array(classes);
  let correct = 0;
  for (let row = 0; row < classes; row++) {
    for (let column = 0; column < classes; column++) {
      const count = counts[row * classes + column]!;
      truth[row]! += count;
      guesses[column]! += count;
      if (row === column) correct += count;
    }
  }
  const each = Array.from(truth, (support, k) => {
    const hits = counts[k * classes + k]!;
    return scores(hits, guesses[k]!, support);
  });
  const present = each.filter(({ support }) => support > 0);
  return {
    accuracy: ratio(correct, total),
    balancedAccuracy: ratio(
      present.reduce((sum, { recall }) => sum + recall, 0),
      present.length,
    ),
    matthews: matthews(truth, guesses, correct, total),
    classes: each,
    macro: mean(each, () => 1, total),
    micro: scores(correct, total, total),
    weighted: mean(each, ({ support }) => support, total),
  };
}

function scores(hits: number, guessed: number, support: number): ClassScores {
  return {
    precision: ratio(hits, guessed),
    recall: ratio(hits, support),
    f1: ratio(2 * hits, guessed + support),
    support,
  };
}

function mean(
  each: readonly ClassScores[],
  weightOf: (scores: ClassScores) => number,
  support: number,
): ClassScores {
  const weights = each.map(weightOf);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const along = (key: "precision" | "recall" | "f1"): number =>
    ratio(
      each.reduce((total, scored, k) => total + weights[k]! * scored[key], 0),
      sum,
    );
  return { precision: along("precision"), recall: along("recall"), f1: along("f1"), support };
}

/** (c s − Σ p t) / √((s² − Σ p²)(s² − Σ t²)), with c right ones of s, t of each class, p taken for each. */
function matthews(truth: Float64Array, guesses: Float64Array, correct: number, total: number): number {
  let [both, ofTruth, ofGuesses] = [0, 0, 0];
  for (const [k, t] of truth.entries()) {
    both += t * guesses[k]!;
    ofTruth += t * t;
    ofGuesses += guesses[k]! * guesses[k]!;
  }
  const square = total * total;
  return ratio(correct * total - both, Math.sqrt(square - ofGuesses) * Math.sqrt(square - ofTruth));
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
