import { choice, decimal, type Fields, shortText, wholeNumber } from "../../shell/urlState.js";

/** The recurrent cells to choose from. */
export type Cell = "lstm" | "gru" | "rnn";

/** What shapes a run: it takes a reset to change any of it. */
export interface RunConfig {
  cell: Cell;
  hidden: number;
  /** How many steps the training has, and so the horizon of its learning rate. */
  steps: number;
  /** Seeds the weights, the order of the text and the writing. */
  seed: number;
}

/** What shapes the writing: it may change at any time. */
export interface Voice {
  temperature: number;
  /** The text that the network goes on from. */
  prime: string;
}

/** Everything that the address holds. */
export type Settings = RunConfig & Voice;

export const hiddenSizes = [32, 64, 128, 256] as const;
export const stepCounts = [500, 1000, 3000, 10_000] as const;
/** Above this there is little left but noise. */
export const mostTemperature = 1.5;

/** How the settings are written in the address, and their defaults. */
export const settingFields: Fields<Settings> = {
  cell: choice<Cell>(["lstm", "gru", "rnn"], "lstm"),
  hidden: choice<number>(hiddenSizes, 128),
  steps: choice<number>(stepCounts, 3000),
  seed: wholeNumber(0, 999_999, 1),
  temperature: decimal(0, mostTemperature, 2, 0.8),
  prime: shortText(200, "ROMEO:\n"),
};

/** The part of the settings that a run is made with. */
export function runConfigOf({ cell, hidden, steps, seed }: Settings): RunConfig {
  return { cell, hidden, steps, seed };
}

/** The part that shapes the writing. */
export function voiceOf({ temperature, prime }: Settings): Voice {
  return { temperature, prime };
}

/** Whether two runs would be the same. */
export function sameRun(a: RunConfig, b: RunConfig): boolean {
  return a.cell === b.cell && a.hidden === b.hidden && a.steps === b.steps && a.seed === b.seed;
}

/** What tables of letter sequences reach on the held-out tenth of Tiny Shakespeare, in bits per character. */
export const nGramBits = { unigram: 4.829, pairs: 3.586, order3: 2.956, order5: 2.4076 } as const;

/** Limits for a text of the visitor's own. */
export const ownTextLimits = { least: 2000, most: 20_000_000, alphabet: 1024 } as const;
