import { Runtime } from "@lanewise/core-wasm";
import { createThreadedRuntime } from "@lanewise/core-wasm/threads";
import { describe, expect, it } from "vitest";
import { WordVectors } from "../../src/word2vec/index.js";
import { noise } from "../variants.js";

describe("the search on two threads", () => {
  it("finds what one thread finds, to the bit", async () => {
    const [size, dim] = [3000, 20];
    const words = Array.from({ length: size }, (_, i) => `w${i}`);
    const matrix = noise(size * dim, 3);
    const one = Runtime.createSync();
    const two = await createThreadedRuntime({ threads: 2, leastPart: 0, mainThread: "one-thread" });
    try {
      using a = WordVectors.from(words, matrix, { runtime: one });
      using b = WordVectors.from(words, matrix, { runtime: two });
      using a8 = a.quantized();
      using b8 = b.quantized();
      for (const word of ["w0", "w1234"]) {
        expect(b.nearest(word, { k: 50 })).toEqual(a.nearest(word, { k: 50 }));
        expect(b8.nearest(word, { k: 50 })).toEqual(a8.nearest(word, { k: 50 }));
      }
    } finally {
      two.dispose();
      one.dispose();
    }
  });
});
