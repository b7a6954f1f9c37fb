import { logSoftmax } from "./softmax.js";

interface Options {
  rows: number;
  cols: number;
  ignoreIndex?: number;
}

/** −log softmax(logits[r, ·])[targets[r]] for every row, 0 where the target is `ignoreIndex`. */
export function crossEntropyLosses(
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  { rows, cols, ignoreIndex = -100 }: Options,
): Float64Array {
  const logs = logSoftmax(logits, { rows, cols });
  return Float64Array.from({ length: rows }, (_, r) => {
    const target = targets[r]!;
    return target === ignoreIndex ? 0 : -logs[r * cols + target]!;
  });
}

/** Their sum, or their mean over the rows that count. */
export function crossEntropy(
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  { reduction = "mean", ...options }: Options & { reduction?: "mean" | "sum" },
): number {
  const total = crossEntropyLosses(logits, targets, options).reduce((a, b) => a + b, 0);
  return reduction === "mean" ? total / Math.max(countTargets(targets, options), 1) : total;
}

/** s[r] · (softmax(logits[r, ·])[c] − (c = targets[r])), and 0 where the target is `ignoreIndex`. */
export function crossEntropyBackward(
  logits: ArrayLike<number>,
  targets: ArrayLike<number>,
  { rows, cols, ignoreIndex = -100, scales }: Options & { scales: ArrayLike<number> },
): Float64Array {
  const logs = logSoftmax(logits, { rows, cols });
  return logs.map((log, i) => {
    const r = Math.floor(i / cols);
    const target = targets[r]!;
    if (target === ignoreIndex) return 0;
    return scales[r]! * (i % cols === target ? Math.expm1(log) : Math.exp(log));
  });
}

function countTargets(targets: ArrayLike<number>, { ignoreIndex = -100 }: Options): number {
  let counted = 0;
  for (let r = 0; r < targets.length; r++) if (targets[r] !== ignoreIndex) counted++;
  return counted;
}
