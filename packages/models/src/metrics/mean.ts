/**
 * The mean of every `stride`-th number from `begin` on. Measured from the first of them: where all are the same, it is that number
 * exactly, as their sum divided by how many they are need not be.
 */
export function meanOf(x: ArrayLike<number>, begin = 0, stride = 1): number {
  const first = x[begin]!;
  let [sum, count] = [0, 0];
  for (let i = begin; i < x.length; i += stride, count++) sum += x[i]! - first;
  return first + sum / count;
}
