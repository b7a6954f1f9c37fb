import { RangeError } from "@lanewise/core-wasm/errors";

/** What all the trainers take. */
export interface TrainingOptions {
  /** Tokens in all, special ones among them. It may come out less, where the documents have no more pairs. */
  readonly vocabularySize: number;
  /** Aborts within 200 ms. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws RangeError unless there are options: one of them has no default */
export function checkPresent(options: unknown): void {
  if (typeof options === "object" && options !== null) return;
  throw new RangeError("options", "{ vocabularySize, … }", options);
}

/** The most tokens that a vocabulary may have: far more than any has, and far less than what memory cannot hold. */
const MOST_TOKENS = 2 ** 24;

/** @throws RangeError unless there is room for what a vocabulary holds in any case */
export function checkVocabularySize(size: unknown, least: number, why: string): void {
  if (!isInteger(size, least, MOST_TOKENS)) {
    throw new RangeError("vocabularySize", `an integer in [${least}, ${MOST_TOKENS}] (${why})`, size);
  }
}

/** @throws RangeError unless it is a signal, or nothing */
export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw new RangeError("signal", "an AbortSignal", signal);
}

/** @throws RangeError unless it is an integer from `least` on */
export function checkInteger(argument: string, value: unknown, least: number): void {
  if (!isInteger(value, least, Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(argument, `an integer, ${least} or more`, value);
  }
}

/** @throws RangeError unless it is an integer from `least` on, or Infinity */
export function checkLength(argument: string, value: unknown, least: number): void {
  if (value !== Infinity) checkInteger(argument, value, least);
}

/** @throws RangeError unless it is true or false */
export function checkFlag(argument: string, value: unknown): void {
  if (typeof value !== "boolean") throw new RangeError(argument, "true or false", value);
}

/** @throws RangeError unless it is one of these */
export function checkChoice(argument: string, value: unknown, choices: readonly string[]): void {
  if (!choices.some((choice) => choice === value)) {
    throw new RangeError(argument, choices.map((choice) => `"${choice}"`).join(", "), value);
  }
}

/** @throws RangeError unless they are distinct strings, none empty or with a lone surrogate */
export function checkTokens(argument: string, tokens: unknown): void {
  const expected = "distinct strings of well-formed text, none empty";
  if (!Array.isArray(tokens)) throw new RangeError(argument, `an array of ${expected}`, tokens);
  const seen = new Set<unknown>();
  for (const token of tokens as unknown[]) {
    const sound =
      typeof token === "string" && token !== "" && !LONE_SURROGATE.test(token) && !seen.has(token);
    if (!sound) throw new RangeError(argument, expected, token === "" ? "an empty one" : token);
    seen.add(token);
  }
}

/** @throws RangeError unless it is a string without lone surrogates */
export function checkText(argument: string, text: unknown): void {
  if (typeof text !== "string" || LONE_SURROGATE.test(text)) {
    throw new RangeError(argument, "a string of well-formed text", text);
  }
}

const LONE_SURROGATE = /\p{Surrogate}/u;

function isInteger(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}
