import { isRegression } from "./catalogue.js";
import type { Settings } from "./config.js";
import type { Split } from "./dataSets.js";
import type { Task } from "./protocol.js";

/** What the worker is given: the settings that it needs, and the points. */
export function taskOf(settings: Settings, { train, test }: Split): Task {
  const { data, learner, features, layers, activation, optimiser, rate, decay, dropout, batch, seed } =
    settings;
  return {
    learner,
    regression: isRegression(data),
    features,
    layers,
    activation,
    optimiser,
    rate,
    decay,
    dropout,
    batch,
    seed,
    train,
    test,
  };
}
