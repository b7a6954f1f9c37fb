import type { Surrogate } from "@lanewise/models/smooth";
import { Tried } from "./decay.js";
import { pictureOf } from "./picture.js";
import type { DrawReply, DrawRequest } from "./protocol.js";

/** The worker's part of the curves: from a request to numbers. */
export class CurvesSession {
  readonly #surrogates: ReadonlyMap<string, Surrogate>;
  readonly #tried = new Tried();

  constructor(surrogates: readonly Surrogate[]) {
    this.#surrogates = new Map(surrogates.map((surrogate) => [surrogate.id, surrogate]));
  }

  draw(request: DrawRequest): DrawReply {
    const { revision } = request;
    const surrogate = this.#surrogates.get(request.surrogate);
    if (!surrogate) return { type: "failed", revision, reason: `no surrogate "${request.surrogate}"` };
    try {
      return { type: "picture", revision, picture: pictureOf(surrogate, request, this.#tried) };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { type: "failed", revision, reason };
    }
  }
}
