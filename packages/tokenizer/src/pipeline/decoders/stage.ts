/** One decoder of a sequence: takes tokens one by one, and gives on what is certain. It holds the state of one run of ids. */
export interface DecoderStage {
  push(token: string, next: (token: string) => void): void;
  /** Gives on what is held back, and begins anew. */
  end(next: (token: string) => void): void;
}

/** A stage that treats each token by itself. */
export function eachToken(map: (token: string) => string): DecoderStage {
  return {
    push: (token, next) => next(map(token)),
    end: () => undefined,
  };
}

/** A stage that has to know which token is the first. */
export function firstAndOthers(map: (token: string, isFirst: boolean) => string): DecoderStage {
  let isFirst = true;
  return {
    push(token, next) {
      next(map(token, isFirst));
      isFirst = false;
    },
    end() {
      isFirst = true;
    },
  };
}
