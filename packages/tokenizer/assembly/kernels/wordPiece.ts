import { NONE } from "../lib/bpeModel";
import { WordPieceModel } from "../lib/wordPieceModel";

/**
 * The longest token that the word begins with, then the longest continuation, and so on; where there is none, or the word
 * has too many characters, the whole word is unknown. (Schuster and Nakajima 2012; BERT.)
 *
 * O(bytes · longest token). Ids to `outPtr`, and where they end in the piece to `endsPtr`, if that is not 0; returns their number.
 *
 * @param piecePtr u8[pieceLen], well-formed UTF-8, not empty
 */
export function wordPieceEncodePiece(model: usize, piecePtr: usize, pieceLen: u32, outPtr: usize, endsPtr: usize): u32 {
  const tables = changetype<WordPieceModel>(model);
  const trie: usize = tables.trie;
  if (pieceLen > tables.maxCharacters && charactersIn(piecePtr, pieceLen) > tables.maxCharacters) {
    return unknown(tables, pieceLen, outPtr, endsPtr);
  }
  let n: u32 = 0;
  let node: u32 = 0;
  for (let begin: u32 = 0; begin < pieceLen; ) {
    let id: u32 = NONE;
    let end: u32 = begin;
    for (let at = begin; at < pieceLen; ) {
      const next = load<u32>(trie + 12 * <usize>node) ^ <u32>load<u8>(piecePtr + at);
      const entry = trie + 12 * <usize>next;
      if (load<u32>(entry, 4) != node) break;
      node = next;
      at++;
      const token = load<u32>(entry, 8);
      if (token == NONE) continue;
      id = token;
      end = at;
    }
    if (id == NONE) return unknown(tables, pieceLen, outPtr, endsPtr);
    store<u32>(outPtr + (<usize>n << 2), id);
    if (endsPtr) store<u32>(endsPtr + (<usize>n << 2), end);
    n++;
    begin = end;
    node = tables.continuing;
    if (node == NONE && begin < pieceLen) return unknown(tables, pieceLen, outPtr, endsPtr);
  }
  return n;
}

function unknown(tables: WordPieceModel, pieceLen: u32, outPtr: usize, endsPtr: usize): u32 {
  store<u32>(outPtr, tables.unknownId);
  if (endsPtr) store<u32>(endsPtr, pieceLen);
  return 1;
}

function charactersIn(pointer: usize, length: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < length; i++) if ((load<u8>(pointer + i) & 0xc0) != 0x80) count++;
  return count;
}
