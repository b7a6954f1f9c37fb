import { choice, decimal, type Field, type Fields, wholeNumber } from "../../shell/urlState.js";
import { catalogue, type SurrogateId, surrogateIds } from "./catalogue.js";
import type { Pace } from "./trainer/protocol.js";

/** The numbers that inputs go between. */
export const inputRange = { least: -4, most: 4, step: 0.05 } as const;

/** How many numbers a row has. */
export const lanes = 5;

/**
 * Temperatures that the slider reaches, `stepsPerDecade` to each power of ten: `most` for most surrogates, `highest` for any. At
 * `limit` nothing is seen of the temperature any more.
 */
export const temperatureRange = {
  limit: 1e-3,
  least: 0.01,
  most: 4,
  highest: 10,
  stepsPerDecade: 40,
} as const;

/** What the trainer's settings go between. */
export const trainerLimits = {
  seed: 999_999,
  leastPositives: 2,
  mostPositives: 50,
  leastSoftness: 0.1,
  mostSoftness: 4,
  leastEpochs: 10,
  mostEpochs: 2000,
} as const;

/** How many seeds are compared. */
export const seedsCompared = 10;

/** Points that the trainer learns, which are drawn, and points that it is only asked about. */
export const setSizes = { shown: 1000, unseen: 4000 } as const;

/** Everything that the address holds. */
export interface Settings {
  surrogate: SurrogateId;
  temperature: number;
  /** How many top-k takes. */
  k: number;
  /** entmax's α. */
  alpha: number;
  /** SAU's slope below 0. */
  slope: number;
  inputs: readonly number[];
  /** The input that moves along the curve, from 0. */
  lane: number;
  gradient: "hidden" | "shown";
  seed: number;
  /** In per cent. */
  positives: number;
  /** The temperature of the soft counts. */
  softness: number;
  /** Epochs of cross-entropy, and of soft F1 after them. */
  warmUp: number;
  epochs: number;
  pace: Pace;
}

/** Inputs to begin with: two close together, one below 0. */
const firstInputs = [1.2, -0.6, 2.1, 0.4, 1.8];

/** Numbers of the input range with dots between them would be hard to read: `1.2_-0.6`. */
const inputsField: Field<readonly number[]> = {
  fallback: firstInputs,
  parse(text) {
    const values = text.split("_").map((part) => (part === "" ? NaN : Number(part)));
    const fits = values.every((value) => value >= inputRange.least && value <= inputRange.most);
    return values.length === lanes && fits ? values.map((value) => Number(value.toFixed(2))) : undefined;
  },
  format: (values) => values.join("_"),
};

/** How the settings are written in the address, and their defaults. */
export const settingFields: Fields<Settings> = {
  surrogate: choice<SurrogateId>(surrogateIds, "logSumExp"),
  temperature: decimal(temperatureRange.least, temperatureRange.highest, 4, 0.5),
  k: wholeNumber(1, lanes - 1, 2),
  alpha: decimal(1.1, 2, 1, 1.5),
  slope: decimal(0, 0.9, 2, 0.25),
  inputs: inputsField,
  lane: wholeNumber(0, lanes - 1, 0),
  gradient: choice<Settings["gradient"]>(["hidden", "shown"], "hidden"),
  seed: wholeNumber(0, trainerLimits.seed, 1),
  positives: wholeNumber(trainerLimits.leastPositives, trainerLimits.mostPositives, 5),
  softness: decimal(trainerLimits.leastSoftness, trainerLimits.mostSoftness, 2, 1),
  warmUp: wholeNumber(trainerLimits.leastEpochs, trainerLimits.mostEpochs, 200),
  epochs: wholeNumber(trainerLimits.leastEpochs, trainerLimits.mostEpochs, 400),
  pace: choice<Pace>(["watch", "full"], "watch"),
};

/** The temperature at a step of the slider. */
export function temperatureAt(step: number): number {
  return Number((10 ** (step / temperatureRange.stepsPerDecade)).toPrecision(3));
}

/** The step of the slider nearest to a temperature. */
export function stepOf(temperature: number): number {
  return Math.round(temperatureRange.stepsPerDecade * Math.log10(temperature));
}

/** The highest temperature of a surrogate. */
export function mostOf(surrogate: SurrogateId): number {
  return catalogue[surrogate].most ?? temperatureRange.most;
}

/** The surrogate's inputs: one number, or the row. */
export function inputsOf({ surrogate, inputs, lane }: Pick<Settings, "surrogate" | "inputs" | "lane">): {
  inputs: readonly number[];
  lane: number;
} {
  return catalogue[surrogate].shape === "elementwise"
    ? { inputs: inputs.slice(0, 1), lane: 0 }
    : { inputs, lane };
}
