/** What one call of a job does, and so what its speed counts. */
export type Unit = "flop" | "element" | "step" | "draw";

/** Jobs whose bars share a scale. */
export interface Group {
  readonly unit: Unit;
  /** So many a second are one on the scale: 10⁹ for "billions a second". */
  readonly scale: number;
}

export const groups = {
  matmul: { unit: "flop", scale: 1e9 },
  elements: { unit: "element", scale: 1e6 },
  lstm: { unit: "step", scale: 1e3 },
  draws: { unit: "draw", scale: 1e6 },
} as const satisfies Record<string, Group>;

export type GroupId = keyof typeof groups;

/** One thing to measure, as page and worker know it. How it is done is in `jobs.ts`, for the worker alone. */
export interface Entry {
  readonly group: GroupId;
  /** How many of its group's units one call does. */
  readonly work: number;
}

/** out: m × n, sums of k products. */
export interface MatmulShape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

export const matmulShapes = {
  matmul64: { m: 64, n: 64, k: 64 },
  matmul128: { m: 128, n: 128, k: 128 },
  matmul256: { m: 256, n: 256, k: 256 },
  matmul512: { m: 512, n: 512, k: 512 },
  matmul1024: { m: 1024, n: 1024, k: 1024 },
  matmulBert: { m: 128, n: 1536, k: 384 },
} as const satisfies Record<string, MatmulShape>;

export const softmaxShape = { rows: 1536, cols: 128 } as const;
export const elementCount = 262_144;
export const lstmShape = { batch: 1, inputs: 256, hidden: 256 } as const;

/** The jobs in the order in which they are measured. A new one is added here, in `jobs.ts` and in the strings. */
export const catalogue = {
  matmul64: product("matmul64"),
  matmul128: product("matmul128"),
  matmul256: product("matmul256"),
  matmul512: product("matmul512"),
  matmul1024: product("matmul1024"),
  matmulBert: product("matmulBert"),
  softmax: { group: "elements", work: softmaxShape.rows * softmaxShape.cols },
  exp: { group: "elements", work: elementCount },
  gelu: { group: "elements", work: elementCount },
  lstm: { group: "lstm", work: 1 },
  normals: { group: "draws", work: elementCount },
} as const satisfies Record<string, Entry>;

export type JobId = keyof typeof catalogue;

export const jobIds = Object.keys(catalogue) as JobId[];

/** Who does the work. One more is added here, in `contenders.ts`, in the strings and, for its colour, in `kernels.css`. */
export const contenderIds = ["relaxed", "simd", "plain"] as const;

export type ContenderId = (typeof contenderIds)[number];

/** A multiplication and an addition for each product of two numbers. */
function product(id: keyof typeof matmulShapes): Entry {
  const { m, n, k } = matmulShapes[id];
  return { group: "matmul", work: 2 * m * n * k };
}
