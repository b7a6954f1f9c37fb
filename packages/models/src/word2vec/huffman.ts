import { checkInteger, RangeError } from "@lanewise/core-wasm";
import type { HuffmanPaths } from "./trainee.js";

/**
 * The Huffman tree of words by their counts: the binary tree with the least Σ count · depth. Its inner nodes are numbered in
 * the order in which they come about, so that the root is node V − 2, and a word's path leads from there to it.
 *
 * Two queues, the words from the rarest on and the nodes as they come about, hold what waits in order, so nothing is sorted:
 * O(V). Where a word and a node count alike the word is taken, which keeps the longest path short; and so the same counts
 * give the same tree.
 *
 * Ref: Huffman 1952; van Leeuwen 1976, "On the construction of Huffman trees".
 *
 * @param counts numbers above 0, none above the one before it, as a `Vocabulary` has them
 * @throws RangeError for others, and for none
 */
export function huffmanPaths(counts: ArrayLike<number>): HuffmanPaths {
  const words = counts.length;
  checkInteger("counts.length", words, 1, 2 ** 30);
  for (let i = 0; i < words; i++) {
    if (!(counts[i]! > 0 && counts[i]! <= (i === 0 ? Number.MAX_VALUE : counts[i - 1]!))) {
      throw new RangeError("counts", "numbers above 0 that do not grow", counts[i]);
    }
  }
  const { parents, codes } = buildTree(counts);
  const depths = new Int32Array(2 * words - 1);
  // A parent comes about after its children.
  for (let node = 2 * words - 3; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1;
  const starts = new Int32Array(words + 1);
  for (let word = 0; word < words; word++) starts[word + 1] = starts[word]! + depths[word]!;
  const paths = { starts, nodes: new Int32Array(starts[words]!), codes: new Uint8Array(starts[words]!) };
  for (let word = 0; word < words; word++) {
    let node = word;
    for (let at = starts[word + 1]! - 1; at >= starts[word]!; at--) {
      paths.codes[at] = codes[node]!;
      node = parents[node]!;
      paths.nodes[at] = node - words;
    }
  }
  return paths;
}

/** For each word, then each inner node but the root: the node above, and which of its two branches this one is. */
function buildTree(counts: ArrayLike<number>): { parents: Int32Array; codes: Uint8Array } {
  const words = counts.length;
  const sums = new Float64Array(words - 1);
  const parents = new Int32Array(2 * words - 2);
  const codes = new Uint8Array(2 * words - 2);
  let [word, oldest] = [words - 1, 0];
  for (let made = 0; made < words - 1; made++) {
    for (let branch = 1; branch >= 0; branch--) {
      const takeWord = word >= 0 && (oldest === made || counts[word]! <= sums[oldest]!);
      sums[made]! += takeWord ? counts[word]! : sums[oldest]!;
      const node = takeWord ? word-- : words + oldest++;
      parents[node] = words + made;
      codes[node] = branch;
    }
  }
  return { parents, codes };
}
