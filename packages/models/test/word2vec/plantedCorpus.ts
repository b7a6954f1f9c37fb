/** What a planted corpus is made of: words that are told apart by which relation's side they are on, and by which pair of it they are of. */
export interface PlantedCorpus {
  readonly sentences: readonly string[][];
  /** For each relation its pairs: "r3p5a" and "r3p5b". */
  readonly relations: readonly (readonly (readonly [string, string])[])[];
}

/**
 * A corpus with analogies in it: of 12 relations with 8 pairs each, a word stands with words that go with its side of the
 * relation ("capital"), and with others that go with its pair ("France"). Seven words a sentence, in an order that is drawn.
 */
export function plantedCorpus({
  tokens,
  seed,
  relations = 12,
  pairs = 8,
}: {
  tokens: number;
  seed: number;
  relations?: number;
  pairs?: number;
}): PlantedCorpus {
  const draw = drawing(seed);
  const sentences: string[][] = [];
  for (let count = 0; count < tokens; count += 7) {
    const relation = draw(relations);
    const pair = draw(pairs);
    const side = draw(2) === 0 ? "a" : "b";
    const company = [
      `r${relation}${side}${draw(3)}`,
      `r${relation}${side}${draw(3)}`,
      `r${relation}topic${pair}x${draw(3)}`,
      `r${relation}topic${pair}x${draw(3)}`,
      `filler${draw(40)}`,
      `filler${draw(40)}`,
    ];
    shuffle(company, draw);
    sentences.push([...company.slice(0, 3), `r${relation}p${pair}${side}`, ...company.slice(3)]);
  }
  return {
    sentences,
    relations: Array.from({ length: relations }, (_, r) =>
      Array.from({ length: pairs }, (_, p) => [`r${r}p${p}a`, `r${r}p${p}b`] as const),
    ),
  };
}

/** Whole numbers below n, by a linear congruential generator. */
export function drawing(seed: number): (n: number) => number {
  let state = seed >>> 0;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}

function shuffle(list: string[], draw: (n: number) => number): void {
  for (let i = list.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
}
