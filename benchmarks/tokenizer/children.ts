import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { home } from "../home.ts";
import type { Fresh, Hostile, Job, Trained, Warm } from "./job.ts";

type AnswerOf<J extends Job> = J extends { kind: "warm" }
  ? Warm
  : J extends { kind: "fresh" }
    ? Fresh
    : J extends { kind: "train" }
      ? Trained
      : never;

// Compiled: Node's own stripping of types would take memory in the processes whose memory is measured.
const program = fileURLToPath(new URL("dist/tokenizer/job.js", home));

/** Runs a job in a fresh process, and gives its answer. */
export async function answer<J extends Job>(
  job: J,
  environment: Record<string, string> = {},
): Promise<AnswerOf<J>> {
  const child = fork(program, [JSON.stringify(job)], {
    execArgv: [],
    env: { ...process.env, ...environment },
  });
  const messages: unknown[] = [];
  child.on("message", (message) => messages.push(message));
  const [status] = (await once(child, "close")) as [number | null];
  if (messages.length !== 1) throw new Error(`the process ended with ${status}, and without an answer`);
  return messages[0] as AnswerOf<J>;
}

/**
 * One input after the other, in one process as long as it keeps to the cap; one that does not is ended, and the next
 * input gets a fresh process.
 */
export async function* hostileAnswers(
  job: Job & { kind: "hostile" },
  cap: number,
): AsyncGenerator<Hostile | { input: string; failed?: string }> {
  let left = [...job.inputs];
  while (left.length > 0) {
    const child = fork(program, [JSON.stringify({ ...job, inputs: left })], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let complaint = "";
    child.stderr!.on("data", (data) => (complaint += String(data)));
    const closed = once(child, "close").then(() => undefined);
    let capped = false;
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const message = once(child, "message").then(([one]) => one as Hostile);
      // The load comes on top, for the first.
      const late = new Promise<"late">((resolve) => (timer = setTimeout(() => resolve("late"), cap + 5000)));
      const next = await Promise.race([message, closed, late]);
      clearTimeout(timer);
      if (next === undefined) break;
      if (next === "late") {
        capped = true;
        child.kill("SIGKILL");
        await closed;
        break;
      }
      left = left.slice(1);
      yield next.milliseconds > cap ? { input: next.input } : next;
    }
    if (left.length === 0) return;
    const [input, ...others] = left as [string, ...string[]];
    const reason = /^\w*Error: .*$/m.exec(complaint)?.[0] ?? "the process broke off";
    yield { input, ...(!capped && { failed: reason }) };
    left = others;
  }
}
