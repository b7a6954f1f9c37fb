import { surrogates } from "@lanewise/models/smooth";
import { nextTask } from "../../shell/nextTask.js";
import type { DrawReply, DrawRequest } from "./curves/protocol.js";
import { CurvesSession } from "./curves/session.js";
import { openCourse } from "./trainer/course.js";
import type { TrainerReply, TrainerRequest } from "./trainer/protocol.js";
import { TrainerSession } from "./trainer/session.js";

/** What this file uses of a worker's global scope: the library for pages does not have it. */
interface WorkerScope {
  postMessage(message: DrawReply | TrainerReply, transfer: Transferable[]): void;
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<DrawRequest | TrainerRequest>) => void,
  ): void;
}

const scope = self as unknown as WorkerScope;
const post = (reply: DrawReply | TrainerReply): void => scope.postMessage(reply, []);

const curves = new CurvesSession(surrogates);
const trainer = new TrainerSession({
  open: openCourse,
  post,
  breathe: nextTask,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  now: () => performance.now(),
});

scope.addEventListener("message", ({ data }) => {
  if ("type" in data) trainer.handle(data);
  else post(curves.draw(data));
});
