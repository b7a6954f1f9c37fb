import { Field, NONE } from "../lib/mergeState";
import { addOccurrence, Position, POSITION_RECORD, positionAt, removeOccurrence } from "../lib/occurrences";
import { correctTop, popPair, pushPair } from "../lib/pairHeap";
import { enterPair, findPair, hasRoomForPairs, Pair, pairAt, removePair } from "../lib/pairTable";
import { hasRoomForToken, joinTokens, spanOf } from "../lib/tokenTable";

/** What a call says of itself. */
const WORKED: u32 = 0;
const DONE: u32 = 1;
const NEEDS_PAIRS: u32 = 2;
const NEEDS_HEAP: u32 = 3;
const NEEDS_TOKEN_BYTES: u32 = 4;

/** The pair's tokens u32, u32; the token that they make u32; unused u32; the count f64. */
const LOG_RECORD: usize = 24;

/**
 * Learns merges: over and over, the pair of tokens that stand side by side most often (of equals the one that is smaller,
 * by the bytes of its left token, then of its right) becomes a token, everywhere, from left to right in every word. The
 * count of a pair is over all places where it stands, weighted by how often the word was met; places may overlap ("aaa" has two
 * of (a, a)). Only the places that change are visited.
 *
 * A call does about `budget` places' work. What it has done is whole: the next call goes on from there, whatever the
 * size of the slices, and the merges of this call are in the log.
 *
 * @returns 0 there is more to do; 1 done; 2, 3, 4 the room for pairs, the heap, the tokens' bytes is short
 */
export function mergePairs(state: usize, budget: i32): u32 {
  store<u32>(state, 0, Field.LOG_SIZE);
  while (budget > 0) {
    if (load<u32>(state, Field.PLACED) < load<u32>(state, Field.POSITION_COUNT)) {
      budget = placePairs(state, budget);
    } else if (load<u32>(state, Field.CURRENT) !== NONE) {
      budget = mergeCurrent(state, budget);
    } else if (load<u32>(state, Field.GAINED_PAIRS) !== NONE) {
      if (!pushGained(state)) return NEEDS_HEAP;
      continue;
    } else {
      if (load<u32>(state, Field.TOKEN_COUNT) === load<u32>(state, Field.TOKEN_LIMIT)) return DONE;
      if (load<u32>(state, Field.LOG_SIZE) === load<u32>(state, Field.LOG_ROOM)) return WORKED;
      const status = chooseNext(state);
      if (status !== WORKED) return status;
      budget--;
    }
    if (budget === NO_ROOM) return NEEDS_PAIRS;
  }
  return WORKED;
}

/** A budget that says: no room for pairs. */
const NO_ROOM: i32 = i32.MIN_VALUE;

/** Enters the pairs of the words as they are at first. @returns what is left of the budget */
function placePairs(state: usize, budget: i32): i32 {
  const positions: usize = load<u32>(state, Field.POSITIONS);
  const last = load<u32>(state, Field.POSITION_COUNT) - 1;
  let number = load<u32>(state, Field.PLACED);
  for (; number < last && budget > 0; number++, budget--) {
    if (!hasRoomForPairs(state, 1)) {
      budget = NO_ROOM;
      break;
    }
    const position = positionAt(positions, number);
    store<u32>(position, number, Position.FIRST);
    const left = load<u32>(position, Position.TOKEN);
    const right = load<u32>(positionAt(positions, number + 1), Position.TOKEN);
    if (left !== NONE && right !== NONE) gain(state, positions, number, left, right, weightAt(state, position));
  }
  if (number === last) store<u32>(positionAt(positions, number++), last, Position.FIRST);
  store<u32>(state, number, Field.PLACED);
  return budget;
}

// @ts-ignore: decorator
@inline
function weightAt(state: usize, position: usize): f64 {
  return load<f64>((load<u32>(state, Field.WORD_COUNTS) as usize) + ((load<u32>(position, Position.WORD) as usize) << 3));
}

/** A position becomes an occurrence of a pair, which is noted among those that gained. */
function gain(state: usize, positions: usize, number: u32, left: u32, right: u32, weight: f64): void {
  const pairNumber = enterPair(state, left, right);
  addOccurrence(state, positions, number, pairNumber, weight);
  const pair = pairAt(state, pairNumber);
  if (load<u32>(pair, Pair.GAINED)) return;
  // Plus one, because 0 says that the record is not among them.
  const next = load<u32>(state, Field.GAINED_PAIRS);
  store<u32>(pair, next === NONE ? NONE : next + 1, Pair.GAINED);
  store<u32>(state, pairNumber, Field.GAINED_PAIRS);
}

/** Takes the pairs that gained into the heap. @returns false where it is full; those before are in it */
function pushGained(state: usize): bool {
  const tokens: usize = load<u32>(state, Field.TOKENS);
  const maxSpan = load<u32>(state, Field.MAX_SPAN);
  const minimum = load<f64>(state, Field.MINIMUM_COUNT);
  const room = load<u32>(state, Field.HEAP_ROOM);
  let number = load<u32>(state, Field.GAINED_PAIRS);
  while (number !== NONE && load<u32>(state, Field.HEAP_SIZE) + 1 < room) {
    const pair = pairAt(state, number);
    const next = load<u32>(pair, Pair.GAINED);
    store<u32>(pair, 0, Pair.GAINED);
    const left = load<u32>(pair, Pair.LEFT);
    const right = load<u32>(pair, Pair.RIGHT);
    const count = load<f64>(pair, Pair.COUNT);
    if (!load<u32>(pair, Pair.OCCURRENCES)) removePair(state, number);
    else if (count >= minimum && spanOf(tokens, left) + spanOf(tokens, right) <= maxSpan) {
      pushPair(state, count, left, right);
    }
    number = next === NONE ? NONE : next - 1;
  }
  store<u32>(state, number, Field.GAINED_PAIRS);
  return number === NONE;
}

