import { matmulInto, Runtime } from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import type { Comparison, Contender } from "../harness.ts";
import { type Setting, values } from "./contest.ts";
import { threadCubes, threadTitle } from "./titles.ts";

interface Entry {
  contender: Contender;
  output: () => Float32Array;
}

function entry(runtime: Runtime, threads: string, size: number, a: Float32Array, b: Float32Array): Entry {
  const { heap, variant } = runtime;
  const [out, aIn, bIn] = [heap.alloc("f32", size * size), heap.from("f32", a), heap.from("f32", b)];
  const run = (): void => matmulInto(out, aIn, bIn, { m: size, n: size, k: size });
  return {
    contender: { name: `lanewise ${variant}, ${threads}`, run, role: "ours", variant, copies: false },
    output() {
      run();
      return out.toArray();
    },
  };
}

/** The same product on one thread and on two: the same bits, or nothing is timed. */
export async function* threadContest({ runtimes }: Setting): AsyncGenerator<Comparison> {
  for (const size of threadCubes) {
    const [a, b] = [values(size * size, 1), values(size * size, 2)];
    const made: Runtime[] = [];
    const pairs: [Entry, Entry][] = [];
    for (const { variant } of runtimes) {
      const [one, two] = [
        Runtime.createSync({ variant }),
        await createThreadedRuntime({ variant, threads: 2 }),
      ];
      made.push(one, two);
      pairs.push([entry(one, "one thread", size, a, b), entry(two, "two threads", size, a, b)]);
    }
    yield {
      title: threadTitle(size),
      work: { amount: 2 * size ** 3, unit: "flop" },
      contenders: pairs.flat().map(({ contender }) => contender),
      verify() {
        for (const [one, two] of pairs) {
          const [expected, actual] = [one.output(), two.output()];
          const at = expected.findIndex((value, i) => !Object.is(value, actual[i]));
          if (at >= 0)
            throw new Error(`element ${at} is ${actual[at]} on two threads, and ${expected[at]} on one`);
        }
      },
      dispose() {
        for (const runtime of made) runtime.dispose();
      },
    };
  }
}
