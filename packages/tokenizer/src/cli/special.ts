import { SpecialTokenError, type SpecialTokenPolicy } from "../specialTokens.js";
import { Failure } from "./failure.js";
import { oneOf } from "./options.js";

/** What `--special` says of control tokens in a text. */
export function policyOf(value: string | undefined): SpecialTokenPolicy {
  return oneOf("special", value ?? "disallow", ["disallow", "text", "allow"] as const);
}

/** Does something to a text of an input; of a control token in it, says what can be done. */
export function withoutSpecial<T>(input: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof SpecialTokenError)) throw cause;
    const where = input === "-" ? "the text" : input;
    const advice = "--special text takes it for text, --special allow for the token";
    throw new Failure(`${where} has the control token ${cause.token}: ${advice}`, 1, { cause });
  }
}
