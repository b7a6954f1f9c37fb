/** One step of stochastic gradient descent: what param and buffer become. */
export function sgdStep(
  param: ArrayLike<number>,
  grad: ArrayLike<number>,
  buffer: ArrayLike<number> | undefined,
  options: {
    learningRate: number;
    momentum?: number;
    dampening?: number;
    nesterov?: boolean;
    weightDecay?: number;
    step?: number;
  },
): { param: Float64Array; buffer: Float64Array | undefined } {
  const { learningRate, momentum = 0, dampening = 0, nesterov = false, weightDecay = 0, step } = options;
  const n = param.length;
  const next = { param: new Float64Array(n), buffer: buffer && Float64Array.from(buffer) };
  for (let i = 0; i < n; i++) {
    const g = grad[i]! + weightDecay * param[i]!;
    let direction = g;
    if (momentum !== 0 && buffer && next.buffer) {
      const b = step === 1 ? g : momentum * buffer[i]! + (1 - dampening) * g;
      next.buffer[i] = b;
      direction = nesterov ? g + momentum * b : b;
    }
    next.param[i] = param[i]! - learningRate * direction;
  }
  return next;
}
