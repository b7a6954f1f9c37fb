// Byte-pair encoding as it is defined, for short pieces: of all merges that are possible the one of least priority, the leftmost of
// equal ones, until none is possible. A part of the piece is {id, end in bytes, what it makes with the next, the priority of that}.
import { BpeModel, NONE } from "./bpeModel";
import { findPair, findToken, priorityOf, resultOf } from "./bpeTables";
import { characterLength } from "./utf8";

/**
 * Cuts into bytes or characters, and merges until `stop` parts are left or nothing can merge.
 * Returns the number of parts, which lie at `parts`; what is no token is NONE and stays.
 */
export function mergeAll(model: BpeModel, pointer: usize, length: u32, parts: usize, stop: u32): u32 {
  let n: u32 = 0;
  if (model.characters == 0) {
    for (; n < length; n++) {
      const part = parts + (<usize>n << 4);
      store<u32>(part, load<u32>(model.byteIds + (<usize>load<u8>(pointer + n) << 2)));
      store<u32>(part, n + 1, 4);
    }
  } else {
    for (let i: u32 = 0; i < length; n++) {
      const step = characterLength(pointer + i);
      const part = parts + (<usize>n << 4);
      store<u32>(part, findToken(model, pointer + i, step));
      i += step;
      store<u32>(part, i, 4);
    }
  }
  const last = parts + (<usize>(n - 1) << 4);
  for (let part = parts; part < last; part += 16) rate(model, part);
  return mergeParts(model, parts, n, stop);
}

function mergeParts(model: BpeModel, parts: usize, n: u32, stop: u32): u32 {
  let last = parts + (<usize>(n - 1) << 4);
  const enough = parts + (<usize>(stop - 1) << 4);
  while (last > enough) {
    let best: usize = 0;
    let least: u32 = NONE;
    for (let part = parts; part < last; part += 16) {
      const priority = load<u32>(part, 12);
      if (priority < least) {
        least = priority;
        best = part;
      }
    }
    if (best == 0) break;
    store<u32>(best, load<u32>(best, 8));
    store<u32>(best, load<u32>(best, 20), 4);
    for (let part = best + 16; part < last; part += 16) v128.store(part, v128.load(part, 16));
    last -= 16;
    if (best < last) rate(model, best);
    if (best > parts) rate(model, best - 16);
  }
  return <u32>((last - parts) >> 4) + 1;
}

// @ts-ignore: decorator
@inline
function rate(model: BpeModel, part: usize): void {
  const merge = findPair(model, load<u32>(part), load<u32>(part, 16));
  if (merge) {
    store<u32>(part, resultOf(model, merge), 8);
    store<u32>(part, priorityOf(model, merge), 12);
  } else store<u32>(part, NONE, 12);
}
