import { matmul } from "./matmul.js";

type Numbers = ArrayLike<number>;

/** Sizes as in the kernel of this name: T steps, B rows, I inputs, H hidden. */
export interface GruSizes {
  steps: number;
  batch: number;
  inputs: number;
  hidden: number;
  reverse?: boolean | undefined;
  resetAfter?: boolean | undefined;
}

/** x[T, B, I], wIh[3·H, I], wHh[3·H, H], biases[3·H], h0[B, H], mask[T, B]. */
export interface GruInputs {
  x: Numbers;
  wIh: Numbers;
  wHh: Numbers;
  bIh?: Numbers | undefined;
  bHh?: Numbers | undefined;
  h0?: Numbers | undefined;
  mask?: Numbers | undefined;
}

/** hs[T, B, H], gates[T, B, 3·H]: σ(r), σ(z), tanh(n); inner[T, B, H]: what the reset acts on, or its result. */
export interface GruOutputs {
  hs: Float64Array;
  gates: Float64Array;
  inner: Float64Array;
}

export interface GruGradients {
  dx: Float64Array;
  dh0: Float64Array;
  dwIh: Float64Array;
  dwHh: Float64Array;
  dbIh: Float64Array;
  dbHh: Float64Array;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The times in the order in which they are worked on. */
function timesOf({ steps, reverse = false }: GruSizes): number[] {
  const times = Array.from({ length: steps }, (_, t) => t);
  return reverse ? times.reverse() : times;
}

/** Rows [from, to) of the state's weights, in units of H. */
function part(wHh: Numbers, from: number, to: number, H: number): Float64Array {
  return Float64Array.from(wHh).subarray(from * H * H, to * H * H);
}

export function gruForward(inputs: GruInputs, sizes: GruSizes): GruOutputs {
  const { steps: T, batch: B, inputs: I, hidden: H, resetAfter = true } = sizes;
  const { x, wIh, wHh, bIh, bHh, mask } = inputs;
  const [wRz, wN] = [part(wHh, 0, 2, H), part(wHh, 2, 3, H)];
  const hs = new Float64Array(T * B * H);
  const inner = new Float64Array(T * B * H);
  const gates = matmul(x, wIh, { m: T * B, n: 3 * H, k: I, transposeB: true });
  for (let i = 0; i < gates.length; i++) gates[i]! += bIh?.[i % (3 * H)] ?? 0;
  let h = Float64Array.from(inputs.h0 ?? new Float64Array(B * H));
  for (const t of timesOf(sizes)) {
    const now = gates.subarray(t * B * 3 * H, (t + 1) * B * 3 * H);
    const rzFromState = matmul(h, wRz, { m: B, n: 2 * H, k: H, transposeB: true });
    for (let b = 0; b < B; b++) {
      for (let j = 0; j < 2 * H; j++) {
        const at = b * 3 * H + j;
        now[at] = sigmoid(now[at]! + rzFromState[b * 2 * H + j]! + (bHh?.[j] ?? 0));
      }
    }
    const reset = h.map((value, i) => value * now[Math.floor(i / H) * 3 * H + (i % H)]!);
    const nFromState = matmul(resetAfter ? h : reset, wN, { m: B, n: H, k: H, transposeB: true });
    for (let b = 0; b < B; b++) {
      for (let j = 0; j < H; j++) {
        const [at, here] = [(t * B + b) * H + j, b * H + j];
        const [r, z] = [now[b * 3 * H + j]!, now[b * 3 * H + H + j]!];
        const fromState = nFromState[here]! + (bHh?.[2 * H + j] ?? 0);
        const n = Math.tanh(now[b * 3 * H + 2 * H + j]! + (resetAfter ? r * fromState : fromState));
        now[b * 3 * H + 2 * H + j] = n;
        inner[at] = resetAfter ? fromState : reset[here]!;
        hs[at] = mask?.[t * B + b] === 0 ? h[here]! : (1 - z) * n + z * h[here]!;
      }
    }
    h = hs.slice(t * B * H, (t + 1) * B * H);
  }
  return { hs, gates, inner };
}

/** @param outputs what `gruForward` gave; `dhs` and `dhT`: the gradients of all states, and of the last on top of that */
export function gruBackward(
  { dhs, dhT }: { dhs?: Numbers | undefined; dhT?: Numbers | undefined },
  inputs: GruInputs,
  { hs, gates, inner }: GruOutputs,
  sizes: GruSizes,
): GruGradients {
  const { steps: T, batch: B, inputs: I, hidden: H, resetAfter = true } = sizes;
  const { x, wIh, wHh, mask } = inputs;
  const wN = part(wHh, 2, 3, H);
  /** The gradients of the sums with x, of the sums with h, and the state that each step began with. */
  const d = new Float64Array(T * B * 3 * H);
  const dFromState = new Float64Array(T * B * 3 * H);
  const hsBefore = new Float64Array(T * B * H);
  let dh = Float64Array.from(dhT ?? new Float64Array(B * H));
  const times = timesOf(sizes);
  for (let s = T - 1; s >= 0; s--) {
    const t = times[s]!;
    const dhPast = new Float64Array(B * H);
    const dN = new Float64Array(B * H);
    for (let i = 0; i < B * H; i++) {
      const at = t * B * H + i;
      const row = t * B + Math.floor(i / H);
      const h = s > 0 ? hs[times[s - 1]! * B * H + i]! : (inputs.h0?.[i] ?? 0);
      hsBefore[at] = h;
      const dState = dh[i]! + (dhs?.[at] ?? 0);
      if (mask?.[row] === 0) {
        dhPast[i] = dState;
        continue;
      }
      const column = row * 3 * H + (i % H);
      const [z, n] = [gates[column + H]!, gates[column + 2 * H]!];
      dhPast[i] = dState * z;
      dN[i] = dState * (1 - z) * (1 - n ** 2);
      d[column + H] = dState * (h - n) * z * (1 - z);
      d[column + 2 * H] = dN[i]!;
    }
    /** Of r ⊙ h, where the reset comes before the product. */
    const dReset = matmul(dN, wN, { m: B, n: H, k: H });
    for (let i = 0; i < B * H; i++) {
      const at = t * B * H + i;
      const column = (t * B + Math.floor(i / H)) * 3 * H + (i % H);
      const r = gates[column]!;
      const dR = resetAfter ? dN[i]! * inner[at]! : dReset[i]! * hsBefore[at]!;
      d[column] = dR * r * (1 - r);
      dFromState[column] = d[column]!;
      dFromState[column + H] = d[column + H]!;
      dFromState[column + 2 * H] = resetAfter ? dN[i]! * r : dN[i]!;
      if (!resetAfter) dhPast[i]! += dReset[i]! * r;
    }
    const now = dFromState.slice(t * B * 3 * H, (t + 1) * B * 3 * H);
    if (!resetAfter) now.forEach((_, i) => (now[i] = i % (3 * H) < 2 * H ? now[i]! : 0));
    const throughWeights = matmul(now, wHh, { m: B, n: H, k: 3 * H });
    dh = dhPast.map((value, index) => value + throughWeights[index]!);
  }
  const ones = new Float64Array(T * B).fill(1);
  const dwHh = matmul(dFromState, hsBefore, { m: 3 * H, n: H, k: T * B, transposeA: true });
  if (!resetAfter) {
    const dwFromReset = matmul(dFromState, inner, { m: 3 * H, n: H, k: T * B, transposeA: true });
    dwHh.set(dwFromReset.subarray(2 * H * H), 2 * H * H);
  }
  return {
    dx: matmul(d, wIh, { m: T * B, n: I, k: 3 * H }),
    dh0: dh,
    dwIh: matmul(d, x, { m: 3 * H, n: I, k: T * B, transposeA: true }),
    dwHh,
    dbIh: matmul(ones, d, { m: 1, n: 3 * H, k: T * B }),
    dbHh: matmul(ones, dFromState, { m: 1, n: 3 * H, k: T * B }),
  };
}
