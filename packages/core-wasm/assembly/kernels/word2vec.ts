import { aliasTable, powers } from "../lib/aliasTable";
import { chunk, isKept, Lane, laneBytes, layOut, seekNegatives, windowOf } from "../lib/word2vecLane";
import { Word2VecPlan } from "../lib/word2vecPlan";
import { addRow, scaleRow } from "../lib/word2vecRows";
import { step, takeLogarithms } from "../lib/word2vecStep";

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
  return laneBytes(changetype<Word2VecPlan>(planPtr));
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
    if (plan.negatives > 0) seekNegatives(plan, lane, place);
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
