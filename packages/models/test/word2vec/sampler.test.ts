import { word2vecInto, word2vecNegativeTable, Word2VecTask } from "@lanewise/core-wasm";
import { expect } from "vitest";
import { it } from "vitest";
import { describeVariants } from "../variants.js";
import { drawing } from "./plantedCorpus.js";

/** χ² at which so many degrees of freedom have a chance of about one in ten thousand (Wilson and Hilferty 1931). */
function critical(freedom: number): number {
  return freedom * (1 - 2 / (9 * freedom) + 3.72 * Math.sqrt(2 / (9 * freedom))) ** 3;
}

describeVariants("negatives", (runtime) => {
  it.each([0.75, 0, 1, -0.5])("are drawn by counts to the power of %d", (power) => {
    const words = 60;
    const draw = drawing(7);
    const counts = Array.from({ length: words }, (_, id) => 1 + draw(10_000 / (id + 1)));
    const sentences = 20_000;
    const negatives = 10;
    const ids = Int32Array.from({ length: 2 * sentences }, (_, at) => at & 1);
    const starts = Int32Array.from({ length: sentences + 1 }, (_, i) => 2 * i);
    const task = new Word2VecTask({
      ids,
      starts,
      vocabulary: words,
      dim: 4,
      window: 1,
      architecture: "skipgram",
      negativeSampling: { negatives, table: word2vecNegativeTable(counts, { power, runtime }) },
      runtime,
    });
    // All inputs are (1, 0, 0, 0), and the rate is so low that they stay, and σ(x · o) a half: a row of the output moves by
    // −rate / 2 whenever its word is drawn. The targets are the words 0 and 1, of which nothing is said here.
    const rate = 2 ** -24;
    const input = Float32Array.from({ length: 4 * words }, (_, i) => (i % 4 === 0 ? 1 : 0));
    const output = new Float32Array(4 * words);
    const report = new Float64Array(2);
    const lane = { input, output, begin: 0, end: ids.length, report };
    word2vecInto(task, [lane], { seed: 11, epoch: 0, learningRate: rate });
    task.dispose();
    const drawn = Array.from({ length: words }, (_, id) => (-2 * output[4 * id]!) / rate).slice(2);
    const weights = counts.map((count) => count ** power);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const draws = ids.length * negatives;
    let [square, rest] = [0, draws];
    for (const [i, count] of drawn.entries()) {
      const expected = (draws * weights[i + 2]!) / total;
      expect(expected).toBeGreaterThan(5);
      square += (count - expected) ** 2 / expected;
      rest -= count;
    }
    const others = (draws * (weights[0]! + weights[1]!)) / total;
    square += (rest - others) ** 2 / others;
    expect(square).toBeLessThan(critical(words - 2));
    // Nor are they more even than chance makes them.
    expect(square).toBeGreaterThan((words - 2) / 3);
  });
});
