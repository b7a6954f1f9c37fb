import { aliasTable, powers } from "../lib/aliasTable";
import { log64 } from "../lib/log64";
import { philox8, philoxBytes, storeWords } from "../lib/philox";
import { expMinusAbs4, sigmoidOf } from "../lib/sigmoid";
import { Word2VecPlan } from "../lib/word2vecPlan";
import { addRow, dotRows, moveRows, scaleRow } from "../lib/word2vecRows";

// What is drawn is a function of the seed, the epoch and the place of a token alone: token i of the corpus has
//   stream 4 · epoch      word i: whether it is kept
//   stream 4 · epoch + 1  word i: how far its window reaches
//   stream 4 · epoch + 2  from block i · blocksOf(plan) on, a word a negative: those of its first pair first
// (word w lies in block w >> 2), so that a stretch can begin anywhere, on any thread.

/** Tokens that are looked at together. */
// @ts-ignore: decorator
@inline
const chunk: u32 = 512;

/** Before the sum of the logarithms is taken of a product of so many factors in [1, 2], which might overflow. */
// @ts-ignore: decorator
@inline
const mostFactors: u32 = 960;

/** Working memory of one lane. All its arrays lie behind it. */
// @ts-ignore: decorator
@unmanaged
class Lane {
  plan: usize = 0;
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

/**
 * What draws word i with probability counts[i]^power / Σ counts^power: see lib/aliasTable.ts.
 *
 * @param countsPtr f64[n], above 0; overwritten
 * @param workPtr   u32[n]
 */
export function word2vecNegativeTable(outPtr: usize, countsPtr: usize, n: u32, power: f64, workPtr: usize): void {
  powers(countsPtr, n, power);
  aliasTable(outPtr, countsPtr, n, workPtr);
}

/** The bytes of working memory that `word2vec` takes. */
export function word2vecBytes(planPtr: usize): usize {
  const plan = changetype<Word2VecPlan>(planPtr);
  const words = <usize>chunk + 2 * plan.window;
  const outputs = ((<usize>plan.outputs) << 2) + 32;
  return 256 + 4 * philoxBytes + 2 * aligned(words << 2) + 3 * plan.rowBytes + 3 * aligned(outputs);
}

// @ts-ignore: decorator
@inline
function aligned(bytes: usize): usize {
  return (bytes + 15) & ~15;
}

/**
 * Trains on the tokens [begin, end), as centres, of one epoch. Token i has the learning rate `rate + i · slope`.
 *
 * @param reportPtr f64[2]: the loss (Σ −ln p) and the number of predictions are added
 */
export function word2vec(
  planPtr: usize,
  inputPtr: usize,
  outputPtr: usize,
  begin: u32,
  end: u32,
  seed: f64,
  epoch: f64,
  rate: f64,
  slope: f64,
  reportPtr: usize,
  workPtr: usize,
): void {
  const plan = changetype<Word2VecPlan>(planPtr);
  const lane = layOut(plan, workPtr);
  lane.input = inputPtr;
  lane.output = outputPtr;
  lane.seed = <u64>seed;
  lane.stream = 4 * <u64>epoch;
  lane.loss = load<f64>(reportPtr);
  lane.predictions = load<f64>(reportPtr, 8);
  let sentence = sentenceOf(plan, begin);
  for (let at = begin; at < end; ) {
    const first = load<u32>(plan.starts + ((<usize>sentence) << 2));
    const last = load<u32>(plan.starts + ((<usize>sentence) << 2), 4);
    const to = min(min(last, end), at + chunk);
    trainChunk(plan, lane, at, to, first, last, rate, slope);
    at = to;
    if (at == last) sentence++;
  }
  store<f64>(reportPtr, lane.loss);
  store<f64>(reportPtr, lane.predictions, 8);
}

function layOut(plan: Word2VecPlan, workPtr: usize): Lane {
  const lane = changetype<Lane>(workPtr);
  const words = aligned((<usize>chunk + 2 * plan.window) << 2);
  const outputs = aligned(((<usize>plan.outputs) << 2) + 32);
  lane.plan = changetype<usize>(plan);
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

/** The sentence that token `at` is in: empty ones begin where the next one does. */
function sentenceOf(plan: Word2VecPlan, at: u32): u32 {
  let low: u32 = 0;
  let high = plan.sentences;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (load<u32>(plan.starts + ((<usize>middle) << 2)) <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** Centres [begin, end) of the sentence [first, last). */
function trainChunk(
  plan: Word2VecPlan,
  lane: Lane,
  begin: u32,
  end: u32,
  first: u32,
  last: u32,
  rate: f64,
  slope: f64,
): void {
  const window = plan.window;
  // Up to `window` words before the chunk, written from behind; then the chunk, and as many after it.
  let from = window;
  for (let at = begin; at > first && from > 0; ) {
    at--;
    if (isKept(plan, lane, at)) {
      from--;
      note(plan, lane, from, at);
    }
  }
  let centresEnd = window;
  for (let at = begin; at < end; at++) {
    if (isKept(plan, lane, at)) note(plan, lane, centresEnd++, at);
  }
  if (centresEnd == window) return;
  let to = centresEnd;
  for (let at = end; at < last && to < centresEnd + window; at++) {
    if (isKept(plan, lane, at)) note(plan, lane, to++, at);
  }
  for (let p = window; p < centresEnd; p++) {
    const place = load<u32>(lane.places + ((<usize>p) << 2));
    const reach = windowOf(plan, lane, place);
    const left = p > from + reach ? p - reach : from;
    const right = min(p + reach + 1, to);
    if (right - left == 1) continue;
    if (plan.negatives > 0) {
      lane.block = <u64>place * blocksOf(plan);
      lane.used = 32;
    }
    const learningRate = <f32>(rate + <f64>place * slope);
    if (plan.cbow) predictWord(plan, lane, p, left, right, learningRate);
    else predictContext(plan, lane, p, left, right, learningRate);
    takeLogarithms(lane);
  }
}

// @ts-ignore: decorator
@inline
function note(plan: Word2VecPlan, lane: Lane, p: u32, at: u32): void {
  store<u32>(lane.words + ((<usize>p) << 2), load<u32>(plan.ids + ((<usize>at) << 2)));
  store<u32>(lane.places + ((<usize>p) << 2), at);
}

function isKept(plan: Word2VecPlan, lane: Lane, at: u32): bool {
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
function windowOf(plan: Word2VecPlan, lane: Lane, at: u32): u32 {
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

/** Skip-gram: each word of the context predicts the word in the middle. */
function predictContext(plan: Word2VecPlan, lane: Lane, p: u32, left: u32, right: u32, learningRate: f32): void {
  const centre = load<u32>(lane.words + ((<usize>p) << 2));
  for (let q = left; q < right; q++) {
    if (q == p) continue;
    const word = load<u32>(lane.words + ((<usize>q) << 2));
    if (plan.inputStarts == 0) {
      const row = lane.input + <usize>word * plan.rowBytes;
      step(plan, lane, row, row, centre, learningRate);
    } else {
      memory.fill(lane.mean, 0, plan.rowBytes);
      const count = addInputs(plan, lane, word);
      scaleRow(lane.mean, <f32>1 / <f32>count, plan.rowBytes);
      step(plan, lane, lane.moved, lane.mean, centre, learningRate);
      moveInputs(plan, lane, word);
    }
  }
}

/** CBOW: the mean of the context predicts the word in the middle. */
function predictWord(plan: Word2VecPlan, lane: Lane, p: u32, left: u32, right: u32, learningRate: f32): void {
  const centre = load<u32>(lane.words + ((<usize>p) << 2));
  memory.fill(lane.mean, 0, plan.rowBytes);
  let count: u32 = 0;
  for (let q = left; q < right; q++) {
    if (q != p) count += addInputs(plan, lane, load<u32>(lane.words + ((<usize>q) << 2)));
  }
  scaleRow(lane.mean, <f32>1 / <f32>count, plan.rowBytes);
  step(plan, lane, lane.moved, lane.mean, centre, learningRate);
  for (let q = left; q < right; q++) {
    if (q != p) moveInputs(plan, lane, load<u32>(lane.words + ((<usize>q) << 2)));
  }
}

/** Adds a word's rows to `mean`. @returns how many there are */
function addInputs(plan: Word2VecPlan, lane: Lane, word: u32): u32 {
  if (plan.inputStarts == 0) {
    addRow(lane.mean, lane.input + <usize>word * plan.rowBytes, plan.rowBytes);
    return 1;
  }
  const begin = load<u32>(plan.inputStarts + ((<usize>word) << 2));
  const end = load<u32>(plan.inputStarts + ((<usize>word) << 2), 4);
  for (let i = begin; i < end; i++) {
    const row = load<u32>(plan.inputRows + ((<usize>i) << 2));
    addRow(lane.mean, lane.input + <usize>row * plan.rowBytes, plan.rowBytes);
  }
  return end - begin;
}

/** Adds `moved` to a word's rows, in full to each, so that their mean moves as one row alone would. */
function moveInputs(plan: Word2VecPlan, lane: Lane, word: u32): void {
  if (plan.inputStarts == 0) {
    addRow(lane.input + <usize>word * plan.rowBytes, lane.moved, plan.rowBytes);
    return;
  }
  const begin = load<u32>(plan.inputStarts + ((<usize>word) << 2));
  const end = load<u32>(plan.inputStarts + ((<usize>word) << 2), 4);
  for (let i = begin; i < end; i++) {
    const row = load<u32>(plan.inputRows + ((<usize>i) << 2));
    addRow(lane.input + <usize>row * plan.rowBytes, lane.moved, plan.rowBytes);
  }
}

/** One prediction of `target` from x: the output rows move, and `moved` (or x itself) by what they ask of it. */
function step(plan: Word2VecPlan, lane: Lane, movedPtr: usize, xPtr: usize, target: u32, learningRate: f32): void {
  const count = plan.negatives > 0 ? drawOutputs(plan, lane, target) : pathOutputs(plan, lane, target);
  dotRows(lane.dots, xPtr, lane.rows, count, plan.rowBytes);
  takeGradients(lane, count, learningRate);
  moveRows(movedPtr, lane.dots, xPtr, lane.rows, count, plan.rowBytes, lane.sum);
  lane.predictions += 1;
}

/** The target with label 1, and the negatives with 0; those that are the target are left out. */
function drawOutputs(plan: Word2VecPlan, lane: Lane, target: u32): u32 {
  store<u32>(lane.rows, <u32>(lane.output + <usize>target * plan.rowBytes));
  store<f32>(lane.labels, 1);
  let count: u32 = 1;
  let used = lane.used;
  for (let left = plan.negatives; left > 0; left--) {
    if (used == 32) {
      philox8(lane.philox, lane.block, lane.seed, lane.stream + 2);
      storeWords(lane.negativeWords, lane.philox, 32);
      lane.block += 8;
      used = 0;
    }
    const product = <u64>load<u32>(lane.negativeWords + ((<usize>used) << 2)) * plan.vocabulary;
    used++;
    const column = <u32>(product >> 32);
    const entry = plan.table + ((<usize>column) << 3);
    const word = <u32>product <= load<u32>(entry) ? column : load<u32>(entry, 4);
    if (word == target) continue;
    const at = (<usize>count) << 2;
    store<u32>(lane.rows + at, <u32>(lane.output + <usize>word * plan.rowBytes));
    store<f32>(lane.labels + at, 0);
    count++;
  }
  lane.used = used;
  return count;
}

/** The inner nodes on the target's path, with label 1 where it takes branch 0. */
function pathOutputs(plan: Word2VecPlan, lane: Lane, target: u32): u32 {
  const begin = load<u32>(plan.pathStarts + ((<usize>target) << 2));
  const end = load<u32>(plan.pathStarts + ((<usize>target) << 2), 4);
  for (let i = begin; i < end; i++) {
    const at = (<usize>(i - begin)) << 2;
    const node = load<u32>(plan.pathNodes + ((<usize>i) << 2));
    store<u32>(lane.rows + at, <u32>(lane.output + <usize>node * plan.rowBytes));
    store<f32>(lane.labels + at, load<u8>(plan.pathCodes + i) ? 0 : 1);
  }
  return end - begin;
}

/**
 * Dot products x become gradients (label − σ(x)) · rate, and their loss −ln σ(±x) = max(∓x, 0) + ln(1 + e^−|x|) is noted:
 * of the second part as a product, whose logarithm is taken once for many.
 */
function takeGradients(lane: Lane, count: u32, learningRate: f32): void {
  if (lane.factors + count > mostFactors) takeLogarithms(lane);
  lane.factors += count;
  // What is behind the end has no loss and no say.
  v128.store(lane.dots + ((<usize>count) << 2), f32x4.splat(-1e30));
  v128.store(lane.labels + ((<usize>count) << 2), f32x4.splat(0));
  const rates = f32x4.splat(learningRate);
  let products = f64x2(lane.product0, lane.product1);
  let sums = f64x2(lane.loss, 0);
  for (let j: u32 = 0; j < count; j += 4) {
    const at = (<usize>j) << 2;
    const x = v128.load(lane.dots + at);
    const label = v128.load(lane.labels + at);
    const z = expMinusAbs4(x);
    v128.store(lane.dots + at, f32x4.mul(f32x4.sub(label, sigmoidOf(x, z)), rates));
    // −x where the label is 1: label · −2x + x.
    const away = f32x4.pmax(f32x4.splat(0), f32x4.add(x, f32x4.mul(label, f32x4.mul(x, f32x4.splat(-2)))));
    const zHigh = v128.shuffle<i32>(z, z, 2, 3, 2, 3);
    products = f64x2.mul(products, f64x2.add(f64x2.splat(1), f64x2.promote_low_f32x4(z)));
    products = f64x2.mul(products, f64x2.add(f64x2.splat(1), f64x2.promote_low_f32x4(zHigh)));
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(away));
    sums = f64x2.add(sums, f64x2.promote_low_f32x4(v128.shuffle<i32>(away, away, 2, 3, 2, 3)));
  }
  lane.loss = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  lane.product0 = f64x2.extract_lane(products, 0);
  lane.product1 = f64x2.extract_lane(products, 1);
}

function takeLogarithms(lane: Lane): void {
  const products = f64x2(lane.product0, lane.product1);
  // Of NaN the logarithm would be some number.
  const logs = f64x2.add(log64(products), f64x2.mul(products, f64x2.splat(0)));
  lane.loss += f64x2.extract_lane(logs, 0) + f64x2.extract_lane(logs, 1);
  lane.product0 = 1;
  lane.product1 = 1;
  lane.factors = 0;
}

/**
 * Lanes that began at the same weights become one: w += factor · Σ (lane − w) row by row, lanes ascending, and each lane
 * begins there anew. factor = (N / lanes + half) / (N + half) with N = touches[row]; where that is 0, no lane has moved.
 *
 * @param lanesPtr u32[lanes]: addresses of f32[rows, stride]
 * @param touchesPtr f32[rows]
 * @param begin the first row of this part, `end` the one behind its last
 */
export function word2vecMerge(
  weightsPtr: usize,
  lanesPtr: usize,
  lanes: u32,
  touchesPtr: usize,
  half: f32,
  begin: u32,
  end: u32,
  rowBytes: usize,
): void {
  for (let row = begin; row < end; row++) {
    const touches = load<f32>(touchesPtr + ((<usize>row) << 2));
    if (touches == 0) continue;
    const factor = f32x4.splat((touches / <f32>lanes + half) / (touches + half));
    const from = <usize>row * rowBytes;
    for (let at = from; at < from + rowBytes; at += 16) {
      const before = v128.load(weightsPtr + at);
      let sum = f32x4.splat(0);
      for (let lane: u32 = 0; lane < lanes; lane++) {
        const lanePtr = <usize>load<u32>(lanesPtr + ((<usize>lane) << 2));
        sum = f32x4.add(sum, f32x4.sub(v128.load(lanePtr + at), before));
      }
      const after = f32x4.add(before, f32x4.mul(factor, sum));
      v128.store(weightsPtr + at, after);
      for (let lane: u32 = 0; lane < lanes; lane++) {
        v128.store(<usize>load<u32>(lanesPtr + ((<usize>lane) << 2)) + at, after);
      }
    }
  }
}
