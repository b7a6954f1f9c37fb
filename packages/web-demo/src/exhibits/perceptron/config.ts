import { choice, type Field, type Fields, shortText, subset, wholeNumber } from "../../shell/urlState.js";
import {
  type ActivationId,
  activationIds,
  type DataId,
  dataIds,
  type FeatureId,
  featureIds,
  isRegression,
  type LearnerId,
  learnerIds,
  type OptimiserId,
  optimiserIds,
  type PaceId,
  paceIds,
  type ViewId,
  viewIds,
} from "./catalogue.js";

/** Everything that the address holds. */
export interface Settings {
  data: DataId;
  /** Standard deviation of what is added to each place, in percent of half the plane's width. */
  noise: number;
  /** Percent of the points that are kept for testing. */
  held: number;
  /** The visitor's own points, packed by `packPoints`. */
  points: string;
  features: readonly FeatureId[];
  learner: LearnerId;
  /** Widths of the hidden layers; none for a network without. */
  layers: readonly number[];
  activation: ActivationId;
  optimiser: OptimiserId;
  rate: number;
  /** Weight decay (L2). */
  decay: number;
  /** Share of hidden units that are left out of a step. */
  dropout: number;
  /** Points a step; 0 stands for all of them. */
  batch: number;
  epochs: number;
  seed: number;
  pace: PaceId;
  view: ViewId;
}

export const limits = {
  /** The plane reaches from −half to +half both ways. */
  half: 3,
  /** Points of a set that is no truth table. */
  points: 200,
  /** Points that a visitor can add. */
  own: 200,
  mostLayers: 4,
  mostUnits: 8,
  mostNoise: 50,
  mostHeld: 80,
  mostSeed: 9999,
  /** Places a side at which the output is worked out for the picture of the plane. */
  plane: 81,
  /** The same for a hidden unit's picture. */
  thumbnail: 33,
};

export const rates = [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3] as const;
export const decays = [0, 0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3] as const;
export const dropouts = [0, 0.1, 0.2, 0.3, 0.5] as const;
export const batches = [1, 4, 10, 30, 0] as const;
export const epochChoices = [30, 100, 300, 1000, 3000, 10000] as const;

/** Widths with dots between them: `8.4`; `none` for no hidden layer. */
const widths: Field<readonly number[]> = {
  fallback: [4],
  parse(text) {
    if (text === "none") return [];
    const values = text.split(".").map((part) => (/^\d$/.test(part) ? Number(part) : 0));
    const fits = values.every((width) => width >= 1 && width <= limits.mostUnits);
    return fits && values.length <= limits.mostLayers ? values : undefined;
  },
  format: (value) => (value.length === 0 ? "none" : value.join(".")),
};

/** As `subset`, of which two are chosen at first and one has to be. */
const chosenFeatures: Field<readonly FeatureId[]> = {
  ...subset<FeatureId>(featureIds),
  fallback: ["x", "y"],
  parse(text) {
    const named = subset<FeatureId>(featureIds).parse(text);
    return named?.length ? named : undefined;
  },
};

/** How the settings are written in the address, and their defaults. */
export const settingFields: Fields<Settings> = {
  data: choice<DataId>(dataIds, "circles"),
  noise: wholeNumber(0, limits.mostNoise, 0),
  held: wholeNumber(0, limits.mostHeld, 30),
  points: shortText(limits.own * 5, ""),
  features: chosenFeatures,
  learner: choice<LearnerId>(learnerIds, "network"),
  layers: widths,
  activation: choice<ActivationId>(activationIds, "tanh"),
  optimiser: choice<OptimiserId>(optimiserIds, "adamw"),
  rate: choice<number>(rates, 0.01),
  decay: choice<number>(decays, 0),
  dropout: choice<number>(dropouts, 0),
  batch: choice<number>(batches, 10),
  epochs: choice<number>(epochChoices, 1000),
  seed: wholeNumber(0, limits.mostSeed, 1),
  pace: choice<PaceId>(paceIds, "steady"),
  view: choice<ViewId>(viewIds, "graded"),
};

/** Settings that can stand together: a rule that only knows classes learns no values. */
export function consistent(settings: Settings): Settings {
  const { data, learner } = settings;
  const knowsClassesOnly = learner === "perceptron" || learner === "logistic";
  return isRegression(data) && knowsClassesOnly ? { ...settings, learner: "delta" } : settings;
}

/** The settings that a run depends on: another value of one of them is another run. */
export const runKeys = [
  "data",
  "noise",
  "held",
  "points",
  "features",
  "learner",
  "layers",
  "activation",
  "optimiser",
  "rate",
  "decay",
  "dropout",
  "batch",
  "seed",
] as const satisfies readonly (keyof Settings)[];

/** Whether two settings are of the same run. */
export function isSameRun(a: Settings, b: Settings): boolean {
  return runKeys.every((key) => String(a[key]) === String(b[key]));
}
