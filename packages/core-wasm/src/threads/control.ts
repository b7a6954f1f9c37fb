// What the threads of a pool share besides the memory of the kernels. This file and worker.ts run in the workers too.
//
// A call is a number of parts, a part is a list of kernel calls. Every part ever given has a ticket: 0, 1, 2, … (modulo
// 2³²). Threads take the next ticket until they reach the limit, and the call is done when as many are done as were
// given. Nothing is ever reset, so a thread that comes late cannot take a part of one call for a part of the next.

/** Indices into `cells`: each on a cache line of its own. */
const next = 0;
const limit = 16;
const done = 32;
/** 1 while whoever waits for a call to be done waits for a message. */
const tell = 48;
/** Characters of the first failure's message; 0 as long as there is none, −1 while it is written. */
const failure = 64;

/** The most parts of one call. */
export const mostParts = 256;
/** The most numbers that describe the calls of all of them. */
export const mostNumbers = 16384;
const mostCharacters = 512;

const cellsBytes = 320;
const startsBytes = 4 * mostParts;
const numbersBytes = 8 * mostNumbers;
export const controlBytes: number = cellsBytes + startsBytes + numbersBytes + 2 * mostCharacters;

/** How long a thread looks for work before it sleeps: waking it again takes about as long. */
const spinMilliseconds = 0.1;

export type Kernel = (...parameters: number[]) => unknown;

/** One thread's hand on what is shared. */
export class Control {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  /** Where the numbers of a ticket's part begin. */
  readonly #starts: Int32Array<SharedArrayBuffer>;
  /** A part: how many calls; for each the index of its kernel, how many parameters, the parameters. */
  readonly #numbers: Float64Array<SharedArrayBuffer>;
  readonly #message: Uint16Array<SharedArrayBuffer>;
  readonly #parameters: number[] = [];

  constructor(buffer: SharedArrayBuffer) {
    this.#cells = new Int32Array(buffer, 0, cellsBytes / 4);
    this.#starts = new Int32Array(buffer, cellsBytes, mostParts);
    this.#numbers = new Float64Array(buffer, cellsBytes + startsBytes, mostNumbers);
    this.#message = new Uint16Array(buffer, cellsBytes + startsBytes + numbersBytes, mostCharacters);
  }

  /** Gives the parts of a call, once those of the one before are done. They have to fit `mostParts` and `mostNumbers`. */
  give(parts: readonly (readonly number[])[], byMessage: boolean, wake: number): void {
    const first = Atomics.load(this.#cells, limit);
    let at = 0;
    for (const [i, part] of parts.entries()) {
      this.#starts[(first + i) & (mostParts - 1)] = at;
      this.#numbers.set(part, at);
      at += part.length;
    }
    Atomics.store(this.#cells, tell, byMessage ? 1 : 0);
    Atomics.store(this.#cells, limit, (first + parts.length) | 0);
    Atomics.notify(this.#cells, limit, wake);
  }

  /**
   * Takes parts and runs them until none is left. What a kernel throws is noted, and the part counts as done.
   *
   * @param tellDone called where the last part of a call that is waited for by message was done here
   */
  work(kernels: readonly Kernel[], tellDone: () => void): void {
    for (;;) {
      const ticket = Atomics.load(this.#cells, next);
      if (((Atomics.load(this.#cells, limit) - ticket) | 0) <= 0) return;
      if (Atomics.compareExchange(this.#cells, next, ticket, (ticket + 1) | 0) !== ticket) continue;
      try {
        this.#run(kernels, this.#starts[ticket & (mostParts - 1)]!);
      } catch (error) {
        this.#fail(error);
      }
      const count = (Atomics.add(this.#cells, done, 1) + 1) | 0;
      if (count === Atomics.load(this.#cells, limit)) {
        Atomics.notify(this.#cells, done);
        if (Atomics.load(this.#cells, tell) === 1) tellDone();
      }
    }
  }

  /** Sleeps until there are parts to take: not at once, because the next call often comes soon. */
  sleep(): void {
    const seen = Atomics.load(this.#cells, next);
    this.#wait(limit, seen);
  }

  get isDone(): boolean {
    return Atomics.load(this.#cells, done) === Atomics.load(this.#cells, limit);
  }

  /** Blocks until all parts are done. */
  finish(): void {
    for (;;) {
      const count = Atomics.load(this.#cells, done);
      if (count === Atomics.load(this.#cells, limit)) return;
      this.#wait(done, count);
    }
  }

  /** What the first kernel to fail said, if one did. */
  get failure(): string | undefined {
    const length = Atomics.load(this.#cells, failure);
    return length === 0 ? undefined : String.fromCharCode(...this.#message.subarray(0, length));
  }

  #run(kernels: readonly Kernel[], start: number): void {
    const [numbers, parameters] = [this.#numbers, this.#parameters];
    let at = start;
    for (let calls = numbers[at++]!; calls > 0; calls--) {
      const kernel = kernels[numbers[at++]!]!;
      parameters.length = numbers[at++]!;
      for (let i = 0; i < parameters.length; i++) parameters[i] = numbers[at++]!;
      kernel(...parameters);
    }
  }

  #fail(error: unknown): void {
    if (Atomics.compareExchange(this.#cells, failure, 0, -1) !== 0) return;
    const text = String(error).slice(0, mostCharacters);
    for (let i = 0; i < text.length; i++) this.#message[i] = text.charCodeAt(i);
    Atomics.store(this.#cells, failure, text.length);
  }

  /** Waits while `cells[cell]` is `value`: busily for a moment, then asleep. */
  #wait(cell: number, value: number): void {
    const end = performance.now() + spinMilliseconds;
    do {
      for (let i = 0; i < 100; i++) if (Atomics.load(this.#cells, cell) !== value) return;
    } while (performance.now() < end);
    Atomics.wait(this.#cells, cell, value);
  }
}
