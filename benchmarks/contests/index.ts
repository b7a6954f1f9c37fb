import type { Comparison } from "../harness.ts";
import type { Setting } from "./contest.ts";
import { bertContest } from "./bertLayer.ts";
import { int8Contest } from "./int8.ts";
import { lstmContest } from "./lstmStep.ts";
import { matmulContest } from "./matmul.ts";
import { rowFunctionContest } from "./rowFunctions.ts";
import { threadContest } from "./threads.ts";

export type Contest = (setting: Setting) => AsyncGenerator<Comparison>;

export const contests = {
  matmul: matmulContest,
  rowFunctions: rowFunctionContest,
  lstmStep: lstmContest,
  bertLayer: bertContest,
  int8: int8Contest,
  threads: threadContest,
} satisfies Record<string, Contest>;

export type ContestName = keyof typeof contests;