/** Looks at the top of the heap: out of date, it is corrected; otherwise it is the next merge. */
function chooseNext(state: usize): u32 {
  if (!load<u32>(state, Field.HEAP_SIZE)) return DONE;
  const top: usize = load<u32>(state, Field.HEAP);
  const left = load<u32>(top, 16);
  const right = load<u32>(top, 20);
  const number = findPair(state, left, right);
  const count = number === NONE ? 0 : load<f64>(pairAt(state, number), Pair.COUNT);
  if (number === NONE || count < load<f64>(state, Field.MINIMUM_COUNT)) {
    popPair(state);
    return WORKED;
  }
  if (count !== load<f64>(top)) {
    correctTop(state, count);
    return WORKED;
  }
  if (!hasRoomForToken(state, left, right)) return NEEDS_TOKEN_BYTES;
  popPair(state);
  const token = joinTokens(state, left, right);
  const size = load<u32>(state, Field.LOG_SIZE);
  const entry = (load<u32>(state, Field.LOG) as usize) + (size as usize) * LOG_RECORD;
  store<u32>(entry, left);
  store<u32>(entry, right, 4);
  store<u32>(entry, token, 8);
  store<f64>(entry, count, 16);
  store<u32>(state, size + 1, Field.LOG_SIZE);
  store<u32>(state, number, Field.CURRENT);
  store<u32>(state, token, Field.CURRENT_TOKEN);
  return WORKED;
}

/** Merges the current pair where it stands. @returns what is left of the budget */
function mergeCurrent(state: usize, budget: i32): i32 {
  const positions: usize = load<u32>(state, Field.POSITIONS);
  const tokens: usize = load<u32>(state, Field.TOKENS);
  const current = load<u32>(state, Field.CURRENT);
  const token = load<u32>(state, Field.CURRENT_TOKEN);
  // A pair's record does not move while it is the current one.
  const pair = pairAt(state, current);
  const left = load<u32>(pair, Pair.LEFT);
  const right = load<u32>(pair, Pair.RIGHT);
  const leftSpan = spanOf(tokens, left);
  const rightSpan = spanOf(tokens, right);
  let number = load<u32>(state, Field.RUN);
  for (;;) {
    if (number === NONE) {
      number = load<u32>(pair, Pair.HEAD);
      if (number === NONE) break;
      if (left === right) number = runStart(positions, number, left);
    }
    if (budget <= 0 || !hasRoomForPairs(state, 2)) {
      store<u32>(state, number, Field.RUN);
      return budget <= 0 ? budget : NO_ROOM;
    }
    mergeAt(state, positions, tokens, number, left, right, token, leftSpan, rightSpan);
    budget--;
    // Of a run of equal tokens every other place is left to merge, and they must be taken in order.
    number += leftSpan + rightSpan;
    const goesOn =
      left === right &&
      load<u32>(positionAt(positions, number), Position.TOKEN) === left &&
      load<u32>(positionAt(positions, number + leftSpan), Position.TOKEN) === left;
    if (!goesOn) number = NONE;
  }
  store<u32>(state, NONE, Field.RUN);
  store<u32>(state, NONE, Field.CURRENT);
  removePair(state, current);
  return budget;
}

/** The first of the equal tokens that stand before and at this place. */
function runStart(positions: usize, number: u32, token: u32): u32 {
  let before = load<u32>(positionAt(positions, number - 1), Position.FIRST);
  while (load<u32>(positionAt(positions, before), Position.TOKEN) === token) {
    number = before;
    before = load<u32>(positionAt(positions, number - 1), Position.FIRST);
  }
  return number;
}

/** The tokens at this place become one: the pairs with their neighbours go, and others come. */
function mergeAt(
  state: usize,
  positions: usize,
  tokens: usize,
  number: u32,
  left: u32,
  right: u32,
  token: u32,
  leftSpan: u32,
  rightSpan: u32,
): void {
  const position = positionAt(positions, number);
  const weight = weightAt(state, position);
  const second = number + leftSpan;
  const behind = second + rightSpan;
  const before = load<u32>(position - POSITION_RECORD, Position.FIRST);
  const previous = load<u32>(positionAt(positions, before), Position.TOKEN);
  const next = load<u32>(positionAt(positions, behind), Position.TOKEN);
  removeOccurrence(state, positions, number, weight);
  if (previous !== NONE) removeOccurrence(state, positions, before, weight);
  if (next !== NONE) removeOccurrence(state, positions, second, weight);
  store<u32>(position, token, Position.TOKEN);
  store<u32>(positionAt(positions, behind - 1), number, Position.FIRST);
  if (previous !== NONE) gain(state, positions, before, previous, token, weight);
  if (next !== NONE) gain(state, positions, number, token, next, weight);
}
