import type { Architecture, Objective } from "@lanewise/models/word2vec";
import { choice, decimal, type Fields, shortText, wholeNumber } from "../../shell/urlState.js";
import { examples } from "./examples.js";
import { relations } from "./plantedCorpus.js";

/** Which vectors are looked at: those that come with the page, or those that are trained here. */
export const vectorSources = ["bundled", "trained"] as const;
export type VectorSource = (typeof vectorSources)[number];

/** What one can train on. */
export const corpusIds = ["shakespeare", "planted", "own"] as const;
export type CorpusId = (typeof corpusIds)[number];

/** Which words the map shows: the most frequent, pairs that stand in a relation, or those of a list. */
export const wordChoices = ["frequent", "pairs", "list"] as const;
export type WordChoice = (typeof wordChoices)[number];

export const projections = ["pca", "umap"] as const;
export type Projection = (typeof projections)[number];

/** The first epoch slowly enough to be watched, or all as fast as it goes. */
export const paces = ["watch", "full"] as const;
export type Pace = (typeof paces)[number];

export const precisions = ["float32", "int8"] as const;
export type Precision = (typeof precisions)[number];

export const analogyMethods = ["3CosAdd", "3CosMul"] as const;
export type AnalogyMethod = (typeof analogyMethods)[number];

export const architectures: readonly Architecture[] = ["skipgram", "cbow"];
export const objectives: readonly Objective[] = ["negativeSampling", "hierarchicalSoftmax"];

export const allRelations = "all";
export const relationChoices: readonly string[] = [allRelations, ...relations.map(({ name }) => name)];

/** What shapes a training: what is changed applies to the next one. */
export interface RunConfig {
  corpus: CorpusId;
  architecture: Architecture;
  objective: Objective;
  dim: number;
  window: number;
  /** Words drawn for each that came; negative sampling alone has them. */
  negatives: number;
  subsample: number;
  minimumCount: number;
  epochs: number;
  /** At the start; 0: as the architecture has it. */
  learningRate: number;
  seed: number;
}

/** What the vectors are asked. It may change at any time. */
export interface Questions {
  word: string;
  a: string;
  b: string;
  c: string;
  method: AnalogyMethod;
  precision: Precision;
  /** Words with spaces between them, of which one does not match. */
  among: string;
}

/** Which words the map shows, and how. */
export interface MapSettings {
  projection: Projection;
  show: WordChoice;
  /** So many of the most frequent words … */
  shown: number;
  /** … without the first so many: those are of the sort of "the" and "of". */
  skip: number;
  /** The pairs of that relation, or of all. */
  relation: string;
  /** The list: words with spaces between them. */
  list: string;
}

/** Everything that the address holds. */
export interface Settings extends RunConfig, Questions, MapSettings {
  vectors: VectorSource;
  pace: Pace;
  /** The beginning of words that the map makes stand out. */
  find: string;
}

export const limits = {
  leastDim: 2,
  mostDim: 300,
  mostWindow: 20,
  mostNegatives: 30,
  mostCount: 100,
  mostEpochs: 100,
  leastShown: 10,
  mostShown: 600,
  mostSkip: 5000,
  /** Characters of a list of words. */
  list: 1200,
  word: 60,
  /** Of a text of the visitor's own. */
  leastText: 2000,
  mostText: 50_000_000,
  /** Neighbours that are listed. */
  neighbours: 10,
  answers: 5,
  /** Words that the completion offers. */
  completions: 12,
} as const;

/** How the settings are written in the address, and their defaults. */
export const settingFields: Fields<Settings> = {
  vectors: choice<VectorSource>(vectorSources, "bundled"),
  pace: choice<Pace>(paces, "watch"),
  word: shortText(limits.word, examples.bundled.word),
  a: shortText(limits.word, examples.bundled.a),
  b: shortText(limits.word, examples.bundled.b),
  c: shortText(limits.word, examples.bundled.c),
  method: choice<AnalogyMethod>(analogyMethods, "3CosAdd"),
  precision: choice<Precision>(precisions, "float32"),
  among: shortText(limits.list, examples.bundled.among),
  projection: choice<Projection>(projections, "pca"),
  show: choice<WordChoice>(wordChoices, "frequent"),
  shown: wholeNumber(limits.leastShown, limits.mostShown, 200),
  skip: wholeNumber(0, limits.mostSkip, 100),
  relation: choice<string>(relationChoices, allRelations),
  list: shortText(limits.list, ""),
  find: shortText(limits.word, ""),
  corpus: choice<CorpusId>(corpusIds, "planted"),
  architecture: choice<Architecture>(architectures, "skipgram"),
  objective: choice<Objective>(objectives, "negativeSampling"),
  dim: wholeNumber(limits.leastDim, limits.mostDim, 50),
  window: wholeNumber(1, limits.mostWindow, 5),
  negatives: wholeNumber(1, limits.mostNegatives, 5),
  subsample: decimal(0, 1, 6, 0.001),
  minimumCount: wholeNumber(1, limits.mostCount, 5),
  epochs: wholeNumber(1, limits.mostEpochs, 10),
  learningRate: decimal(0, 1, 4, 0),
  seed: wholeNumber(0, 999_999, 1),
};

const runKeys = [
  "corpus",
  "architecture",
  "objective",
  "dim",
  "window",
  "negatives",
  "subsample",
  "minimumCount",
  "epochs",
  "learningRate",
  "seed",
] as const satisfies readonly (keyof RunConfig)[];

/** Whether a setting shapes a training. */
export function shapesRun(name: keyof Settings): boolean {
  return (runKeys as readonly string[]).includes(name);
}

/** The part of the settings that a training is made with. */
export function runConfigOf(settings: RunConfig): RunConfig {
  return Object.fromEntries(runKeys.map((key) => [key, settings[key]])) as unknown as RunConfig;
}

/** Whether two trainings would be the same; what the objective does not look at makes no difference. */
export function sameRun(a: RunConfig, b: RunConfig): boolean {
  return runKeys.every(
    (key) => a[key] === b[key] || (key === "negatives" && a.objective === "hierarchicalSoftmax"),
  );
}

export function questionsOf({ word, a, b, c, method, precision, among }: Settings): Questions {
  return { word, a, b, c, method, precision, among };
}

export function mapSettingsOf({ projection, show, shown, skip, relation, list }: Settings): MapSettings {
  return { projection, show, shown, skip, relation, list };
}
