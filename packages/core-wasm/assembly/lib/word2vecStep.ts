import { log64 } from "./log64";
import { expMinusAbs4, sigmoidOf } from "./sigmoid";
import { drawNegatives, Lane } from "./word2vecLane";
import { Word2VecPlan } from "./word2vecPlan";
import { dotRows, moveRows } from "./word2vecRows";

/** Before the sum of the logarithms is taken of a product of so many factors in [1, 2], which might overflow. */
// @ts-ignore: decorator
@inline
const mostFactors: u32 = 960;

/** One prediction of `target` from x: the output rows move, and `moved` (or x itself) by what they ask of it. */
export function step(plan: Word2VecPlan, lane: Lane, movedPtr: usize, xPtr: usize, target: u32, learningRate: f32): void {
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
      drawNegatives(lane);
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

/** What the predictions since the last time lost goes into the sum. */
export function takeLogarithms(lane: Lane): void {
  const products = f64x2(lane.product0, lane.product1);
  // Of NaN the logarithm would be some number.
  const logs = f64x2.add(log64(products), f64x2.mul(products, f64x2.splat(0)));
  lane.loss += f64x2.extract_lane(logs, 0) + f64x2.extract_lane(logs, 1);
  lane.product0 = 1;
  lane.product1 = 1;
  lane.factors = 0;
}
