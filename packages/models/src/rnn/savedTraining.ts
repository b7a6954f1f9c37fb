import { FormatError, LanewiseError } from "@lanewise/core-wasm";
import type { Checkpoint, CheckpointContents, SafeTensor } from "../io/index.js";
import { checkRun, type RunOptions } from "./trainOptions.js";

/** The small numbers of a run of training. */
export interface TrainingCounters {
  /** Steps done. */
  readonly step: number;
  /** Where each text stream reads next. */
  readonly positions: readonly number[];
  /** Where dropout draws next. */
  readonly dropoutOffset: number;
  readonly textLength: number;
  readonly textHash: number;
  readonly run: RunOptions;
}

/** A run of training as plain data: all that going on needs, beside the weights and the text. */
export interface SavedTraining {
  readonly counters: TrainingCounters;
  /** The optimiser's moments, as it names them. */
  readonly moments: ReadonlyMap<string, Float32Array>;
  /** The carried states "hidden.<layer>" and "cell.<layer>": f32[B, H] */
  readonly carried: ReadonlyMap<string, Float32Array>;
}

/** The parts of a checkpoint that hold the run. */
export function trainingContents(
  { counters, moments, carried }: SavedTraining,
  shapeOf: (name: string) => readonly number[],
  hidden: number,
): Pick<CheckpointContents, "optimizer" | "state" | "counters"> {
  const { run } = counters;
  return {
    optimizer: new Map(
      Array.from(moments, ([name, data]) => [name, { shape: shapeOf(name.replace(/^\w+\./, "")), data }]),
    ),
    state: new Map(Array.from(carried, ([name, data]) => [name, { shape: [run.batch, hidden], data }])),
    // JSON has no infinity: null stands for no clipping.
    counters: { ...counters, run: { ...run, clip: run.clip === Infinity ? null : run.clip } },
  };
}

/** The run in a checkpoint, undefined if it has none. @throws FormatError */
export function parseTraining({ counters, optimizer, state }: Checkpoint): SavedTraining | undefined {
  if (!("run" in counters)) return undefined;
  const parsed = counters as unknown as TrainingCounters;
  const run: RunOptions = { ...parsed.run, clip: parsed.run?.clip ?? Infinity };
  try {
    checkRun(run);
  } catch (cause) {
    if (!(cause instanceof LanewiseError)) throw cause;
    throw new FormatError("counters.run", cause.expected, cause.received, { cause });
  }
  for (const name of ["step", "dropoutOffset", "textLength", "textHash"] as const) {
    checkCount(`counters.${name}`, parsed[name]);
  }
  const { positions } = parsed;
  if (!Array.isArray(positions) || positions.length !== run.batch) {
    throw new FormatError("counters.positions", `${run.batch} numbers`, positions);
  }
  for (const position of positions) checkCount("counters.positions", position);
  return { counters: { ...parsed, run }, moments: floats(optimizer), carried: floats(state) };
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new FormatError(name, "a whole number ≥ 0", value);
}

function floats(tensors: ReadonlyMap<string, SafeTensor>): Map<string, Float32Array> {
  return new Map(Array.from(tensors, ([name, tensor]) => [name, tensor.toFloat32()]));
}
