import { matmul } from "./matmul.js";

type Numbers = ArrayLike<number>;

/** Sizes as in the kernel of this name: T steps, B rows, I inputs, H hidden. */
export interface RnnSizes {
  steps: number;
  batch: number;
  inputs: number;
  hidden: number;
  reverse?: boolean | undefined;
  nonlinearity?: "tanh" | "relu" | undefined;
}

/** x[T, B, I], wIh[H, I], wHh[H, H], biases[H], h0[B, H], mask[T, B]. */
export interface RnnInputs {
  x: Numbers;
  wIh: Numbers;
  wHh: Numbers;
  bIh?: Numbers | undefined;
  bHh?: Numbers | undefined;
  h0?: Numbers | undefined;
  mask?: Numbers | undefined;
}

/** hs[T, B, H] */
export interface RnnOutputs {
  hs: Float64Array;
}

export interface RnnGradients {
  dx: Float64Array;
  dh0: Float64Array;
  dwIh: Float64Array;
  dwHh: Float64Array;
  /** Both biases get the same. */
  dbIh: Float64Array;
  dbHh: Float64Array;
}

/** The times in the order in which they are worked on. */
function timesOf({ steps, reverse = false }: RnnSizes): number[] {
  const times = Array.from({ length: steps }, (_, t) => t);
  return reverse ? times.reverse() : times;
}

export function rnnForward(inputs: RnnInputs, sizes: RnnSizes): RnnOutputs {
  const { steps: T, batch: B, inputs: I, hidden: H, nonlinearity = "tanh" } = sizes;
  const { x, wIh, wHh, bIh, bHh, mask } = inputs;
  const hs = new Float64Array(T * B * H);
  const fromInputs = matmul(x, wIh, { m: T * B, n: H, k: I, transposeB: true });
  let h = Float64Array.from(inputs.h0 ?? new Float64Array(B * H));
  for (const t of timesOf(sizes)) {
    const fromState = matmul(h, wHh, { m: B, n: H, k: H, transposeB: true });
    for (let b = 0; b < B; b++) {
      for (let j = 0; j < H; j++) {
        const [at, here] = [(t * B + b) * H + j, b * H + j];
        const sum = fromInputs[at]! + fromState[here]! + (bIh?.[j] ?? 0) + (bHh?.[j] ?? 0);
        const next = nonlinearity === "relu" ? Math.max(0, sum) : Math.tanh(sum);
        hs[at] = mask?.[t * B + b] === 0 ? h[here]! : next;
      }
    }
    h = hs.slice(t * B * H, (t + 1) * B * H);
  }
  return { hs };
}

/** @param outputs what `rnnForward` gave; `dhs` and `dhT`: the gradients of all states, and of the last on top of that */
export function rnnBackward(
  { dhs, dhT }: { dhs?: Numbers | undefined; dhT?: Numbers | undefined },
  inputs: RnnInputs,
  { hs }: RnnOutputs,
  sizes: RnnSizes,
): RnnGradients {
  const { steps: T, batch: B, inputs: I, hidden: H, nonlinearity = "tanh" } = sizes;
  const { x, wIh, wHh, mask } = inputs;
  const d = new Float64Array(T * B * H);
  const hsBefore = new Float64Array(T * B * H);
  let dh = Float64Array.from(dhT ?? new Float64Array(B * H));
  const times = timesOf(sizes);
  for (let s = T - 1; s >= 0; s--) {
    const t = times[s]!;
    const dhPast = new Float64Array(B * H);
    for (let b = 0; b < B; b++) {
      for (let j = 0; j < H; j++) {
        const [at, here] = [(t * B + b) * H + j, b * H + j];
        hsBefore[at] = s > 0 ? hs[times[s - 1]! * B * H + here]! : (inputs.h0?.[here] ?? 0);
        const dState = dh[here]! + (dhs?.[at] ?? 0);
        const state = hs[at]!;
        const slope = nonlinearity === "relu" ? Number(state > 0) : 1 - state ** 2;
        if (mask?.[t * B + b] === 0) dhPast[here] = dState;
        else d[at] = dState * slope;
      }
    }
    const throughWeights = matmul(d.subarray(t * B * H, (t + 1) * B * H), wHh, { m: B, n: H, k: H });
    dh = dhPast.map((value, index) => value + throughWeights[index]!);
  }
  const db = matmul(new Float64Array(T * B).fill(1), d, { m: 1, n: H, k: T * B });
  return {
    dx: matmul(d, wIh, { m: T * B, n: I, k: H }),
    dh0: dh,
    dwIh: matmul(d, x, { m: H, n: I, k: T * B, transposeA: true }),
    dwHh: matmul(d, hsBefore, { m: H, n: H, k: T * B, transposeA: true }),
    dbIh: db,
    dbHh: db.slice(),
  };
}
