/** One step of AdamW or Adam: what param, m and v become. */
export function adamWStep(
  param: ArrayLike<number>,
  grad: ArrayLike<number>,
  m: ArrayLike<number>,
  v: ArrayLike<number>,
  options: {
    step: number;
    learningRate: number;
    beta1?: number;
    beta2?: number;
    eps?: number;
    weightDecay?: number;
    decoupled?: boolean;
    biasCorrection?: boolean;
  },
): { param: Float64Array; m: Float64Array; v: Float64Array } {
  const { step, learningRate, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weightDecay = 0 } = options;
  const { decoupled = true, biasCorrection = true } = options;
  const n = param.length;
  const next = { param: new Float64Array(n), m: new Float64Array(n), v: new Float64Array(n) };
  const correction1 = biasCorrection ? 1 - beta1 ** step : 1;
  const correction2 = biasCorrection ? 1 - beta2 ** step : 1;
  for (let i = 0; i < n; i++) {
    const p = decoupled ? param[i]! * (1 - learningRate * weightDecay) : param[i]!;
    const g = decoupled ? grad[i]! : grad[i]! + weightDecay * param[i]!;
    const mean = beta1 * m[i]! + (1 - beta1) * g;
    const square = beta2 * v[i]! + (1 - beta2) * g * g;
    next.m[i] = mean;
    next.v[i] = square;
    next.param[i] = p - (learningRate * (mean / correction1)) / (Math.sqrt(square / correction2) + eps);
  }
  return next;
}
