import { init, type Runtime } from "@lanewise/core-wasm";
import type { MakeLearner } from "./engine.js";
import { NetworkLearner } from "./networkLearner.js";
import { DeltaLearner, PerceptronLearner } from "./neuronLearners.js";

let starting: Promise<Runtime> | undefined;

/** The learners of the packages. */
export const makeLearner: MakeLearner = async (task) => {
  // The variant whose bits are the same in every browser: a link shows everyone the same run.
  starting ??= init({ variant: "simd" });
  await starting;
  switch (task.learner) {
    case "perceptron":
      return new PerceptronLearner(task);
    case "delta":
      return new DeltaLearner(task);
    case "logistic":
    case "network":
      return NetworkLearner.create(task);
  }
};
