import { checkIds } from "./checks.js";
import type { StreamingDecoder } from "./pipeline/interfaces.js";

/**
 * Decodes ids as they come: what is pushed in any portions, joined, is what `decode` makes of all of them. Half a character is
 * held back until the rest of it comes. It keeps nothing once it has ended.
 */
export class StreamDecoder {
  readonly #decoder: StreamingDecoder;
  readonly #checkLive: () => void;

  /** @param checkLive throws once the tokenizer is disposed */
  constructor(decoder: StreamingDecoder, checkLive: () => void) {
    this.#decoder = decoder;
    this.#checkLive = checkLive;
  }

  /**
   * @param ids one id, or some
   * @returns the text that is certain now
   * @throws RangeError where one stands for no token; DTypeError where it is no id
   * @throws DisposedError once the tokenizer is disposed
   */
  push(ids: number | ArrayLike<number>): string {
    this.#checkLive();
    if (typeof ids === "number") return this.#decoder.push(ids);
    checkIds("ids", ids);
    let text = "";
    for (let index = 0; index < ids.length; index++) text += this.#decoder.push(ids[index]!);
    return text;
  }

  /**
   * What was held back: U+FFFD for half a character. The next push begins another stream.
   *
   * @throws DisposedError once the tokenizer is disposed
   */
  end(): string {
    this.#checkLive();
    return this.#decoder.end();
  }
}

/** The same as a stream: ids in, pieces of text out. */
export function decodingStream(decoder: StreamDecoder): TransformStream<number | ArrayLike<number>, string> {
  return new TransformStream({
    transform(ids, controller) {
      const text = decoder.push(ids);
      if (text !== "") controller.enqueue(text);
    },
    flush(controller) {
      const text = decoder.end();
      if (text !== "") controller.enqueue(text);
    },
  });
}
