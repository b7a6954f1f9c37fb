import { matmul } from "./matmul.js";

type Numbers = ArrayLike<number>;

/** Sizes as in the kernel of this name: T steps, B rows, I inputs, H hidden. */
export interface LstmSizes {
  steps: number;
  batch: number;
  inputs: number;
  hidden: number;
  reverse?: boolean | undefined;
}

/** x[T, B, I], wIh[4·H, I], wHh[4·H, H], biases[4·H], h0 and c0[B, H], mask[T, B]. */
export interface LstmInputs {
  x: Numbers;
  wIh: Numbers;
  wHh: Numbers;
  bIh?: Numbers | undefined;
  bHh?: Numbers | undefined;
  h0?: Numbers | undefined;
  c0?: Numbers | undefined;
  mask?: Numbers | undefined;
}

/** hs[T, B, H], cs[T, B, H], gates[T, B, 4·H]: σ(i), σ(f), tanh(g), σ(o). */
export interface LstmOutputs {
  hs: Float64Array;
  cs: Float64Array;
  gates: Float64Array;
}

export interface LstmGradients {
  dx: Float64Array;
  dh0: Float64Array;
  dc0: Float64Array;
  dwIh: Float64Array;
  dwHh: Float64Array;
  /** Both biases get the same. */
  dbIh: Float64Array;
  dbHh: Float64Array;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The times in the order in which they are worked on. */
function timesOf({ steps, reverse = false }: LstmSizes): number[] {
  const times = Array.from({ length: steps }, (_, t) => t);
  return reverse ? times.reverse() : times;
}

export function lstmForward(inputs: LstmInputs, sizes: LstmSizes): LstmOutputs {
  const { steps: T, batch: B, inputs: I, hidden: H } = sizes;
  const { x, wIh, wHh, bIh, bHh, mask } = inputs;
  const hs = new Float64Array(T * B * H);
  const cs = new Float64Array(T * B * H);
  const gates = matmul(x, wIh, { m: T * B, n: 4 * H, k: I, transposeB: true });
  let h = Float64Array.from(inputs.h0 ?? new Float64Array(B * H));
  let c = Float64Array.from(inputs.c0 ?? new Float64Array(B * H));
  for (const t of timesOf(sizes)) {
    const fromState = matmul(h, wHh, { m: B, n: 4 * H, k: H, transposeB: true });
    for (let b = 0; b < B; b++) {
      const row = t * B + b;
      const gate = (which: number, j: number): number => {
        const column = which * H + j;
        const sum = gates[row * 4 * H + column]! + fromState[b * 4 * H + column]!;
        return sum + (bIh?.[column] ?? 0) + (bHh?.[column] ?? 0);
      };
      for (let j = 0; j < H; j++) {
        const [before, at] = [b * H + j, row * H + j];
        if (mask?.[row] === 0) {
          hs[at] = h[before]!;
          cs[at] = c[before]!;
          continue;
        }
        const [i, f, g, o] = [
          sigmoid(gate(0, j)),
          sigmoid(gate(1, j)),
          Math.tanh(gate(2, j)),
          sigmoid(gate(3, j)),
        ];
        cs[at] = f * c[before]! + i * g;
        hs[at] = o * Math.tanh(cs[at]);
        [i, f, g, o].forEach((value, which) => (gates[row * 4 * H + which * H + j] = value));
      }
    }
    h = hs.slice(t * B * H, (t + 1) * B * H);
    c = cs.slice(t * B * H, (t + 1) * B * H);
  }
  return { hs, cs, gates };
}

/** @param outputs what `lstmForward` gave; `dhs`, `dhT` and `dcT`: the gradients of all states, the last and the last cell */
export function lstmBackward(
  { dhs, dhT, dcT }: { dhs?: Numbers | undefined; dhT?: Numbers | undefined; dcT?: Numbers | undefined },
  inputs: LstmInputs,
  { hs, cs, gates }: LstmOutputs,
  sizes: LstmSizes,
): LstmGradients {
  const { steps: T, batch: B, inputs: I, hidden: H } = sizes;
  const { x, wIh, wHh, mask } = inputs;
  const G = 4 * H;
  const d = new Float64Array(T * B * G);
  const hsBefore = new Float64Array(T * B * H);
  let dh = Float64Array.from(dhT ?? new Float64Array(B * H));
  const dc = Float64Array.from(dcT ?? new Float64Array(B * H));
  const times = timesOf(sizes);
  for (let s = T - 1; s >= 0; s--) {
    const t = times[s]!;
    const dhPast = new Float64Array(B * H);
    const stateBefore = (states: Numbers, start: Numbers | undefined, b: number, j: number): number =>
      s > 0 ? states[(times[s - 1]! * B + b) * H + j]! : (start?.[b * H + j] ?? 0);
    for (let b = 0; b < B; b++) {
      const row = t * B + b;
      for (let j = 0; j < H; j++) {
        const [at, here] = [row * H + j, b * H + j];
        hsBefore[at] = stateBefore(hs, inputs.h0, b, j);
        const dState = dh[here]! + (dhs?.[at] ?? 0);
        if (mask?.[row] === 0) {
          dhPast[here] = dState;
          continue;
        }
        const [i, f, g, o] = [0, 1, 2, 3].map((which) => gates[row * G + which * H + j]!) as [
          number,
          number,
          number,
          number,
        ];
        const tanhC = Math.tanh(cs[at]!);
        const dCell = dc[here]! + dState * o * (1 - tanhC ** 2);
        d[row * G + j] = dCell * g * i * (1 - i);
        d[row * G + H + j] = dCell * stateBefore(cs, inputs.c0, b, j) * f * (1 - f);
        d[row * G + 2 * H + j] = dCell * i * (1 - g ** 2);
        d[row * G + 3 * H + j] = dState * tanhC * o * (1 - o);
        dc[here] = dCell * f;
      }
    }
    const throughGates = matmul(d.subarray(t * B * G, (t + 1) * B * G), wHh, { m: B, n: H, k: G });
    dh = dhPast.map((value, index) => value + throughGates[index]!);
  }
  const db = matmul(new Float64Array(T * B).fill(1), d, { m: 1, n: G, k: T * B });
  return {
    dx: matmul(d, wIh, { m: T * B, n: I, k: G }),
    dh0: dh,
    dc0: dc,
    dwIh: matmul(d, x, { m: G, n: I, k: T * B, transposeA: true }),
    dwHh: matmul(d, hsBefore, { m: G, n: H, k: T * B, transposeA: true }),
    dbIh: db,
    dbHh: db.slice(),
  };
}
