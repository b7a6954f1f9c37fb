import { at4 } from "../lib/elements";

/**
 * The order of a text's suffixes by their first symbols: by one to begin with, and twice as many after each
 * `suffixArrayDouble`. Ref: Manber & Myers 1990, "Suffix arrays: a new method for on-line string searches".
 *
 * @param textPtr u32[n], symbols in [0, symbols)
 * @param orderPtr u32[n], out: positions; of equal ones the first comes first
 * @param rankPtr u32[n], out: how many suffixes have first symbols below those of the suffix at a position
 * @param countsPtr u32[max(n, symbols) + 1], working memory
 */
export function suffixArrayStart(
  n: u32,
  symbols: u32,
  textPtr: usize,
  orderPtr: usize,
  rankPtr: usize,
  countsPtr: usize,
): void {
  memory.fill(countsPtr, 0, (<usize>symbols + 1) << 2);
  for (let i: u32 = 0; i < n; i++) {
    const count = at4(countsPtr, load<u32>(at4(textPtr, i)) + 1);
    store<u32>(count, load<u32>(count) + 1);
  }
  for (let s: u32 = 0; s < symbols; s++) {
    const count = at4(countsPtr, s + 1);
    store<u32>(count, load<u32>(count) + load<u32>(at4(countsPtr, s)));
  }
  for (let i: u32 = 0; i < n; i++) {
    store<u32>(at4(rankPtr, i), load<u32>(at4(countsPtr, load<u32>(at4(textPtr, i)))));
  }
  for (let i: u32 = 0; i < n; i++) {
    const next = at4(countsPtr, load<u32>(at4(textPtr, i)));
    const place = load<u32>(next);
    store<u32>(at4(orderPtr, place), i);
    store<u32>(next, place + 1);
  }
}

/**
 * From the order by the first `depth` symbols to that by the first 2 · depth: stable counting sort by the second half,
 * which the order gives at once, and then by the first. A suffix that ends comes before those that go on.
 *
 * @param orderPtr u32[n], in and out
 * @param rankPtr u32[n], in and out
 * @param workPtr u32[n]
 * @param countsPtr u32[n + 1]
 * @returns how many ranks there are: at n the suffixes are all told apart
 */
export function suffixArrayDouble(
  n: u32,
  depth: u32,
  orderPtr: usize,
  rankPtr: usize,
  workPtr: usize,
  countsPtr: usize,
): u32 {
  let filled: u32 = 0;
  for (let i = depth < n ? n - depth : 0; i < n; i++) store<u32>(at4(workPtr, filled++), i);
  for (let i: u32 = 0; i < n; i++) {
    const position = load<u32>(at4(orderPtr, i));
    if (position >= depth) store<u32>(at4(workPtr, filled++), position - depth);
  }
  // A rank is the place where its suffixes begin, so ranks are the counters' first values too.
  for (let i: u32 = 0; i < n; i++) store<u32>(at4(countsPtr, i), i);
  for (let i: u32 = 0; i < n; i++) {
    const position = load<u32>(at4(workPtr, i));
    const next = at4(countsPtr, load<u32>(at4(rankPtr, position)));
    const place = load<u32>(next);
    store<u32>(at4(orderPtr, place), position);
    store<u32>(next, place + 1);
  }
  let ranks: u32 = 0;
  let rank: u32 = 0;
  let before: u32 = 0;
  for (let i: u32 = 0; i < n; i++) {
    const position = load<u32>(at4(orderPtr, i));
    if (i == 0 || !sameRanks(n, depth, rankPtr, before, position)) {
      rank = i;
      ranks++;
    }
    store<u32>(at4(workPtr, position), rank);
    before = position;
  }
  memory.copy(rankPtr, workPtr, (<usize>n) << 2);
  return ranks;
}

/**
 * The lengths of the prefixes that neighbours in the order share. Symbol 0 ends a word and equals nothing, itself included.
 *
 * @param lcpPtr u32[n + 1], out: entry i is of suffixes i − 1 and i, at most `depth`; entries 0 and n are 0
 */
export function commonPrefixes(n: u32, depth: u32, textPtr: usize, orderPtr: usize, lcpPtr: usize): void {
  store<u32>(lcpPtr, 0);
  store<u32>(at4(lcpPtr, n), 0);
  for (let i: u32 = 1; i < n; i++) {
    const a = load<u32>(at4(orderPtr, i - 1));
    const b = load<u32>(at4(orderPtr, i));
    const end = min(depth, n - max(a, b));
    let length: u32 = 0;
    while (length < end) {
      const symbol = load<u32>(at4(textPtr, a + length));
      if (symbol == 0 || symbol != load<u32>(at4(textPtr, b + length))) break;
      length++;
    }
    store<u32>(at4(lcpPtr, i), length);
  }
}

// @ts-ignore: decorator
@inline
function sameRanks(n: u32, depth: u32, rankPtr: usize, a: u32, b: u32): bool {
  if (load<u32>(at4(rankPtr, a)) != load<u32>(at4(rankPtr, b))) return false;
  const aEnds = depth >= n - a;
  const bEnds = depth >= n - b;
  if (aEnds || bEnds) return aEnds && bEnds;
  return load<u32>(at4(rankPtr, a + depth)) == load<u32>(at4(rankPtr, b + depth));
}
