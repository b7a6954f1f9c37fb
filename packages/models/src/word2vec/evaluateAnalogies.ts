import { nearestProductsInto, nearestScoresInto, nearestTop, type WasmArray } from "@lanewise/core-wasm";
import { Pacer } from "../optim/pacer.js";
import type { AnalogySection } from "./analogyQuestions.js";
import { type EvaluationOptions, FoldedWords, Teller } from "./foldedWords.js";
import { type AnalogyMethod, checkMethod, firstRows } from "./neighbours.js";
import { addUnitRow, unit } from "./vectorRows.js";
import type { WordVectors } from "./wordVectors.js";

export interface EvaluateAnalogiesOptions extends EvaluationOptions {
  /** Default: "3CosAdd". */
  method?: AnalogyMethod | undefined;
}

/** How questions were answered. */
export interface AnalogyScore {
  /** Questions whose fourth word was the first answer. */
  readonly correct: number;
  /** Questions whose four words have vectors: the others are not asked. */
  readonly asked: number;
  /** All there are. */
  readonly questions: number;
  /** correct / asked; 0 where none was asked. */
  readonly accuracy: number;
  /** asked / questions; 0 where there are none. */
  readonly coverage: number;
}

/** How a file of questions was answered. */
export interface AnalogyReport {
  readonly total: AnalogyScore;
  readonly semantic: AnalogyScore;
  readonly syntactic: AnalogyScore;
  /** In the order of the file. */
  readonly sections: readonly (AnalogyScore & { readonly name: string })[];
}

/** A question whose words all have vectors. */
interface Asked {
  readonly section: number;
  /** Of a, b and c. */
  readonly places: readonly [number, number, number];
  /** d, folded. */
  readonly answer: string;
}

/** So many products take about 20 ms. */
const batchProducts = 2e8;

/**
 * Asks for the fourth word of each question by the other three, which are no answers themselves, and counts how often the
 * first answer is right.
 *
 * @throws RangeError for options, the signal's reason
 *
 * Ref: Mikolov, Chen, Corrado and Dean 2013, arXiv:1301.3781, section 4.1.
 */
export async function evaluateAnalogies(
  vectors: WordVectors,
  sections: readonly AnalogySection[],
  options: EvaluateAnalogiesOptions = {},
): Promise<AnalogyReport> {
  const { method = "3CosAdd", signal, onProgress } = options;
  checkMethod(method);
  signal?.throwIfAborted();
  const folded = new FoldedWords(vectors, options);
  const asked = [...askable(sections, folded)];
  const correct = sections.map(() => 0);
  const queries = method === "3CosMul" ? 3 : 1;
  const batch = Math.ceil(batchProducts / (folded.within * vectors.dim * queries));
  const pacer = new Pacer({ signal });
  const teller = new Teller(onProgress);
  for (let begin = 0; begin < asked.length; begin += batch) {
    const part = asked.slice(begin, begin + batch);
    for (const { section } of answeredRight(vectors, folded, part, method)) correct[section]!++;
    teller.tell(begin + part.length, asked.length);
    if (pacer.due) await pacer.pause();
  }
  const scores = sections.map(({ name, questions }, i) => {
    const count = asked.reduce((sum, { section }) => sum + (section === i ? 1 : 0), 0);
    return { name, ...makeScore(correct[i]!, count, questions.length) };
  });
  const isSyntactic = ({ name }: { name: string }): boolean => name.startsWith("gram");
  return {
    total: sumScores(scores),
    semantic: sumScores(scores.filter((score) => !isSyntactic(score))),
    syntactic: sumScores(scores.filter(isSyntactic)),
    sections: scores,
  };
}

function* askable(sections: readonly AnalogySection[], folded: FoldedWords): Generator<Asked, void, void> {
  for (const [section, { questions }] of sections.entries()) {
    for (const [a, b, c, d] of questions) {
      const places = [folded.find(a), folded.find(b), folded.find(c)] as const;
      if (places.includes(undefined) || folded.find(d) === undefined) continue;
      yield { section, places: places as Asked["places"], answer: folded.fold(d) };
    }
  }
}

/** Those questions of a batch whose first answer is right. */
function answeredRight(
  vectors: WordVectors,
  folded: FoldedWords,
  batch: readonly Asked[],
  method: AnalogyMethod,
): Asked[] {
  const { runtime, dim } = vectors;
  const { within } = folded;
  const queries = method === "3CosMul" ? 3 : 1;
  const directions = new Float32Array(batch.length * queries * dim);
  batch.forEach(({ places }, i) => {
    directions.set(
      queries === 3 ? threeDirections(vectors, places) : sumDirection(vectors, places),
      i * queries * dim,
    );
  });
  const count = batch.length * queries;
  const scores = runtime.heap.alloc("f32", count * within);
  try {
    const { vectors: searched, weights } = firstRows(vectors.rows, within);
    nearestScoresInto(scores, searched, directions, { rows: within, cols: dim, queries: count, weights });
    return batch.filter(({ places, answer }, i) => {
      const own = scores.subarray(i * queries * within, (i + 1) * queries * within);
      const final = own.subarray(0, within);
      if (queries === 3) nearestProductsInto(final, own, { rows: within, positives: 2, negatives: 1 });
      const out = new Set(places.map((place) => folded.fold(vectors.words[place]!)));
      return firstAnswer(vectors, folded, final, out) === answer;
    });
  } finally {
    runtime.heap.free(scores);
  }
}

/** The best answer that is none of the question's words, folded. */
function firstAnswer(
  { words }: WordVectors,
  folded: FoldedWords,
  scores: WasmArray<"f32">,
  out: ReadonlySet<string>,
): string | undefined {
  for (let k = 8, seen = 0; ; k *= 8) {
    const { indices } = nearestTop(scores, { k });
    for (; seen < indices.length; seen++) {
      const answer = folded.fold(words[indices[seen]!]!);
      if (!out.has(answer)) return answer;
    }
    if (indices.length < k) return undefined;
  }
}

/** b − a + c, of unit vectors, of length 1: f32[dim]. */
function sumDirection(vectors: WordVectors, [a, b, c]: Asked["places"]): Float64Array {
  const sum = new Float64Array(vectors.dim);
  addUnitRow(sum, vectors.rows, b, 1);
  addUnitRow(sum, vectors.rows, a, -1);
  addUnitRow(sum, vectors.rows, c, 1);
  return unit(sum);
}

/** b, c and a, each of length 1: f32[3, dim]. */
function threeDirections(vectors: WordVectors, [a, b, c]: Asked["places"]): Float64Array {
  const { dim } = vectors;
  const directions = new Float64Array(3 * dim);
  [b, c, a].forEach((place, i) =>
    addUnitRow(directions.subarray(i * dim, (i + 1) * dim), vectors.rows, place, 1),
  );
  return directions;
}

function makeScore(correct: number, asked: number, questions: number): AnalogyScore {
  return {
    correct,
    asked,
    questions,
    accuracy: asked === 0 ? 0 : correct / asked,
    coverage: questions === 0 ? 0 : asked / questions,
  };
}

function sumScores(scores: readonly AnalogyScore[]): AnalogyScore {
  const sum = (of: (score: AnalogyScore) => number): number =>
    scores.reduce((total, score) => total + of(score), 0);
  return makeScore(
    sum((score) => score.correct),
    sum((score) => score.asked),
    sum((score) => score.questions),
  );
}
