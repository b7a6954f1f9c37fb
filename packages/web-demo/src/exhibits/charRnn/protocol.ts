import type { RunConfig, Voice } from "./config.js";

/** What there is to learn from. */
export type TextSource = { kind: "shakespeare"; url: string } | { kind: "own"; text: string };

/** Where something was going on, or went wrong. */
export type Stage = "script" | "text" | "model" | "training" | "writing";

/**
 * What the page asks of the worker. Each message carries the number of its run: a `start` or a `reset` begins a new
 * one, and what belongs to an older one is dropped on both sides.
 */
export type Request =
  /** Makes a model and trains it: to the end, or for one step. */
  | { type: "start"; run: number; config: RunConfig; voice: Voice; source: TextSource; only?: "step" }
  /** Goes on training: to the end, or for one step. */
  | { type: "resume"; run: number; only?: "step" }
  /** Stops training or writing as soon as can be; `stopped` is the answer. */
  | { type: "stop"; run: number }
  /** Forgets the model. */
  | { type: "reset"; run: number }
  /** Changes the temperature from here on. With `again`, writing begins anew from the prompt. */
  | { type: "voice"; run: number; voice: Voice; again: boolean }
  /** Asks for the weights. */
  | { type: "export"; run: number };

/** What is known of a model once it is made. */
export interface ModelFacts {
  parameters: number;
  /** Different characters. */
  alphabet: number;
  trainingCharacters: number;
  heldOutCharacters: number;
}

/** One point of the curve. */
export interface Progress {
  step: number;
  steps: number;
  bitsPerCharacter: number;
  charactersPerSecond: number;
  etaSeconds: number;
  /** Bits per character on held-out text, when this step measured them. */
  heldOut?: number;
}

/** What the worker tells the page. */
export type Reply =
  /** `fraction` is missing when nobody knows. */
  | { type: "loading"; run: number; stage: Stage; fraction?: number }
  | { type: "ready"; run: number; facts: ModelFacts }
  | { type: "training"; run: number }
  | ({ type: "progress"; run: number } & Progress)
  /** The text begins anew, with this prompt. */
  | { type: "prompt"; run: number; step: number; text: string }
  | { type: "written"; run: number; step: number; text: string }
  /** What a milestone's sample looks like. */
  | { type: "milestone"; run: number; step: number; bitsPerCharacter: number; text: string }
  /** `values` is f32[text.length, units], row-major. */
  | { type: "states"; run: number; text: string; units: number; values: Float32Array<ArrayBuffer> }
  | { type: "writing"; run: number }
  /** `step`: how far it came; steps may have been taken since the last `progress`. */
  | { type: "stopped"; run: number; step: number; memoryBytes: number }
  | { type: "evaluating"; run: number }
  | { type: "finished"; run: number; heldOut: number; memoryBytes: number }
  | { type: "weights"; run: number; step: number; bytes: Uint8Array<ArrayBuffer> }
  | { type: "failed"; run: number; stage: Stage; reason: string };
