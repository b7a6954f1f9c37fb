import { nextPiece } from "../lib/scan";

/**
 * Cuts a text into pieces: out[i] is where piece i ends, in bytes from the text's beginning.
 *
 * @param outPtr u32[≥ end − ptr, or fewer if there are fewer pieces]
 * @param ptr u8[end − ptr], well-formed UTF-8, with 15 bytes behind that can be read
 * @returns how many pieces there are
 */
export function pieceEnds(outPtr: usize, scanner: u32, ptr: usize, end: usize): usize {
  let out = outPtr;
  for (let at = ptr; at < end; out += 4) {
    at = nextPiece(scanner, at, end);
    store<u32>(out, <u32>(at - ptr));
  }
  return (out - outPtr) >> 2;
}
