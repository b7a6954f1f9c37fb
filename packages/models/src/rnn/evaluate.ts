import { checkInteger } from "@lanewise/core-wasm";
import type { Pacer } from "../optim/pacer.js";
import type { CharRnnNetwork } from "./network.js";
import { Reader } from "./reader.js";

export interface EvaluateOptions {
  /** Ends the evaluation, within 200 ms, by throwing the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * 1 (the default) reads the text as one stream with the state carried all the way: the exact number. More cut the
   * text into so many pieces that are read side by side, each after the 256 characters before it: several times as
   * fast, and next to the same number.
   */
  batch?: number | undefined;
  /** Read before the text, and not counted: then the text's first character is predicted too. Default: nothing. */
  prime?: string | undefined;
}

export interface Evaluation {
  /** The mean loss in nats per character. */
  readonly loss: number;
  /** The same in bits. */
  readonly bitsPerCharacter: number;
  /** How many characters were predicted: all of the text but the first, which nothing comes before. */
  readonly characters: number;
}

/** What crossEntropy does not count. */
const ignored = -100;

/** How many characters a piece reads before those that count. */
const warmUp = 256;

/**
 * Bits per character of a text: −log₂ of the probability of each character given those before it, and the mean of
 * that over characters begin … n − 1.
 *
 * @param ids at least one more than `begin`
 * @param begin the first character that is predicted, at least 1
 * @throws RangeError for `batch`; the reason of the pacer's signal
 */
export async function evaluateIds(
  network: CharRnnNetwork,
  ids: Int32Array,
  { begin = 1, batch = 1, pacer }: { begin?: number; batch?: number | undefined; pacer: Pacer },
): Promise<Evaluation> {
  checkInteger("batch", batch, 1, 1 << 16);
  const characters = ids.length - begin;
  const streams = Math.min(batch, characters);
  const pieces = Array.from({ length: streams }, (_, b) => {
    const first = begin + Math.floor((b * characters) / streams);
    const end = begin + Math.floor(((b + 1) * characters) / streams);
    return { first, end, start: b === 0 ? 0 : Math.max(0, first - 1 - warmUp) };
  });
  const longest = Math.max(...pieces.map(({ start, end }) => end - 1 - start));
  const reader = Reader.create(network, { batch: streams });
  try {
    const { window } = reader;
    const inputs = new Int32Array(window * streams);
    const targets = new Int32Array(window * streams);
    let sum = 0;
    for (let at = 0; at < longest; at += window) {
      const steps = Math.min(window, longest - at);
      for (const [b, { start, first, end }] of pieces.entries()) {
        for (let t = 0; t < steps; t++) {
          const position = start + at + t;
          const counts = position + 1 >= first && position + 1 < end;
          inputs[t * streams + b] = position < end ? ids[position]! : 0;
          targets[t * streams + b] = counts ? ids[position + 1]! : ignored;
        }
      }
      sum += reader.loss(inputs.subarray(0, steps * streams), targets.subarray(0, steps * streams));
      if (pacer.due) await pacer.pause();
    }
    const loss = sum / characters;
    return { loss, bitsPerCharacter: loss / Math.LN2, characters };
  } finally {
    reader.dispose();
  }
}
