import { checkInteger, RangeError, ShapeError } from "@lanewise/core-wasm";

/** The matrix of so many classes takes 64 MiB: one stray label is not to ask for more. */
const mostClasses = 4096;

/** How often each class was taken for each. */
export interface ConfusionMatrix {
  readonly classes: number;
  /** i32[classes, classes], row-major: row the class that it was, column the class that was predicted. */
  readonly counts: Int32Array<ArrayBuffer>;
  /** The sum of all counts. */
  readonly total: number;
}

/**
 * Counts predictions against what was the case.
 *
 * @param actual the class of each sample: a whole number from 0
 * @param predicted the class that each was taken for
 * @param options.classes At most 4096. Default: one more than the greatest class that comes
 * @throws ShapeError unless both are as long
 * @throws RangeError for what is no class
 */
export function confusionMatrix(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  { classes }: { classes?: number | undefined } = {},
): ConfusionMatrix {
  checkSameLength("predicted", predicted, actual);
  if (classes !== undefined) checkInteger("classes", classes, 1, mostClasses);
  const most = (classes ?? mostClasses) - 1;
  const greatest = Math.max(checkClasses("actual", actual, most), checkClasses("predicted", predicted, most));
  const size = classes ?? Math.max(1, greatest + 1);
  const counts = new Int32Array(size * size);
  for (let i = 0; i < actual.length; i++) counts[actual[i]! * size + predicted[i]!]!++;
  return { classes: size, counts, total: actual.length };
}

/** @throws ShapeError */
export function checkSameLength(name: string, array: ArrayLike<number>, other: ArrayLike<number>): void {
  if (array.length !== other.length) {
    throw new ShapeError(name, `${other.length} elements`, `${array.length} elements`);
  }
}

/** The greatest class that comes, −1 for none. @throws RangeError */
function checkClasses(name: string, labels: ArrayLike<number>, most: number): number {
  let greatest = -1;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label > most) {
      throw new RangeError(`${name}[${i}]`, `a class from 0 to ${most}`, label);
    }
    greatest = Math.max(greatest, label);
  }
  return greatest;
}
