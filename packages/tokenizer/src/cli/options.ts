import { parseArgs, type ParseArgsConfig } from "node:util";
import { messageOf, misused } from "./failure.js";

type Declared = NonNullable<ParseArgsConfig["options"]>;

/** What says which tokenizer: count, encode and decode take it. */
export const tokenizerOptions = {
  encoding: { type: "string" },
  tokenizer: { type: "string" },
  scanner: { type: "string" },
  json: { type: "boolean" },
} as const satisfies Declared;

/**
 * Parses what stands behind a command's name.
 *
 * @throws Failure (exit code 2) for what it does not take
 */
export function parse<T extends Declared>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (reason) {
    // Node's own advice on how to pass what begins with a dash takes a sentence more than is wanted.
    throw misused(messageOf(reason).replace(/\. To specify a positional argument.*/, " (see --help)"));
  }
}

/** @throws Failure (exit code 2) unless it is one of these */
export function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((name) => name === value);
  if (choice === undefined) throw misused(`--${option} is one of ${choices.join(", ")}, not "${value}"`);
  return choice;
}

/** @throws Failure (exit code 2) unless it is a number in digits */
export function numberOf(option: string, value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isFinite(number)) {
    throw misused(`--${option} is a number, not "${value}"`);
  }
  return number;
}
