import type { Runtime } from "@lanewise/core-wasm";
import { Tape } from "../src/tensor/index.js";

/** Runs one step on a tape of its own. */
export function onTape<T>(runtime: Runtime, body: (tape: Tape) => T): T {
  const tape = new Tape({ runtime });
  try {
    return tape.run(() => body(tape));
  } finally {
    tape.dispose();
  }
}
