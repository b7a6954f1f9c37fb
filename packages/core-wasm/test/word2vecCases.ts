import fc from "fast-check";
import {
  type Runtime,
  word2vecKeepThresholds,
  word2vecNegativeTable,
  Word2VecTask,
  type Word2VecTaskOptions,
  word2vecStride,
} from "../src/index.js";
import { noise } from "./variants.js";

/** A small model of any kind, and a corpus for it. */
export interface Word2VecCase {
  vocabulary: number;
  dim: number;
  window: number;
  architecture: "skipgram" | "cbow";
  objective: "negativeSampling" | "hierarchicalSoftmax";
  negatives: number;
  subwords: boolean;
  subsample: number;
  /** Ids by sentence, some of them outside the vocabulary. */
  sentences: number[][];
  seed: number;
}

export const cases: fc.Arbitrary<Word2VecCase> = fc
  .record({
    vocabulary: fc.integer({ min: 1, max: 12 }),
    dim: fc.integer({ min: 1, max: 37 }),
    window: fc.integer({ min: 1, max: 5 }),
    architecture: fc.constantFrom("skipgram" as const, "cbow" as const),
    objective: fc.constantFrom("negativeSampling" as const, "hierarchicalSoftmax" as const),
    negatives: fc.integer({ min: 1, max: 13 }),
    subwords: fc.boolean(),
    subsample: fc.constantFrom(0, 0.02, 0.2),
    seed: fc.nat(2 ** 40),
  })
  .chain((model) =>
    fc.record({
      ...(Object.fromEntries(Object.entries(model).map(([key, value]) => [key, fc.constant(value)])) as {
        [K in keyof typeof model]: fc.Arbitrary<(typeof model)[K]>;
      }),
      sentences: fc.array(fc.array(fc.integer({ min: -1, max: model.vocabulary }), { maxLength: 12 }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  );

/** The paths of a tree that branches off one word after the other: word i is i + 1 branches deep. */
function lopsided(vocabulary: number): NonNullable<Word2VecTaskOptions["hierarchicalSoftmax"]> {
  const [starts, nodes, codes]: [number[], number[], number[]] = [[0], [], []];
  for (let i = 0; i < vocabulary; i++) {
    const depth = Math.min(i + 1, vocabulary - 1);
    for (let node = 0; node < depth; node++) {
      nodes.push(node);
      codes.push(node === i ? 0 : 1);
    }
    starts.push(nodes.length);
  }
  return { starts: Int32Array.from(starts), nodes: Int32Array.from(nodes), codes: Uint8Array.from(codes) };
}

/** Its own row for each word, and up to three of five that all words share, one now and then twice. */
function shared(vocabulary: number): NonNullable<Word2VecTaskOptions["inputRows"]> {
  const [starts, rows]: [number[], number[]] = [[0], []];
  for (let i = 0; i < vocabulary; i++) {
    rows.push(i);
    for (let j = 0; j < i % 4; j++) rows.push(vocabulary + ((i * j) % 5));
    starts.push(rows.length);
  }
  return { starts: Int32Array.from(starts), rows: Int32Array.from(rows) };
}

/** What the case is as a task, and weights to begin with. */
export function build(
  { sentences, objective, negatives, subwords, subsample, vocabulary, seed, ...model }: Word2VecCase,
  runtime: Runtime,
): { options: Word2VecTaskOptions; input: Float32Array; output: Float32Array } {
  const counts = Float64Array.from({ length: vocabulary }, (_, i) => 40 / (i + 1));
  const stride = word2vecStride(model.dim);
  const rows = (count: number, salt: number): Float32Array => {
    const values = noise(count * stride, (seed % 1000) + salt, 0.6);
    return values.map((value, i) => (i % stride < model.dim ? value : 0));
  };
  let end = 0;
  const starts = [0, ...sentences.map((sentence) => (end += sentence.length))];
  return {
    options: {
      ...model,
      vocabulary,
      ids: Int32Array.from(sentences.flat()),
      starts: Int32Array.from(starts),
      keep: subsample > 0 ? word2vecKeepThresholds(counts, { subsample }) : undefined,
      ...(objective === "negativeSampling"
        ? { negativeSampling: { negatives, table: word2vecNegativeTable(counts, { runtime }) } }
        : { hierarchicalSoftmax: lopsided(vocabulary) }),
      inputRows: subwords ? shared(vocabulary) : undefined,
      runtime,
    },
    input: rows(vocabulary + 5, 1),
    output: rows(vocabulary, 2),
  };
}

/** Runs `body` with the task, and gives its memory back. */
export function withTask<T>(options: Word2VecTaskOptions, body: (task: Word2VecTask) => T): T {
  const task = new Word2VecTask(options);
  try {
    return body(task);
  } finally {
    task.dispose();
  }
}
