import { randomNormal } from "./random.js";

/** a·x + b·d + c·ε. */
export function diffusionStep(
  x: ArrayLike<number>,
  d: ArrayLike<number> | undefined,
  options: { a: number; b?: number; c?: number; seed: number; stream?: number; offset?: number },
): Float64Array {
  const { a, b = 0, c = 0, ...source } = options;
  const noise = c === 0 ? undefined : randomNormal(x.length, source);
  return Float64Array.from(
    { length: x.length },
    (_, i) => a * x[i]! + (d ? b * d[i]! : 0) + (noise ? c * noise[i]! : 0),
  );
}
