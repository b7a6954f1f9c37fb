import {
  checkInteger,
  checkNumber,
  FormatError,
  RangeError,
  type Runtime,
  ShapeError,
} from "@lanewise/core-wasm";
import { Alphabet, asciiAlphabet } from "../data/index.js";
import { type Cell, gateCount } from "./gateOrders.js";

/** What a character model is made of. Everything may be left out. */
export interface CharRnnOptions {
  /** The recurrent cell. Default: "lstm". */
  cell?: Cell | undefined;
  /** H, the width of each layer's state. Default: 128. */
  hidden?: number | undefined;
  /** How many recurrent layers stand on each other. Default: 1. */
  layers?: number | undefined;
  /** E, the width of a character's embedding. Default: 64. */
  embed?: number | undefined;
  /**
   * The probability with which an element of a layer's output is dropped in training, from 0 to below 1: between the
   * layers, and before the head. Default: 0.
   */
  dropout?: number | undefined;
  /**
   * The characters that the model knows. A string: its distinct characters, sorted by code point (so the training
   * text itself will do). A list: these, in this order, so that id i is entry i. Default: printable ASCII, line feed
   * and tab.
   */
  alphabet?: string | readonly string[] | undefined;
  /** What the first weights are drawn from: a whole number below 2⁵³. Default: 0. */
  seed?: number | undefined;
  /** Where the model lives and computes. Default: the default runtime. */
  runtime?: Runtime | undefined;
}

/** The options with nothing left out: what a file of weights keeps beside them. */
export interface CharRnnConfig {
  readonly cell: Cell;
  readonly hidden: number;
  readonly layers: number;
  readonly embed: number;
  readonly dropout: number;
  /** The symbols in the order of their ids. */
  readonly alphabet: readonly string[];
  readonly seed: number;
}

/** Checks the options and fills in the defaults. @throws RangeError */
export function resolveConfig(options: CharRnnOptions = {}): CharRnnConfig {
  const { cell = "lstm", hidden = 128, layers = 1, embed = 64, dropout = 0 } = options;
  const { alphabet = asciiAlphabet, seed = 0 } = options;
  if (!Object.hasOwn(gateCount, cell)) throw new RangeError("cell", '"rnn", "lstm" or "gru"', cell);
  checkInteger("hidden", hidden, 1, 1 << 16);
  checkInteger("layers", layers, 1, 64);
  checkInteger("embed", embed, 1, 1 << 16);
  checkDropout(dropout);
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  const { symbols } = new Alphabet(alphabet);
  return { cell, hidden, layers, embed, dropout, alphabet: symbols, seed };
}

/** How many numbers such a model learns: embedding V·E, each layer G·H rows of I + H and two biases, head V·(H + 1). */
export function countParameters({ cell, hidden, layers, embed, alphabet }: CharRnnConfig): number {
  const inputs = embed + (layers - 1) * hidden;
  const recurrent = gateCount[cell] * hidden * (inputs + layers * (hidden + 2));
  return alphabet.length * (embed + hidden + 1) + recurrent;
}

/**
 * The configuration in a file.
 *
 * @param weights the file's, which must be as many numbers: a few bytes may claim any size, and a model of it is made
 * @throws FormatError if it is not a character model's
 * @throws ShapeError if there are too few weights
 */
export function parseConfig(
  config: Readonly<Record<string, unknown>>,
  weights: ReadonlyMap<string, { readonly size: number }>,
): CharRnnConfig {
  const { alphabet } = config;
  if (!Array.isArray(alphabet) || alphabet.some((symbol) => typeof symbol !== "string")) {
    throw new FormatError("config.alphabet", "a list of strings", alphabet);
  }
  const resolved = resolveSaved({ ...config, alphabet });
  let count = 0;
  for (const { size } of weights.values()) count += size;
  const wanted = countParameters(resolved);
  if (count < wanted) throw new ShapeError("weights", `${wanted} numbers, by the configuration`, `${count}`);
  return resolved;
}

function resolveSaved({
  cell,
  hidden,
  layers,
  embed,
  dropout,
  alphabet,
  seed,
}: CharRnnOptions): CharRnnConfig {
  try {
    return resolveConfig({ cell, hidden, layers, embed, dropout, alphabet, seed });
  } catch (cause) {
    throw new FormatError("config", "that of a CharRnn", (cause as Error).message, { cause });
  }
}

/** @throws RangeError unless 0 ≤ p < 1 */
export function checkDropout(p: number): void {
  checkNumber("dropout", p, 0, 1);
  if (p === 1) throw new RangeError("dropout", "a probability below 1", p);
}
