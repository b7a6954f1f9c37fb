import { NONE } from "../lib/bpeModel";
import { UnigramModel } from "../lib/unigramModel";
import { characterLength } from "../lib/utf8";

// A place between two bytes, in scratch: {f64 the highest sum of scores that ends here, u32 where its last token begins, or
// NONE, u32 the id of that}.

/** A new text begins: sums begin at 0. */
export function unigramBegin(model: usize): void {
  store<f64>(changetype<UnigramModel>(model).sums, 0);
}

/**
 * The segmentation of the highest sum of scores (Viterbi 1967; for tokens Kudo 2018, arXiv:1804.10959). Of equal ones that
 * wins whose last token is longer. A character that no token is counts as one unknown token; neighbouring ones become one, or
 * with fallback one token for each of their bytes.
 *
 * O(bytes · longest token). Ids to `outPtr`, and where they end in the piece to `endsPtr`, if that is not 0; returns their number.
 */
export function unigramEncodePiece(model: usize, piecePtr: usize, pieceLen: u32, outPtr: usize, endsPtr: usize): u32 {
  const unigram = changetype<UnigramModel>(model);
  findBest(unigram, piecePtr, pieceLen);
  linkForward(unigram.scratch, pieceLen);
  return emit(unigram, piecePtr, pieceLen, outPtr, endsPtr);
}

function findBest(unigram: UnigramModel, piecePtr: usize, pieceLen: u32): void {
  const trie = unigram.trie;
  const scores = unigram.scores;
  const places = unigram.scratch;
  const single = unigram.single != 0;
  const unknownScore = load<f64>(unigram.sums, 8);
  memory.fill(places, 0xff, (<usize>pieceLen + 1) << 4);
  store<f64>(places, load<f64>(unigram.sums));

  for (let begin: u32 = 0; begin < pieceLen; ) {
    const sum = load<f64>(places + (<usize>begin << 4));
    const first = characterLength(piecePtr + begin);
    let isKnown = false;
    let node: u32 = 0;
    for (let end = begin; end < pieceLen; ) {
      const next = load<u32>(trie + 12 * <usize>node) ^ <u32>load<u8>(piecePtr + end);
      const entry = trie + 12 * <usize>next;
      if (load<u32>(entry, 4) != node) break;
      node = next;
      end++;
      const id = load<u32>(entry, 8);
      if (id == NONE) continue;
      // SentencePiece compares before it rounds.
      offer(places + (<usize>end << 4), sum + load<f64>(scores + (<usize>id << 3)), single, begin, id);
      if (end - begin == first) isKnown = true;
    }
    if (!isKnown) {
      // This sum it rounds first.
      const candidate = sum + unknownScore;
      offer(places + (<usize>(begin + first) << 4), single ? <f64>(<f32>candidate) : candidate, single, begin, unigram.unknownId);
    }
    begin += first;
  }
  store<f64>(unigram.sums, load<f64>(places + (<usize>pieceLen << 4)));
}

// @ts-ignore: decorator
@inline
function offer(place: usize, candidate: f64, single: bool, begin: u32, id: u32): void {
  if (load<u32>(place, 8) != NONE && candidate <= load<f64>(place)) return;
  store<f64>(place, single ? <f64>(<f32>candidate) : candidate);
  store<u32>(place, begin, 8);
  store<u32>(place, id, 12);
}

/** Turns the links of the best path round: from where each token begins to where it ends. */
function linkForward(places: usize, pieceLen: u32): void {
  let next = pieceLen;
  for (let place = pieceLen; place > 0; ) {
    const link = places + (<usize>place << 4) + 8;
    const begin = load<u32>(link);
    store<u32>(link, next);
    next = place;
    place = begin;
  }
  store<u32>(places, next, 8);
}

function emit(unigram: UnigramModel, piecePtr: usize, pieceLen: u32, outPtr: usize, endsPtr: usize): u32 {
  const places = unigram.scratch;
  const byteIds = unigram.byteIds;
  const unknownId = unigram.unknownId;
  let n: u32 = 0;
  let wasUnknown = false;
  for (let begin: u32 = 0; begin < pieceLen; ) {
    const end = load<u32>(places + (<usize>begin << 4), 8);
    const id = load<u32>(places + (<usize>end << 4), 12);
    const isUnknown = id == unknownId;
    if (isUnknown && byteIds != 0) {
      for (; begin < end; n++) {
        const byte = <usize>load<u8>(piecePtr + begin++);
        store<u32>(outPtr + (<usize>n << 2), load<u32>(byteIds + (byte << 2)));
        if (endsPtr) store<u32>(endsPtr + (<usize>n << 2), begin);
      }
    } else {
      if (isUnknown && wasUnknown) n--;
      store<u32>(outPtr + (<usize>n << 2), id);
      if (endsPtr) store<u32>(endsPtr + (<usize>n << 2), end);
      n++;
    }
    wasUnknown = isUnknown;
    begin = end;
  }
  return n;
}
