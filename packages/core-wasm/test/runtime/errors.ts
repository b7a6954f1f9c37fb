import { expect } from "vitest";
import { LanewiseError } from "../../src/index.js";

/** Calls `run`, which must throw `type` about `argument`; the message names what was expected and what came. */
export function expectThrows(
  run: () => unknown,
  type: abstract new (...args: never) => LanewiseError,
  argument: string,
): LanewiseError {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  return expectError(thrown, type, argument);
}

/** The same for a promise. */
export async function expectRejects(
  promise: Promise<unknown>,
  type: abstract new (...args: never) => LanewiseError,
  argument: string,
): Promise<LanewiseError> {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return expectError(thrown, type, argument);
}

function expectError(
  thrown: unknown,
  type: abstract new (...args: never) => LanewiseError,
  argument: string,
): LanewiseError {
  expect(thrown).toBeInstanceOf(type);
  expect(thrown).toBeInstanceOf(LanewiseError);
  const error = thrown as LanewiseError;
  expect(error.name).toBe(type.name);
  expect(error.argument).toBe(argument);
  expect(error.message).toBe(`${argument}: expected ${error.expected}, got ${error.received}`);
  return error;
}
