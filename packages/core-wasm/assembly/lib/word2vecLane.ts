import { philox8, philoxBytes, storeWords } from "./philox";
import { Word2VecPlan } from "./word2vecPlan";

// What is drawn is a function of the seed, the epoch and the place of a token alone: token i of the corpus has
//   stream 4 · epoch      word i: whether it is kept
//   stream 4 · epoch + 1  word i: how far its window reaches
//   stream 4 · epoch + 2  from block i · blocksOf(plan) on, a word a negative: those of its first pair first
// (word w lies in block w >> 2), so that a stretch can begin anywhere, on any thread.

/** Tokens that are looked at together. */
// @ts-ignore: decorator
@inline
export const chunk: u32 = 512;

/** Working memory of one lane. All its arrays lie behind it. */
// @ts-ignore: decorator
@unmanaged
export class Lane {
  input: usize = 0;
  output: usize = 0;
  seed: u64 = 0;
  stream: u64 = 0;
  /** Which 32 words `keepWords` and `windowWords` hold: the first one's number, or −1. */
  keepAt: i64 = -1;
  windowAt: i64 = -1;
  /** u32[32] each, and what Philox writes. */
  keepWords: usize = 0;
  windowWords: usize = 0;
  negativeWords: usize = 0;
  philox: usize = 0;
  /** u32[chunk + 2 · window]: words that are kept, and their places in the corpus. */
  words: usize = 0;
  places: usize = 0;
  /** f32[stride]: the mean of several rows; what it is moved by; and for `moveRows`. */
  mean: usize = 0;
  moved: usize = 0;
  sum: usize = 0;
  /** u32[outputs], f32[outputs + 4] twice: addresses of rows; labels; dot products, then gradients. */
  rows: usize = 0;
  labels: usize = 0;
  dots: usize = 0;
  /** The block of the centre's next negatives, and how many of the 32 words are used. */
  block: u64 = 0;
  used: u32 = 0;
  /** The loss since the last report, as a sum, the product of what the logarithm is still to be taken of, and its factors. */
  loss: f64 = 0;
  product0: f64 = 0;
  product1: f64 = 0;
  factors: u32 = 0;
  predictions: f64 = 0;
}

/** The bytes of a lane's working memory. */
export function laneBytes(plan: Word2VecPlan): usize {
  const words = <usize>chunk + 2 * plan.window;
  const outputs = ((<usize>plan.outputs) << 2) + 32;
  return 256 + 4 * philoxBytes + 2 * aligned(words << 2) + 3 * plan.rowBytes + 3 * aligned(outputs);
}

// @ts-ignore: decorator
@inline
function aligned(bytes: usize): usize {
  return (bytes + 15) & ~15;
}

/** A lane at `workPtr`, with nothing noted yet. */
export function layOut(plan: Word2VecPlan, workPtr: usize): Lane {
  const lane = changetype<Lane>(workPtr);
  const words = aligned((<usize>chunk + 2 * plan.window) << 2);
  const outputs = aligned(((<usize>plan.outputs) << 2) + 32);
  lane.keepAt = -1;
  lane.windowAt = -1;
  lane.keepWords = workPtr + 256;
  lane.windowWords = lane.keepWords + philoxBytes;
  lane.negativeWords = lane.windowWords + philoxBytes;
  lane.philox = lane.negativeWords + philoxBytes;
  lane.words = lane.philox + philoxBytes;
  lane.places = lane.words + words;
  lane.mean = lane.places + words;
  lane.moved = lane.mean + plan.rowBytes;
  lane.sum = lane.moved + plan.rowBytes;
  lane.rows = lane.sum + plan.rowBytes;
  lane.labels = lane.rows + outputs;
  lane.dots = lane.labels + outputs;
  lane.product0 = 1;
  lane.product1 = 1;
  lane.factors = 0;
  return lane;
}

/** Whether the token is a word of the vocabulary, and not left out. */
export function isKept(plan: Word2VecPlan, lane: Lane, at: u32): bool {
  const id = load<u32>(plan.ids + ((<usize>at) << 2));
  if (id >= plan.vocabulary) return false;
  if (plan.keep == 0) return true;
  const most = load<u32>(plan.keep + ((<usize>id) << 2));
  if (most == 0xffffffff) return true;
  const group = <i64>(at >> 5);
  if (lane.keepAt != group) {
    philox8(lane.philox, <u64>group << 3, lane.seed, lane.stream);
    storeWords(lane.keepWords, lane.philox, 32);
    lane.keepAt = group;
  }
  return load<u32>(lane.keepWords + ((<usize>(at & 31)) << 2)) <= most;
}

/** 1 … window, each as likely. */
export function windowOf(plan: Word2VecPlan, lane: Lane, at: u32): u32 {
  const group = <i64>(at >> 5);
  if (lane.windowAt != group) {
    philox8(lane.philox, <u64>group << 3, lane.seed, lane.stream + 1);
    storeWords(lane.windowWords, lane.philox, 32);
    lane.windowAt = group;
  }
  const word = load<u32>(lane.windowWords + ((<usize>(at & 31)) << 2));
  return 1 + <u32>((<u64>word * plan.window) >> 32);
}

/** How many blocks of random bits are set aside for each token's negatives. */
// @ts-ignore: decorator
@inline
function blocksOf(plan: Word2VecPlan): u64 {
  return (2 * <u64>plan.window * plan.negatives + 31) >> 5 << 3;
}

/** Begins with the draws of the token at `place`. */
// @ts-ignore: decorator
@inline
export function seekNegatives(plan: Word2VecPlan, lane: Lane, place: u32): void {
  lane.block = <u64>place * blocksOf(plan);
  lane.used = 32;
}

/** The next 32 words of a token's negatives. */
export function drawNegatives(lane: Lane): void {
  philox8(lane.philox, lane.block, lane.seed, lane.stream + 2);
  storeWords(lane.negativeWords, lane.philox, 32);
  lane.block += 8;
}
