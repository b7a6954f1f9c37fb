import type { TrainEvent } from "@lanewise/models/word2vec";
import type { MapSettings, Pace, Projection, Questions, RunConfig, VectorSource } from "./config.js";
import type { FileFormat } from "./engine.js";

/** What the visitor wants to see: it holds until the next one, also while vectors change. */
export interface Look {
  readonly revision: number;
  readonly vectors: VectorSource;
  readonly questions: Questions;
  readonly map: MapSettings;
  readonly pace: Pace;
  /** Of the layout by UMAP. */
  readonly seed: number;
}

/** Where the text of a training comes from. */
export type TextSource = { kind: "url"; url: string } | { kind: "own"; text: string } | { kind: "planted" };

/** What the page asks of the worker. */
export type Request =
  | { type: "look"; look: Look; bundledUrl: string }
  | { type: "train"; run: number; config: RunConfig; source: TextSource }
  | { type: "pause"; run: number }
  | { type: "resume"; run: number }
  /** Ends the run; what it has learnt stays. */
  | { type: "stop"; run: number }
  | { type: "save"; run: number; format: FileFormat };

/** A word and a figure: a cosine, or a score. */
export interface Scored {
  readonly word: string;
  readonly value: number;
}

/** The answer to a question, or the words of it that are not known. Neither where the question is not complete. */
export interface Answer {
  readonly unknown: readonly string[];
  readonly list: readonly Scored[];
}

export interface Answers {
  readonly neighbours: Answer;
  readonly analogy: Answer;
  /** Each word's cosine to the mean of all; the one that does not match first. */
  readonly odd: Answer;
  /** Of one search for neighbours; not measured while a training is under way. */
  readonly milliseconds: number | undefined;
  /** Of the vectors, in the chosen precision. */
  readonly bytes: number;
}

/** Words on the map. */
export interface Frame {
  readonly projection: Projection;
  /** Places in the list of words. The first `fitted` were chosen; the others are laid in their plane. */
  readonly indices: Int32Array<ArrayBuffer>;
  readonly fitted: number;
  /** f32[n, 2] */
  readonly points: Float32Array<ArrayBuffer>;
  /** How much of the variance a plane of principal components holds; 1 for a layout. */
  readonly share: number;
  /** How far a layout is, from 0 to 1. */
  readonly fraction: number;
}

/** What there is of a set of vectors. */
export interface WordList {
  readonly words: readonly string[];
  readonly counts: Float64Array<ArrayBuffer> | undefined;
  readonly dim: number;
}

/** What a training learns from, and how much it learns. */
export interface TrainingFacts {
  readonly words: number;
  readonly sentences: number;
  readonly vocabulary: number;
  readonly parameters: number;
}

/** What the worker tells the page. */
export type Reply =
  /** How much of the file of vectors has arrived; not known where the server did not say how long it is. */
  | { type: "fetching"; fraction: number | undefined }
  | { type: "unavailable"; vectors: VectorSource; reason: string }
  /** A list of words is there, or another: answers and frames that follow are of it. */
  | { type: "words"; vectors: VectorSource; list: WordList }
  | { type: "answers"; revision: number; vectors: VectorSource; answers: Answers }
  | { type: "frame"; vectors: VectorSource; frame: Frame }
  | { type: "questionFailed"; revision: number; reason: string }
  | TrainingReply;

/** What it tells of a training. */
export type TrainingReply =
  | { type: "reading"; run: number; stage: "text" | "corpus" | "model"; fraction: number | undefined }
  | { type: "ready"; run: number; facts: TrainingFacts }
  | { type: "training"; run: number }
  | { type: "progress"; run: number; event: TrainEvent }
  | { type: "paused"; run: number }
  | { type: "finished"; run: number; memoryBytes: number }
  | { type: "failed"; run: number; reason: string }
  | { type: "file"; run: number; format: FileFormat; bytes: Uint8Array<ArrayBuffer> };
