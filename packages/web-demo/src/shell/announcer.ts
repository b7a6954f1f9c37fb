/**
 * Speaks through an `aria-live` element without flooding it: a message that comes too soon after another waits, and
 * only the last one that waited is said. An urgent message is said at once.
 */
export class Announcer {
  readonly #say: (message: string) => void;
  readonly #quietMs: number;
  #lastAt = -Infinity;
  #waiting: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(say: (message: string) => void, quietMs = 8000) {
    this.#say = say;
    this.#quietMs = quietMs;
  }

  announce(message: string, urgent = false): void {
    const wait = this.#lastAt + this.#quietMs - Date.now();
    if (urgent || wait <= 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#waiting = undefined;
      this.#speak(message);
      return;
    }
    this.#waiting = message;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#waiting !== undefined) this.#speak(this.#waiting);
      this.#waiting = undefined;
    }, wait);
  }

  #speak(message: string): void {
    this.#lastAt = Date.now();
    this.#say(message);
  }
}
