import { at4 } from "../lib/elements";

/**
 * The substrings that cannot be made longer without occurring less often: the inner nodes of the words' suffix tree, and
 * the ends of words. Symbol 0 ends a word. Ref: Abouelhoda, Kurtz & Ohlebusch 2004, "Replacing suffix trees with
 * enhanced suffix arrays", algorithm 4.4.
 *
 * @param lcpPtr u32[n + 1], of `commonPrefixes`, to a depth above `longest`
 * @param wordPtr u32[n], the word that a position is in
 * @param weightsPtr f64[words], how often each word occurs
 * @param sumsPtr f64[n + 1], working memory
 * @param stackPtr u32[2 · (n + 1)], working memory
 * @param seedsPtr u32[3 · 2n], out: the first suffix in the order that begins with it, the one behind the last, length
 * @param countsPtr f64[2n], out: how often each occurs
 * @returns how many have lengths in [2, longest] and occur at least twice
 */
export function unigramSeeds(
  n: u32,
  longest: u32,
  textPtr: usize,
  orderPtr: usize,
  lcpPtr: usize,
  wordPtr: usize,
  weightsPtr: usize,
  sumsPtr: usize,
  stackPtr: usize,
  seedsPtr: usize,
  countsPtr: usize,
): u32 {
  let sum: f64 = 0;
  store<f64>(sumsPtr, 0);
  for (let i: u32 = 0; i < n; i++) {
    sum += load<f64>(weightsPtr + ((<usize>load<u32>(at4(wordPtr, load<u32>(at4(orderPtr, i))))) << 3));
    store<f64>(sumsPtr + ((<usize>i + 1) << 3), sum);
  }
  let found: u32 = 0;
  // The nodes that are open, from the root on: length, and the first suffix.
  let top: usize = stackPtr;
  store<u64>(top, 0);
  for (let i: u32 = 1; i <= n; i++) {
    const before = load<u32>(at4(lcpPtr, i - 1));
    const shared = load<u32>(at4(lcpPtr, i));
    const whole = lengthTo(textPtr, load<u32>(at4(orderPtr, i - 1)), longest + 1);
    if (whole > max(before, shared)) {
      found = emit(i - 1, i, whole, longest, sumsPtr, seedsPtr, countsPtr, found);
    }
    let first = i - 1;
    while (load<u32>(top) > shared) {
      first = load<u32>(top, 4);
      found = emit(first, i, load<u32>(top), longest, sumsPtr, seedsPtr, countsPtr, found);
      top -= 8;
    }
    if (load<u32>(top) < shared) {
      top += 8;
      store<u32>(top, shared);
      store<u32>(top, first, 4);
    }
  }
  return found;
}

/**
 * How many pieces begin at each position.
 *
 * @param piecesPtr u32[3 · pieces], as `unigramSeeds` gives them
 * @param offsetsPtr u32[n + 1], in: zeros, or the counts so far; out: the counts, each an entry behind its position's
 */
export function unigramCountEdges(pieces: u32, orderPtr: usize, piecesPtr: usize, offsetsPtr: usize): void {
  for (let id: u32 = 0; id < pieces; id++) {
    const piece = piecesPtr + <usize>id * 12;
    const last = load<u32>(piece, 4);
    for (let i = load<u32>(piece); i < last; i++) {
      const count = at4(offsetsPtr, load<u32>(at4(orderPtr, i)) + 1);
      store<u32>(count, load<u32>(count) + 1);
    }
  }
}

/**
 * Lists the pieces that begin at each position: the lattices of all words. Single characters come first, with the symbol less 1 as id.
 *
 * @param characters the ids of the pieces begin here
 * @param offsetsPtr u32[n + 1], in: where each position's list begins; out: where it ends
 * @param edgesPtr u32[edges], out: ids
 * @param lengthsPtr u8[edges], out: symbols
 */
export function unigramFillEdges(
  n: u32,
  characters: u32,
  pieces: u32,
  textPtr: usize,
  orderPtr: usize,
  piecesPtr: usize,
  offsetsPtr: usize,
  edgesPtr: usize,
  lengthsPtr: usize,
): void {
  for (let i: u32 = 0; i < n; i++) {
    const symbol = load<u32>(at4(textPtr, i));
    if (symbol != 0) push(at4(offsetsPtr, i), edgesPtr, lengthsPtr, symbol - 1, 1);
  }
  for (let id: u32 = 0; id < pieces; id++) {
    const piece = piecesPtr + <usize>id * 12;
    const last = load<u32>(piece, 4);
    const length = load<u32>(piece, 8);
    for (let i = load<u32>(piece); i < last; i++) {
      push(at4(offsetsPtr, load<u32>(at4(orderPtr, i))), edgesPtr, lengthsPtr, characters + id, length);
    }
  }
}

/**
 * Takes pieces out of the lattices, and gives the others their new ids.
 *
 * @param idsPtr u32[pieces], the new id of each, or 2³² − 1
 * @param offsetsPtr u32[n + 1], where each position's list begins
 * @returns how many edges are left
 */
export function unigramKeepEdges(
  n: u32,
  idsPtr: usize,
  offsetsPtr: usize,
  edgesPtr: usize,
  lengthsPtr: usize,
): u32 {
  let kept: u32 = 0;
  let begin: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const end = load<u32>(at4(offsetsPtr, i + 1));
    for (let edge = begin; edge < end; edge++) {
      const id = load<u32>(at4(idsPtr, load<u32>(at4(edgesPtr, edge))));
      if (id == u32.MAX_VALUE) continue;
      store<u32>(at4(edgesPtr, kept), id);
      store<u8>(lengthsPtr + <usize>kept, load<u8>(lengthsPtr + <usize>edge));
      kept++;
    }
    begin = end;
    store<u32>(at4(offsetsPtr, i + 1), kept);
  }
  return kept;
}

// @ts-ignore: decorator
@inline
function emit(
  first: u32,
  end: u32,
  length: u32,
  longest: u32,
  sumsPtr: usize,
  seedsPtr: usize,
  countsPtr: usize,
  found: u32,
): u32 {
  if (length < 2 || length > longest) return found;
  const count = load<f64>(sumsPtr + ((<usize>end) << 3)) - load<f64>(sumsPtr + ((<usize>first) << 3));
  if (count < 2) return found;
  const seed = seedsPtr + <usize>found * 12;
  store<u32>(seed, first);
  store<u32>(seed, end, 4);
  store<u32>(seed, length, 8);
  store<f64>(countsPtr + ((<usize>found) << 3), count);
  return found + 1;
}

/** The symbols from a position to the end of its word, or `most` where they are more. */
// @ts-ignore: decorator
@inline
function lengthTo(textPtr: usize, position: u32, most: u32): u32 {
  let length: u32 = 0;
  while (length < most && load<u32>(at4(textPtr, position + length)) != 0) length++;
  return length;
}

// @ts-ignore: decorator
@inline
function push(nextPtr: usize, edgesPtr: usize, lengthsPtr: usize, id: u32, length: u32): void {
  const place = load<u32>(nextPtr);
  store<u32>(at4(edgesPtr, place), id);
  store<u8>(lengthsPtr + <usize>place, length);
  store<u32>(nextPtr, place + 1);
}
