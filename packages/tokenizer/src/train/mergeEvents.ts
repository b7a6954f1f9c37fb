import type { MergingEvent } from "./events.js";
import type { LearntMerge, MergeTrainer } from "./mergeTrainer.js";
import type { Pacer } from "./pacer.js";

/**
 * Runs the trainer, and tells of every merge.
 *
 * @param steps how many merges there are at most
 * @param merges takes those that were learnt
 * @param idOf the id of the token of that number, where they differ
 */
export async function* mergeEvents(
  trainer: MergeTrainer,
  pacer: Pacer,
  steps: number,
  merges: LearntMerge[],
  idOf: (number: number) => number = (number) => number,
): AsyncGenerator<MergingEvent, undefined, undefined> {
  for await (const learnt of trainer.merges(pacer)) {
    for (const merge of learnt) {
      // Whoever aborts in the loop over the events is told no more of them.
      pacer.signal?.throwIfAborted();
      const step = merges.push(merge);
      yield {
        phase: "merging",
        step,
        steps: Math.max(steps, step),
        pair: [idOf(merge.left), idOf(merge.right)],
        count: merge.count,
        id: idOf(merge.token),
        token: trainer.token(merge.token),
      };
    }
  }
}
