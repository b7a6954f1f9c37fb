import { checkInteger, RandomStream, sampleLogitsBlocks, sampleLogitsInto } from "@lanewise/core-wasm";
import { Pacer } from "../optim/pacer.js";
import type { CharRnnNetwork } from "./network.js";
import { Reader } from "./reader.js";

/** How to write text. Everything may be left out. */
export interface GenerateOptions {
  /** How many characters to write. Default: 400. */
  length?: number | undefined;
  /** Below 1 bolder choices are rarer, above 1 more frequent; 0 takes the likeliest character every time. Default: 1. */
  temperature?: number | undefined;
  /** Only the k likeliest characters. Default: all. */
  topK?: number | undefined;
  /** Only the likeliest characters that together have this probability. Default: all. */
  topP?: number | undefined;
  /** Only characters at least this share as likely as the likeliest. Default: all. */
  minP?: number | undefined;
  /** What the choices are drawn from: a whole number below 2⁵³. The same seed writes the same text. Default: 0. */
  seed?: number | undefined;
  /** Ends the text by throwing the signal's reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Writes text behind `prime`, a symbol a piece: reads the prime from the zero state, then draws from the softmax of
 * the logits (Gumbel-max) and reads what it drew.
 *
 * @param prime ids, at least one
 */
export async function* generateIds(
  network: CharRnnNetwork,
  prime: Int32Array,
  options: GenerateOptions,
): AsyncGenerator<number, void, void> {
  const { length = 400, temperature, topK, topP, minP, seed = 0, signal } = options;
  checkInteger("length", length, 0);
  const { runtime, vocabulary } = network;
  const random = new RandomStream({ seed, runtime });
  const sampling = { rows: 1, cols: vocabulary, temperature, topK, topP, minP };
  const blocks = sampleLogitsBlocks(sampling);
  const pacer = new Pacer({ signal });
  const reader = Reader.create(network);
  try {
    signal?.throwIfAborted();
    for (let at = 0; at < prime.length; at += reader.window) {
      reader.read(prime.subarray(at, at + reader.window));
      if (pacer.due) await pacer.pause();
    }
    const next = new Int32Array(1);
    for (let written = 0; written < length; written++) {
      sampleLogitsInto(next, reader.logits, { ...sampling, ...random.take(blocks) });
      yield next[0]!;
      signal?.throwIfAborted();
      if (written + 1 < length) reader.read(next);
      if (pacer.due) await pacer.pause();
    }
  } finally {
    reader.dispose();
  }
}
