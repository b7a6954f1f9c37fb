import type { Comparison } from "../harness.ts";
import type { Setting } from "./contest.ts";
import { lstmContest } from "./lstmStep.ts";
import { matmulContest } from "./matmul.ts";
import { rowFunctionContest } from "./rowFunctions.ts";
import { threadContest } from "./threads.ts";

export type Contest = (setting: Setting) => AsyncGenerator<Comparison>;

export const contests = {
  matmul: matmulContest,
  rowFunctions: rowFunctionContest,
  lstmStep: lstmContest,
  threads: threadContest,
} satisfies Record<string, Contest>;

export type ContestName = keyof typeof contests;
