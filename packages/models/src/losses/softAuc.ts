import {
  activationBackwardInto,
  activationInto,
  checkNumber,
  fillInto,
  RangeError,
  scaleInto,
  sum,
} from "@lanewise/core-wasm";
import { checkShape, type Tape, type Tensor } from "../tensor/index.js";
import type { SoftMetricOptions } from "./softMetric.js";

/**
 * 1 − soft AUC, the mean over all pairs of a positive and a negative of σ((z₊ − z₋)/τ): the hard one, the share of pairs in
 * the right order, has the step in its place, with ½ for ties.
 *
 * `logits`: any shape; `targets`: 0s and 1s of the same. It takes positives × negatives logistic functions. Like soft F1 a
 * statistic of the batch: pairs across micro-batches are lost. Without a pair it is 1 − `zeroDivision`, with no gradient.
 *
 * |soft − hard| ≤ the mean over the pairs of min(½, e^(−|z₊ − z₋|/τ)). Held to its float64 form by gradcheck.
 *
 * @throws ShapeError, RangeError
 */
export function softAucLoss(
  tape: Tape,
  logits: Tensor,
  targets: Tensor,
  { temperature = 1, zeroDivision = 0 }: Omit<SoftMetricOptions, "average"> = {},
): Tensor {
  checkNumber("temperature", temperature, Number.MIN_VALUE);
  checkNumber("zeroDivision", zeroDivision, 0, 1);
  checkShape("targets", targets, logits.shape);
  const { positives, negatives } = split(targets);
  const pairs = positives.length * negatives.length;
  const z = logits.array.toArray();
  const low = tape.scratch(negatives.length);
  low.set(negatives.map((i) => z[i]!));
  // d = (z₊ − z₋)/τ for one positive and every negative.
  const differencesInto = (out: typeof low, positive: number): void => {
    scaleInto(out, low, { scale: -1, shift: z[positive]! });
    scaleInto(out, out, { scale: 1 / temperature });
  };

  let right = 0;
  tape.temporarily(() => {
    const work = tape.scratch(negatives.length);
    for (const positive of pairs === 0 ? [] : positives) {
      differencesInto(work, positive);
      activationInto(work, work, { kind: "sigmoid" });
      right += sum(work);
    }
  });
  const out = tape.scalar(1 - (pairs === 0 ? zeroDivision : right / pairs));

  tape.record(out, [logits], (dy) => {
    const dz = tape.gradOf(logits)!;
    if (pairs === 0) return;
    const scale = dy.view[0]! / (pairs * temperature);
    const gradient = new Float64Array(logits.size);
    tape.temporarily(() => {
      const [work, slopes, ones] = [low, low, low].map(({ length }) => tape.scratch(length));
      fillInto(ones!, { value: 1 });
      for (const positive of positives) {
        differencesInto(work!, positive);
        fillInto(slopes!, { value: 0 });
        activationBackwardInto(slopes!, ones!, work!, { kind: "sigmoid" });
        const view = slopes!.view;
        for (let j = 0; j < view.length; j++) gradient[negatives[j]!]! += scale * view[j]!;
        gradient[positive]! -= scale * sum(slopes!);
      }
    });
    const view = dz.view;
    for (let i = 0; i < view.length; i++) view[i]! += gradient[i]!;
  });
  return out;
}

/** Where the positives stand, and the negatives. @throws RangeError */
function split(targets: Tensor): { positives: number[]; negatives: number[] } {
  const positives: number[] = [];
  const negatives: number[] = [];
  const { view } = targets.array;
  for (let i = 0; i < view.length; i++) {
    if (view[i] !== 0 && view[i] !== 1) throw new RangeError(`targets[${i}]`, "0 or 1", view[i]!);
    (view[i] === 1 ? positives : negatives).push(i);
  }
  return { positives, negatives };
}
