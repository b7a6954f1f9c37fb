import type { Settings } from "./config.js";

/** What the page asks of the worker. */
export type Request =
  | { type: "start"; run: number; settings: Settings }
  | { type: "pause"; run: number }
  | { type: "resume"; run: number }
  | { type: "stop"; run: number }
  /** The image that is to be read: at once, and again whenever the network has learnt. */
  | { type: "read"; image: Float32Array<ArrayBuffer> }
  /** Another image of those that are held out. */
  | { type: "example" }
  | { type: "save"; run: number };

/** An image that was read wrongly. */
export interface Misread {
  /** u8[784]. */
  readonly pixels: Uint8Array<ArrayBuffer>;
  readonly label: number;
  readonly answer: number;
  /** The probability that the answer was given. */
  readonly confidence: number;
}

/** How the held-out images are read. */
export interface Verdict {
  readonly accuracy: number;
  readonly loss: number;
  /** i32[10, 10]: row the digit, column the answer. */
  readonly confusions: Int32Array<ArrayBuffer>;
  /** Some of those that were read wrongly, the surest first. */
  readonly misread: readonly Misread[];
}

/** What the worker tells the page. */
export type Reply =
  | { type: "loading"; run: number }
  /** How many images there are. */
  | { type: "ready"; run: number; training: number; heldOut: number; parameters: number }
  | { type: "progress"; run: number; progress: Progress }
  /** What the first layer looks for: f32[units, 784]. */
  | { type: "picture"; run: number; weights: Float32Array<ArrayBuffer>; units: number }
  | { type: "verdict"; run: number; epoch: number; verdict: Verdict }
  | { type: "paused"; run: number }
  | { type: "resumed"; run: number }
  | { type: "finished"; run: number }
  | { type: "failed"; run: number; reason: string }
  /** f32[10]. */
  | { type: "answer"; probabilities: Float32Array<ArrayBuffer> }
  | { type: "example"; pixels: Uint8Array<ArrayBuffer>; label: number }
  | { type: "file"; run: number; bytes: Uint8Array<ArrayBuffer> };

export interface Progress {
  /** Epochs behind, with their fraction. */
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly imagesPerSecond: number;
  readonly etaSeconds: number;
}
