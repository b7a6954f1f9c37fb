import { checkArray, checkCounts, checkInteger, checkNumber } from "../runtime/checks.js";
import { RangeError } from "../runtime/errors.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import { checkSource, drawsBytes, type RandomOptions } from "./random.js";

/** What a row's probabilities go through before one column is drawn, in this order. */
export interface SamplingFilters {
  /** Logits are divided by it; 0 takes the greatest logit, the first of several. Default: 1. */
  temperature?: number | undefined;
  /** Only the k most likely columns stay, of equal ones those with the lowest index. Default: 0, all stay. */
  topK?: number | undefined;
  /**
   * Of what top-k left, only the most likely columns stay whose probabilities just reach p together: the one that
   * crosses p stays, so at least one does. Default: 1, all stay.
   */
  topP?: number | undefined;
  /** Only columns stay that are at least this many times as likely as the likeliest. Default: 0, all stay. */
  minP?: number | undefined;
}

export interface SampleLogitsOptions extends SamplingFilters, RandomOptions {
  rows: number;
  cols: number;
}

/**
 * Draws a column of every row with probability softmax(logits / temperature), after the filters, by the Gumbel-max
 * trick: argmax over columns of logits / temperature + noise, in float64, with noise that is not cut off
 * (`randomGumbelInto`). The same seed gives the same columns on every machine and in every variant.
 *
 * out: i32[rows]; logits: f32[rows, cols], row-major, left as they are; a logit of −∞ is never drawn
 *
 * A call takes rows · ⌈cols / 2⌉ blocks (`sampleLogitsBlocks`), whatever the filters: row r, column c draws from
 * block offset + r · ⌈cols / 2⌉ + ⌊c / 2⌋. Temperature 0 draws nothing.
 *
 * Held to exact frequencies by χ² tests. Top-k and top-p take O(cols + kept · log cols).
 *
 * Ref: Maddison, Tarlow, Minka 2014, arXiv:1411.0030 (Gumbel-max); Holtzman et al. 2020, arXiv:1904.09751 (top-p);
 * Nguyen et al. 2024, arXiv:2407.01082 (min-p).
 *
 * @throws RangeError for a row with NaN or +∞, or of −∞ alone, or an option out of range; ShapeError, DTypeError
 */
export function sampleLogitsInto(
  out: KernelArray<"i32">,
  logits: KernelArray<"f32">,
  options: SampleLogitsOptions,
): void {
  const { seed, stream, offset } = checkSource(options);
  const { rows, cols, temperature = 1, topK = 0, topP = 1, minP = 0, runtime } = options;
  checkInteger("rows", rows, 0);
  checkInteger("cols", cols, 1);
  checkNumber("temperature", temperature, 0);
  checkInteger("topK", topK, 0);
  checkNumber("topP", topP, 0, 1);
  checkNumber("minP", minP, 0, 1);
  checkArray("out", out, "i32", rows, "rows");
  checkArray("logits", logits, "f32", rows * cols, "rows × cols");
  const selects = (topK > 0 && topK < cols) || topP < 1;
  runtimeFor(runtime, out, logits).call((wasm, frame) => {
    const x = frame.input(logits);
    const bad = wasm.sampleLogitsBadRow(x, rows, cols);
    if (bad >= 0) {
      throw new RangeError(`logits, row ${bad}`, "finite numbers and −∞, not −∞ alone", "NaN, +∞ or only −∞");
    }
    const work = frame.scratch(drawsBytes + (selects ? 8 * cols : 0));
    const y = frame.output(out);
    wasm.sampleLogits(y, x, rows, cols, temperature, topK, topP, minP, seed, stream, offset, work);
  });
}

/** A column of every row: see `sampleLogitsInto`. */
export function sampleLogits(logits: KernelArray<"f32">, options: SampleLogitsOptions): Int32Array {
  checkInteger("rows", options.rows, 0);
  const out = newArray(Int32Array, options.rows);
  sampleLogitsInto(out, logits, options);
  return out;
}

/** How many blocks of random bits a call of `sampleLogitsInto` takes: for `RandomStream.take`. */
export function sampleLogitsBlocks({ rows, cols }: { rows: number; cols: number }): number {
  checkCounts({ rows, cols });
  return rows * Math.ceil(cols / 2);
}
