import { DTypeError, RangeError } from "@lanewise/core-wasm/errors";
import type { TokenizerDefinition } from "./definition.js";
import { Vocabulary } from "./vocabulary.js";

/** @throws DTypeError unless it is a string */
export function checkText(argument: string, text: unknown): asserts text is string {
  if (typeof text !== "string") throw new DTypeError(argument, "a string", text);
}

/** @throws DTypeError unless it is a Uint8Array */
export function checkBytes(argument: string, bytes: unknown): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw new DTypeError(argument, "a Uint8Array", bytes);
}

/** @throws DTypeError unless it looks like one: writers see to its parts */
export function checkDefinition(definition: unknown): asserts definition is TokenizerDefinition {
  const { model } = (definition ?? {}) as { model?: { vocabulary?: unknown } | null };
  if (!(model?.vocabulary instanceof Vocabulary)) {
    throw new DTypeError("definition", "a tokenizer's `definition`", definition);
  }
}

/** @throws RangeError unless `value` is an integer in [least, most] */
export function checkInteger(
  argument: string,
  value: unknown,
  least: number,
  most: number = 2 ** 32 - 1,
): void {
  if (!Number.isInteger(value) || (value as number) < least || (value as number) > most) {
    throw new RangeError(argument, `an integer in [${least}, ${most}]`, value);
  }
}

/**
 * A fraction, or a number below 0, would turn into another id on its way into Wasm.
 *
 * @throws DTypeError unless `ids` is an array of numbers; RangeError where one is no id
 */
export function checkIds(argument: string, ids: unknown): asserts ids is ArrayLike<number> {
  if (ids instanceof Uint32Array) return;
  const isArray = Array.isArray(ids) || (ArrayBuffer.isView(ids) && !(ids instanceof DataView));
  if (!isArray) throw new DTypeError(argument, "an array of ids, Uint32Array or other", ids);
  const numbers = ids as ArrayLike<unknown>;
  for (let index = 0; index < numbers.length; index++) {
    const id = numbers[index];
    if (typeof id !== "number") throw new DTypeError(`${argument}[${index}]`, "a number", id);
    if (!(id >= 0 && id < 2 ** 32 && id % 1 === 0)) {
      throw new RangeError(`${argument}[${index}]`, "the id of a token", id);
    }
  }
}

/** @throws RangeError unless it is a number of ids, Infinity among them */
export function checkLimit(argument: string, limit: unknown): void {
  if (limit !== Infinity && !(Number.isInteger(limit) && (limit as number) >= 0)) {
    throw new RangeError(argument, "an integer, 0 or more", limit);
  }
}

/** @throws RangeError unless it is true, false or not there */
export function checkFlag(argument: string, flag: unknown): void {
  if (flag !== undefined && typeof flag !== "boolean") throw new RangeError(argument, "true or false", flag);
}
