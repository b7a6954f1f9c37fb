import type { TrainingEvent } from "../train/events.js";

const barLength = 30;
/** Between two drawings, so that drawing takes no time to speak of. */
const milliseconds = 80;

/** One line of standard error that says how far a training is; nothing where that is no terminal. */
export class ProgressBar {
  readonly #isShown = process.stderr.isTTY;
  #drawn = -Infinity;

  /** @param pieces of the vocabulary at the end, for Unigram, which comes down to it */
  show(event: TrainingEvent, pieces: number): void {
    if (!this.#isShown || performance.now() - this.#drawn < milliseconds) return;
    this.#drawn = performance.now();
    const columns = Math.max(20, process.stderr.columns ?? 80);
    process.stderr.write(`\r\x1b[K${describeProgress(event, pieces).slice(0, columns - 1)}`);
  }

  clear(): void {
    if (this.#isShown && this.#drawn > -Infinity) process.stderr.write("\r\x1b[K");
  }
}

/** The line for an event. */
export function describeProgress(event: TrainingEvent, pieces: number): string {
  switch (event.phase) {
    case "counting":
      return `reading  ${(event.bytes / 1e6).toFixed(1)} MB, ${group(event.words)} different words`;
    case "merging":
      return `merging  ${bar(event.step / event.steps)} ${group(event.step)} of ${group(event.steps)}`;
    case "seeding":
      return `seeding  ${group(event.candidates)} pieces`;
    case "estimating":
      return `pruning  ${bar(pieces / event.pieces)} ${group(event.pieces)} pieces, down to ${group(pieces)}`;
  }
}

function bar(share: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barLength);
  return `[${"#".repeat(full)}${"·".repeat(barLength - full)}]`;
}

function group(count: number): string {
  return count.toLocaleString("en");
}
