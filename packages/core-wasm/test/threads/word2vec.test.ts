import { expect, it } from "vitest";
import {
  Runtime,
  word2vecInto,
  word2vecMergeInto,
  word2vecNegativeTable,
  Word2VecTask,
  word2vecStride,
} from "../../src/index.js";
import { createThreadedRuntime } from "../../src/threads.js";
import { noise } from "../variants.js";
import { compute } from "./compute.js";

const [vocabulary, dim, tokens] = [50, 21, 3000];
const stride = word2vecStride(dim);
const rows = noise(vocabulary * stride, 1).map((value, i) => (i % stride < dim ? value : 0));

/** Three rounds of two lanes; the lanes run at the same time where the runtime has threads, in a page too. */
async function trained(runtime: Runtime, run: (body: () => void) => Promise<void>): Promise<Float32Array> {
  const { heap } = runtime;
  const counts = Array.from({ length: vocabulary }, (_, i) => 100 / (i + 1));
  const task = new Word2VecTask({
    ids: Int32Array.from({ length: tokens }, (_, i) => (i * i + 7 * i) % vocabulary),
    starts: Int32Array.of(0, 1000, 1001, tokens),
    ...{ vocabulary, dim, window: 4, architecture: "skipgram", runtime },
    negativeSampling: { negatives: 5, table: word2vecNegativeTable(counts, { runtime }) },
  });
  const weights = [heap.from("f32", rows), heap.from("f32", rows)];
  const lanes = [0, 1].map(() => weights.map((array) => heap.from("f32", array.toArray())));
  const touches = heap.from(
    "f32",
    Float32Array.from(counts, (count) => 5 * count),
  );
  const reports = lanes.map(() => heap.alloc("f64", 2));
  for (let round = 0; round < 3; round++) {
    const stretches = lanes.map(([input, output], i) => {
      const begin = 1000 * round + 500 * i;
      return { input: input!, output: output!, begin, end: begin + 500, report: reports[i]! };
    });
    await run(() => {
      word2vecInto(task, stretches, { seed: 3, epoch: 1, learningRate: 0.05 });
      for (const [i, array] of weights.entries()) {
        const copies = lanes.map((lane) => lane[i]!);
        word2vecMergeInto(array, copies, touches, { rows: vocabulary, stride, halfway: 500, runtime });
      }
    });
  }
  return Float32Array.from([
    ...weights.flatMap((array) => [...array.view]),
    ...reports.flatMap((r) => [...r.view]),
  ]);
}

it("trains word2vec in lanes on two threads to the bits of one", async () => {
  const one = Runtime.createSync({ variant: "simd" });
  const two = await createThreadedRuntime({ variant: "simd", threads: 2, leastPart: 0 });
  const wanted = await trained(one, async (body) => body());
  expect(await trained(two, (body) => compute(two, body))).toEqual(wanted);
  const bytes = new Uint8Array(wanted.buffer);
  const hash = bytes.reduce((h, byte) => Math.imul(h ^ byte, 0x01000193) >>> 0, 0x811c9dc5).toString(16);
  expect(hash).toBe("3ee8d685");
  one.dispose();
  two.dispose();
});
