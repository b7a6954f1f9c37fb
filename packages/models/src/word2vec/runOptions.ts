import { checkInteger, checkNumber, RangeError } from "@lanewise/core-wasm";
import type { Architecture, TrainOptions } from "./config.js";
import type { RunOptions } from "./trainee.js";

/** What a run keeps to its end. */
const lasting = ["mode", "seed", "lanes"] as const;

/** More of them drift too far apart between two merges. */
const mostLanes = 16;

/**
 * Checks the options and fills in what is left out: from `before`, the run that is resumed, or the defaults.
 *
 * @throws RangeError, also if one that lasts differs from the resumed run's
 */
export function resolveRun(
  options: TrainOptions,
  architecture: Architecture,
  before?: RunOptions,
): RunOptions {
  const learningRate =
    options.learningRate ?? before?.learningRate ?? (architecture === "cbow" ? 0.05 : 0.025);
  const run: RunOptions = {
    epochs: options.epochs ?? before?.epochs ?? 5,
    learningRate,
    finalLearningRate: options.finalLearningRate ?? before?.finalLearningRate ?? 1e-4 * learningRate,
    mode: options.mode ?? before?.mode ?? "ordered",
    seed: options.seed ?? before?.seed ?? 0,
    lanes: options.lanes ?? before?.lanes ?? 2,
  };
  checkRun(run);
  if (before) {
    for (const name of lasting) {
      if (run[name] !== before[name]) {
        throw new RangeError(name, `${before[name]}, as in the run that is resumed`, run[name]);
      }
    }
  }
  return run;
}

/** @throws RangeError */
export function checkRun(run: RunOptions): void {
  checkInteger("epochs", run.epochs, 1, 2 ** 31 - 1);
  checkNumber("learningRate", run.learningRate, 0);
  checkNumber("finalLearningRate", run.finalLearningRate, 0);
  if (run.mode !== "ordered" && run.mode !== "hogwild") {
    throw new RangeError("mode", '"ordered" or "hogwild"', run.mode);
  }
  checkInteger("seed", run.seed, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("lanes", run.lanes, 1, mostLanes);
}
