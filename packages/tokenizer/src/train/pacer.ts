/**
 * Keeps a long loop from holding the thread: the loop asks often whether it is time to let others run, and pauses if
 * so.
 */
export class Pacer {
  readonly signal: AbortSignal | undefined;
  readonly #milliseconds: number;
  #since: number = performance.now();

  /** @param milliseconds how long the loop may run at a stretch; a piece of work more, in fact */
  constructor(signal: AbortSignal | undefined, milliseconds = 25) {
    this.signal = signal;
    this.#milliseconds = milliseconds;
  }

  /** Whether it is time for a pause. */
  get due(): boolean {
    return performance.now() - this.#since >= this.#milliseconds;
  }

  /** Lets timers, messages and input have their turn. @throws the signal's reason if it was aborted by then */
  async pause(): Promise<void> {
    await macrotask();
    this.signal?.throwIfAborted();
    this.#since = performance.now();
  }
}

/** Resolves in a task of its own. Not by a timer: browsers hold nested ones back for 4 ms each. */
function macrotask(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => unknown };
  if (setImmediate) return new Promise((resolve) => void setImmediate(resolve));
  return new Promise((resolve) => {
    channel ??= new MessageChannel();
    channel.port1.addEventListener("message", () => resolve(), { once: true });
    channel.port1.start();
    channel.port2.postMessage(undefined);
  });
}

let channel: MessageChannel | undefined;
