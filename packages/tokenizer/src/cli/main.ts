import { count } from "./count.js";
import { decode } from "./decode.js";
import { encode } from "./encode.js";
import { codeOf, Failure, messageOf, misused } from "./failure.js";
import { commandHelp, generalHelp, type CommandName } from "./help.js";
import { print } from "./output.js";
import { train } from "./train.js";
import { version } from "./version.js";

/** What a command does with the arguments behind its name. */
type Command = (args: readonly string[], signal: AbortSignal) => Promise<void>;

const commands: Readonly<Record<CommandName, Command>> = { count, encode, decode, train };

/** Exit codes: 0 done, 1 it could not be done, 2 the command line is wrong, 130 interrupted. */
const interrupted = 130;

/** @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort(new Failure("interrupted", interrupted));
  process.once("SIGINT", interrupt);
  // Whoever reads our output may have had enough, as `head` has: that is no failure.
  process.stdout.on("error", (error) => {
    if (codeOf(error) === "EPIPE") process.exit(0);
    process.stderr.write(`tokenizer: cannot write to standard output: ${messageOf(error)}\n`);
    process.exit(1);
  });
  try {
    await run(args, controller.signal);
    return 0;
  } catch (reason) {
    const failure = controller.signal.aborted ? (controller.signal.reason as Failure) : reason;
    process.stderr.write(`tokenizer: ${messageOf(failure)}\n`);
    return failure instanceof Failure ? failure.exitCode : 1;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

async function run(args: readonly string[], signal: AbortSignal): Promise<void> {
  const [first, ...rest] = args;
  if (first === "--version" || first === "-v") return print(`${version()}\n`);
  if (first === undefined || first === "--help" || first === "-h" || first === "help") {
    const [topic] = rest;
    if (first !== undefined && topic !== undefined && isCommand(topic)) return print(commandHelp(topic));
    if (first === undefined)
      throw misused("a command is missing: count, encode, decode or train (see --help)");
    return print(generalHelp());
  }
  if (!isCommand(first)) {
    throw misused(`there is no command "${first}": count, encode, decode or train (see --help)`);
  }
  if (rest.includes("--help") || rest.includes("-h")) return print(commandHelp(first));
  await commands[first](rest, signal);
}

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}
