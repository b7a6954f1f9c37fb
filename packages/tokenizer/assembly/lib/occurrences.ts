import { Field, NONE } from "./mergeState";
import { Pair, pairAt, removePair } from "./pairTable";

/**
 * Where tokens stand. A position is one symbol of the alphabet, or a boundary before, between and behind words; a token
 * takes as many positions as its span, and is written at the first. A record: token u32, or NONE at a boundary; at a
 * token's last position, its first u32; the word's number u32; where a token begins, the record of the pair that it makes with the
 * next one u32, and the occurrences of that pair after and before this one u32, u32.
 *
 * So a position is an occurrence of one pair at most, and the lists of occurrences need no memory of their own.
 */
export const POSITION_RECORD: usize = 24;
export namespace Position {
  // @ts-ignore: decorator
  @inline export const TOKEN: usize = 0;
  // @ts-ignore: decorator
  @inline export const FIRST: usize = 4;
  // @ts-ignore: decorator
  @inline export const WORD: usize = 8;
  // @ts-ignore: decorator
  @inline export const PAIR: usize = 12;
  // @ts-ignore: decorator
  @inline export const AFTER: usize = 16;
  // @ts-ignore: decorator
  @inline export const BEFORE: usize = 20;
}

// @ts-ignore: decorator
@inline
export function positionAt(positions: usize, number: u32): usize {
  return positions + (number as usize) * POSITION_RECORD;
}

/** Makes a position an occurrence of a pair, the first in its list. */
export function addOccurrence(state: usize, positions: usize, number: u32, pairNumber: u32, weight: f64): void {
  const position = positionAt(positions, number);
  const pair = pairAt(state, pairNumber);
  const head = load<u32>(pair, Pair.HEAD);
  store<u32>(position, pairNumber, Position.PAIR);
  store<u32>(position, head, Position.AFTER);
  store<u32>(position, NONE, Position.BEFORE);
  if (head !== NONE) store<u32>(positionAt(positions, head), number, Position.BEFORE);
  store<u32>(pair, number, Pair.HEAD);
  store<f64>(pair, load<f64>(pair, Pair.COUNT) + weight, Pair.COUNT);
  store<u32>(pair, load<u32>(pair, Pair.OCCURRENCES) + 1, Pair.OCCURRENCES);
}

/** Takes a position out of its pair's list. The pair goes with its last occurrence, unless something is being done with it. */
export function removeOccurrence(state: usize, positions: usize, number: u32, weight: f64): void {
  const position = positionAt(positions, number);
  const pairNumber = load<u32>(position, Position.PAIR);
  const after = load<u32>(position, Position.AFTER);
  const before = load<u32>(position, Position.BEFORE);
  const pair = pairAt(state, pairNumber);
  if (before === NONE) store<u32>(pair, after, Pair.HEAD);
  else store<u32>(positionAt(positions, before), after, Position.AFTER);
  if (after !== NONE) store<u32>(positionAt(positions, after), before, Position.BEFORE);
  store<f64>(pair, load<f64>(pair, Pair.COUNT) - weight, Pair.COUNT);
  const occurrences = load<u32>(pair, Pair.OCCURRENCES) - 1;
  store<u32>(pair, occurrences, Pair.OCCURRENCES);
  if (!occurrences && !load<u32>(pair, Pair.GAINED) && pairNumber !== load<u32>(state, Field.CURRENT)) {
    removePair(state, pairNumber);
  }
}
