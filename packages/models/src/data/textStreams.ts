import { checkInteger, checkNumber, RangeError } from "@lanewise/core-wasm";

/** Where the streams of a `TextStreams` stand. */
export interface TextStreamsOptions {
  /** B, the number of streams read side by side. */
  batch: number;
  /** T, the number of tokens read of each stream at a time. */
  window: number;
  /** Where stream 0 begins, as a share of the way to stream 1: from 0 to below 1. Default: 0. */
  phase?: number | undefined;
  /** Where each stream reads next, from an earlier `positions`. Default: evenly spread over the text. */
  positions?: ArrayLike<number> | undefined;
}

/**
 * One text read by B readers at once, T tokens at a time, for back-propagation through time that is truncated to T
 * and carries the state from window to window: stream b of a window goes on where stream b of the window before
 * ended.
 *
 * The readers start evenly spread over the text, and every one reads on through the parts of the others to the end.
 * Where fewer than T + 1 tokens are left, it goes back to the beginning and is named in `restarted`: its state is
 * that of other words and must be cleared. So each token is read as often as any other, but for fewer than T at the
 * end of the text, and windows are cut elsewhere at every round.
 *
 * `peek` fills a window and changes nothing; `advance` moves on. A step that is given up between the two is simply
 * taken again.
 */
export class TextStreams {
  readonly batch: number;
  readonly window: number;
  readonly #ids: Int32Array;
  readonly #positions: Int32Array<ArrayBuffer>;

  /**
   * @param ids the text as token ids
   * @throws RangeError if the text is shorter than a window and the token after it, or a position lies outside it
   */
  constructor(ids: Int32Array, { batch, window, phase = 0, positions }: TextStreamsOptions) {
    checkInteger("batch", batch, 1);
    checkInteger("window", window, 1);
    checkNumber("phase", phase, 0, 1);
    const starts = ids.length - window;
    if (starts < 1) {
      throw new RangeError(
        "text",
        `at least ${window + 1} characters (a window and the one after it)`,
        `${ids.length}`,
      );
    }
    if (positions && positions.length !== batch) {
      throw new RangeError("positions", `${batch}, one a stream`, `${positions.length}`);
    }
    this.batch = batch;
    this.window = window;
    this.#ids = ids;
    this.#positions = Int32Array.from({ length: batch }, (_, b) => {
      if (!positions) return Math.min(Math.floor(((b + phase) * starts) / batch), starts - 1);
      checkInteger("positions", positions[b]!, 0, ids.length);
      return positions[b]!;
    });
  }

  /** The number of tokens of the text. */
  get length(): number {
    return this.#ids.length;
  }

  /** Where each stream reads next: a copy. */
  get positions(): Int32Array<ArrayBuffer> {
    return this.#positions.slice();
  }

  /**
   * Fills the next window, time-major as recurrent layers read it.
   *
   * @param inputs i32[T, B]: element (t, b) is the token that stream b reads at time t
   * @param targets i32[T, B]: the token after it
   * @param restarted u8[B]: 1 where the stream began at the start of the text again, else 0
   */
  peek(inputs: Int32Array, targets: Int32Array, restarted: Uint8Array): void {
    const { batch, window } = this;
    for (let b = 0; b < batch; b++) {
      const start = this.#start(b);
      restarted[b] = start === this.#positions[b] ? 0 : 1;
      for (let t = 0; t < window; t++) {
        inputs[t * batch + b] = this.#ids[start + t]!;
        targets[t * batch + b] = this.#ids[start + t + 1]!;
      }
    }
  }

  /** Moves every stream behind the window that `peek` filled. */
  advance(): void {
    for (let b = 0; b < this.batch; b++) this.#positions[b] = this.#start(b) + this.window;
  }

  #start(b: number): number {
    const position = this.#positions[b]!;
    return position + this.window < this.#ids.length ? position : 0;
  }
}
