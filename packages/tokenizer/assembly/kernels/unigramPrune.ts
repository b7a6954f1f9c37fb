import { at4, at8 } from "../lib/elements";

/**
 * How often each piece is in the best segmentations (Viterbi) of the words from `first` to `end`. Of equal ones the one whose
 * last piece begins first, and so on from the end.
 *
 * @param scoresPtr f64[pieces], log-probabilities
 * @param countsPtr f64[pieces], added to
 * @param workPtr 16 bytes a symbol of the longest word, and 16 more
 * @returns Σ weight · log-probability of the best
 *
 * The rest as in `unigramExpect`.
 */
export function unigramBest(
  first: u32,
  end: u32,
  startsPtr: usize,
  weightsPtr: usize,
  offsetsPtr: usize,
  edgesPtr: usize,
  lengthsPtr: usize,
  scoresPtr: usize,
  countsPtr: usize,
  workPtr: usize,
): f64 {
  let sum: f64 = 0;
  for (let word = first; word < end; word++) {
    const start = load<u32>(at4(startsPtr, word));
    const m = load<u32>(at4(startsPtr, word + 1)) - 1 - start;
    const weight = load<f64>(at8(weightsPtr, word));
    sum += weight * best(start, m, u32.MAX_VALUE, offsetsPtr, edgesPtr, lengthsPtr, scoresPtr, workPtr);
    for (let j = m; j > 0; j -= load<u32>(node(workPtr, j), 12)) {
      const count = at8(countsPtr, load<u32>(node(workPtr, j), 8));
      store<f64>(count, load<f64>(count) + weight);
    }
  }
  return sum;
}

/**
 * What the likelihood would lose without each piece from `first` to `end`, were its occurrences in the best segmentations cut in
 * the next best way:
 *
 *     loss = n · (log n/N − Σ over the k pieces that replace it of log (their count + n) / (N + n (k − 1)))
 *
 * +∞ for a single character: it must stay. −∞ for what no best segmentation has, or what itself is better cut: it can go.
 *
 * @param total N, the sum of `countsPtr`
 * @param countsPtr f64[pieces], of `unigramBest`
 * @param placesPtr u32[pieces], a position of each in the text
 * @param pieceLengthsPtr u32[pieces], symbols
 * @param lossesPtr f64[pieces], out
 *
 * Ref: Kudo 2018, arXiv:1804.10959, section 3.2, step 2 (b).
 */
export function unigramLosses(
  first: u32,
  end: u32,
  total: f64,
  countsPtr: usize,
  placesPtr: usize,
  pieceLengthsPtr: usize,
  offsetsPtr: usize,
  edgesPtr: usize,
  lengthsPtr: usize,
  scoresPtr: usize,
  lossesPtr: usize,
  workPtr: usize,
): void {
  for (let id = first; id < end; id++) {
    const m = load<u32>(at4(pieceLengthsPtr, id));
    const n = load<f64>(at8(countsPtr, id));
    let loss = Infinity;
    if (m > 1) {
      loss = -Infinity;
      if (n > 0) {
        const place = load<u32>(at4(placesPtr, id));
        const score = best(place, m, id, offsetsPtr, edgesPtr, lengthsPtr, scoresPtr, workPtr);
        if (score <= load<f64>(at8(scoresPtr, id))) {
          let k: f64 = 0;
          let logs: f64 = 0;
          for (let j = m; j > 0; j -= load<u32>(node(workPtr, j), 12)) {
            k += 1;
            logs += Math.log(load<f64>(at8(countsPtr, load<u32>(node(workPtr, j), 8))) + n);
          }
          loss = n * (Math.log(n) - Math.log(total) - (logs - k * Math.log(total + n * (k - 1))));
        }
      }
    }
    store<f64>(at8(lossesPtr, id), loss);
  }
}

/**
 * The best segmentation of m symbols that does without one piece. Nodes are 16 bytes: the best score up to a position (f64), the
 * last piece of it (u32) and that piece's symbols (u32).
 */
// @ts-ignore: decorator
@inline
function best(
  start: u32,
  m: u32,
  without: u32,
  offsetsPtr: usize,
  edgesPtr: usize,
  lengthsPtr: usize,
  scoresPtr: usize,
  workPtr: usize,
): f64 {
  store<f64>(workPtr, 0);
  for (let j: u32 = 1; j <= m; j++) store<f64>(node(workPtr, j), -Infinity);
  for (let i: u32 = 0; i < m; i++) {
    const before = load<f64>(node(workPtr, i));
    const last = load<u32>(at4(offsetsPtr, start + i + 1));
    for (let edge = load<u32>(at4(offsetsPtr, start + i)); edge < last; edge++) {
      const id = load<u32>(at4(edgesPtr, edge));
      const length = <u32>load<u8>(lengthsPtr + <usize>edge);
      if (i + length > m || id == without) continue;
      const score = before + load<f64>(at8(scoresPtr, id));
      const end = node(workPtr, i + length);
      if (score > load<f64>(end)) {
        store<f64>(end, score);
        store<u32>(end, id, 8);
        store<u32>(end, length, 12);
      }
    }
  }
  return load<f64>(node(workPtr, m));
}

// @ts-ignore: decorator
@inline
function node(workPtr: usize, j: u32): usize {
  return workPtr + ((<usize>j) << 4);
}
