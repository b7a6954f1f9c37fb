import { FormatError, LanewiseError } from "@lanewise/core-wasm";
import type { Checkpoint, CheckpointContents, SafeTensor } from "../io/index.js";
import type { BestCounters } from "./bestSoFar.js";
import type { MlpConfig } from "./config.js";
import type { RunOptions, ValidationResult } from "./fitOptions.js";
import { checkRun } from "./runOptions.js";

/** The small numbers of a run of training. */
export interface TrainingCounters extends BestCounters {
  /** Steps done. */
  readonly step: number;
  /** Where dropout and augmentation draw next. */
  readonly dropoutOffset: number;
  readonly augmentOffset: number;
  /** How many examples there are. */
  readonly examples: number;
  readonly examplesHash: number;
  readonly run: RunOptions;
}

/** A run of training as plain data: all that going on needs, beside the weights and the examples. */
export interface SavedTraining {
  readonly counters: TrainingCounters;
  /** The optimiser's moments, as it names them. */
  readonly moments: ReadonlyMap<string, Float32Array>;
  /** By the names of the parameters; empty if none were kept. */
  readonly bestWeights: ReadonlyMap<string, Float32Array>;
}

const bestPrefix = "best.";

/** The parts of a checkpoint that hold the run. */
export function trainingContents(
  { counters, moments, bestWeights }: SavedTraining,
  shapeOf: (name: string) => readonly number[],
): Pick<CheckpointContents, "optimizer" | "state" | "counters"> {
  const { clip, patience } = counters.run;
  return {
    optimizer: new Map(
      Array.from(moments, ([name, data]) => [name, { shape: shapeOf(name.replace(/^\w+\./, "")), data }]),
    ),
    state: new Map(
      Array.from(bestWeights, ([name, data]) => [bestPrefix + name, { shape: shapeOf(name), data }]),
    ),
    // JSON has no infinity: null stands for it.
    counters: { ...counters, run: { ...counters.run, clip: finite(clip), patience: finite(patience) } },
  };
}

/** The run in a checkpoint, undefined if it has none. @throws FormatError */
export function parseTraining(
  { counters, optimizer, state }: Checkpoint,
  config: MlpConfig,
): SavedTraining | undefined {
  if (!("run" in counters)) return undefined;
  const parsed = counters as unknown as TrainingCounters;
  const { clip, patience } = (parsed.run ?? {}) as { clip?: number | null; patience?: number | null };
  const run: RunOptions = { ...parsed.run, clip: clip ?? Infinity, patience: patience ?? Infinity };
  try {
    checkRun(run, config);
  } catch (cause) {
    if (!(cause instanceof LanewiseError)) throw cause;
    throw new FormatError("counters.run", cause.expected, cause.received, { cause });
  }
  const names = [
    "step",
    "dropoutOffset",
    "augmentOffset",
    "examples",
    "examplesHash",
    "evaluatedAt",
    "waited",
  ] as const;
  for (const name of names) checkCount(`counters.${name}`, parsed[name]);
  if (parsed.best !== null) checkBest(parsed.best);
  const bestWeights = new Map<string, Float32Array>();
  for (const [name, tensor] of state) {
    if (name.startsWith(bestPrefix)) bestWeights.set(name.slice(bestPrefix.length), tensor.toFloat32());
  }
  return { counters: { ...parsed, run }, moments: floats(optimizer), bestWeights };
}

function finite(value: number): number | null {
  return value === Infinity ? null : value;
}

/** @throws FormatError */
function checkBest(best: ValidationResult): void {
  const { epoch, step, loss, examples, accuracy = 0, r2 = 0 } = (best ?? {}) as Partial<ValidationResult>;
  for (const [name, value] of Object.entries({ epoch, step, loss, examples, accuracy, r2 })) {
    if (typeof value !== "number") throw new FormatError(`counters.best.${name}`, "a number", value);
  }
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) throw new FormatError(name, "a whole number ≥ 0", value);
}

function floats(tensors: ReadonlyMap<string, SafeTensor>): Map<string, Float32Array> {
  return new Map(Array.from(tensors, ([name, tensor]) => [name, tensor.toFloat32()]));
}
