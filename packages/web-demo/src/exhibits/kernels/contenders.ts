import { hasRelaxedSimd, Runtime, type Variant } from "@lanewise/core-wasm";
import { type ContenderId, contenderIds } from "./catalogue.js";
import type { Job, Prepared } from "./jobs.js";

/** One way of doing every job. */
export interface Contender {
  readonly id: ContenderId;
  readonly prepare: (job: Job) => Prepared;
}

/** How each contender comes about; `undefined` where this browser has not what it takes. */
const openers: Readonly<Record<ContenderId, () => Promise<Contender | undefined>>> = {
  relaxed: async () => (hasRelaxedSimd() ? lanewise("relaxed") : undefined),
  simd: () => lanewise("simd"),
  plain: async () => ({ id: "plain", prepare: (job) => job.plain() }),
};

/** All contenders that this browser has, in the catalogue's order. @throws UnsupportedError where there is no Wasm SIMD */
export async function openContenders(): Promise<Contender[]> {
  const opened = [];
  for (const id of contenderIds) opened.push(await openers[id]());
  return opened.filter((contender) => contender !== undefined);
}

async function lanewise(variant: Variant): Promise<Contender> {
  const runtime = await Runtime.create({ variant });
  return { id: variant, prepare: (job) => job.kernel(runtime) };
}
