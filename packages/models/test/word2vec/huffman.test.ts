import { RangeError } from "@lanewise/core-wasm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { huffmanPaths } from "../../src/word2vec/huffman.js";

/** Σ count · depth of the best tree, by joining the two smallest of a list that is sorted anew each time. */
function leastCost(counts: readonly number[]): number {
  const waiting = [...counts];
  let cost = 0;
  while (waiting.length > 1) {
    waiting.sort((a, b) => b - a);
    const sum = waiting.pop()! + waiting.pop()!;
    waiting.push(sum);
    cost += sum;
  }
  return cost;
}

const counts = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 1e6 })), {
    minLength: 1,
    maxLength: 200,
  })
  .map((list) => list.sort((a, b) => b - a));

function lengths(paths: ReturnType<typeof huffmanPaths>): number[] {
  return Array.from(
    { length: paths.starts.length - 1 },
    (_, word) => paths.starts[word + 1]! - paths.starts[word]!,
  );
}

describe("huffmanPaths", () => {
  it("has the least Σ count · length", () => {
    fc.assert(
      fc.property(counts, (counts) => {
        const cost = lengths(huffmanPaths(counts)).reduce(
          (sum, length, word) => sum + length * counts[word]!,
          0,
        );
        expect(cost).toBe(leastCost(counts));
      }),
    );
  });

  it("has an expected length from the entropy H to below H + 1", () => {
    fc.assert(
      fc.property(counts, (counts) => {
        const total = counts.reduce((sum, count) => sum + count, 0);
        const entropy = counts.reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0);
        const expected =
          lengths(huffmanPaths(counts)).reduce((sum, length, word) => sum + length * counts[word]!, 0) /
          total;
        expect(expected).toBeGreaterThanOrEqual(entropy - 1e-9);
        expect(expected).toBeLessThan(entropy + 1);
      }),
    );
  });

  it("has paths of one tree: from the root on, each node has two branches, and each word an end of its own", () => {
    fc.assert(
      fc.property(counts, (counts) => {
        const { starts, nodes, codes } = huffmanPaths(counts);
        const words = counts.length;
        const below = new Map<string, string>();
        for (let word = 0; word < words; word++) {
          for (let at = starts[word]!; at < starts[word + 1]!; at++) {
            const child = at + 1 < starts[word + 1]! ? `node ${nodes[at + 1]}` : `word ${word}`;
            if (at === starts[word]) expect(nodes[at]).toBe(words - 2);
            const branch = `${nodes[at]} ${codes[at]}`;
            expect(below.get(branch) ?? child).toBe(child);
            below.set(branch, child);
          }
        }
        expect(below.size).toBe(2 * (words - 1));
        expect(new Set(below.values()).size).toBe(below.size);
        expect(nodes.length).toBe(starts[words]);
        expect(codes.length).toBe(starts[words]);
      }),
    );
  });

  it("keeps the longest path short where counts are alike", () => {
    expect(new Set(lengths(huffmanPaths(Array.from({ length: 64 }, () => 3))))).toEqual(new Set([6]));
    // Two trees cost the same: lengths 1 2 3 3 and 2 2 2 2.
    expect(lengths(huffmanPaths([2, 1, 1, 1]))).toEqual([2, 2, 2, 2]);
  });

  it("is deep where counts grow like Fibonacci's numbers", () => {
    const counts = [1, 1];
    while (counts.length < 60) counts.unshift(counts[0]! + counts[1]!);
    expect(Math.max(...lengths(huffmanPaths(counts)))).toBe(59);
  });

  it("gives a lone word the empty path", () => {
    expect(huffmanPaths([7])).toEqual({
      starts: Int32Array.of(0, 0),
      nodes: new Int32Array(),
      codes: new Uint8Array(),
    });
  });

  it.each([[[]], [[1, 2]], [[3, 0]], [[NaN]], [[Infinity]], [[3, -1]]])("refuses %j", (counts) => {
    expect(() => huffmanPaths(counts)).toThrow(RangeError);
  });
});
