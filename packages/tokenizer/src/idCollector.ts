import type { IdSink } from "./engine/engine.js";

/** Joins the chunks of ids that an engine gives. */
export class IdCollector {
  #first: Uint32Array<ArrayBuffer> | undefined;
  #more: Uint32Array<ArrayBuffer>[] | undefined;
  #length = 0;

  readonly sink: IdSink = (ids) => {
    const copy = new Uint32Array(ids);
    this.#length += copy.length;
    if (this.#first === undefined) this.#first = copy;
    else (this.#more ??= []).push(copy);
    return true;
  };

  /** All of them, as an array of its own. */
  take(): Uint32Array<ArrayBuffer> {
    if (this.#first === undefined) return new Uint32Array();
    if (this.#more === undefined) return this.#first;
    const joined = new Uint32Array(this.#length);
    joined.set(this.#first);
    let at = this.#first.length;
    for (const part of this.#more) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  }
}
