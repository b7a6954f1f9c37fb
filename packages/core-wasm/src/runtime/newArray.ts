import { OutOfMemoryError } from "./errors.js";

/**
 * A typed array of zeros for a result, in JavaScript's own memory.
 *
 * @throws OutOfMemoryError where the engine has no room for it
 */
export function newArray<A>(type: new (length: number) => A, length: number): A {
  try {
    return new type(length);
  } catch (cause) {
    throw new OutOfMemoryError("memory", `room for a result of ${length} elements`, "none", { cause });
  }
}
