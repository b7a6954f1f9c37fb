import { checkArray, checkInteger, checkNumber, floatType, type KernelOptions } from "../runtime/checks.js";
import type { KernelArray } from "../runtime/frame.js";
import { newArray } from "../runtime/newArray.js";
import { runtimeFor } from "../runtime/runtime.js";
import type { Kernels } from "../runtime/threads.js";

/**
 * Where a call draws from. The same three numbers give the same draws, on every machine and in every variant;
 * element i depends on them and on i alone.
 */
export interface RandomSource {
  /** Which sequence: a whole number below 2⁵³. */
  seed: number;
  /** Which of 2⁵³ independent sequences of that seed. Default: 0. */
  stream?: number | undefined;
  /**
   * Where in the sequence, in blocks of 128 random bits. Default: 0. A block holds four elements of a float32
   * uniform, of integers or of bits, and two of everything else. A call of n elements so takes ⌈n/4⌉ or ⌈n/2⌉
   * blocks, and the next call starts where it ended.
   */
  offset?: number | undefined;
}

/** A source with nothing left out: what a checkpoint keeps. */
export interface RandomState {
  seed: number;
  stream: number;
  offset: number;
}

export interface RandomOptions extends RandomSource, KernelOptions {}

/** A float array that is filled with draws. */
export type FloatKernelArray = KernelArray<"f32"> | KernelArray<"f64">;

export interface UniformOptions extends RandomOptions {
  /** Default: 0. */
  low?: number | undefined;
  /** Default: 1. */
  high?: number | undefined;
}

export interface NormalOptions extends RandomOptions {
  /** Default: 0. */
  mean?: number | undefined;
  /** The standard deviation, ≥ 0. Default: 1. */
  std?: number | undefined;
}

export interface IntegersOptions extends RandomOptions {
  /** The least that is drawn, ≥ −2³¹. */
  low: number;
  /** One more than the greatest, ≤ 2³¹. */
  high: number;
}

/** Working memory of each kernel that draws: eight blocks, and room for their logarithms. */
export const drawsBytes = 384;

/**
 * Fills `out` with uniform draws: low + (high − low) · u with u in the open interval (0, 1).
 *
 * In float32 u = max(k, ½) · 2^−24 with 24 random bits k; in float64 u = max(k, ½) · 2^−53 with 53. For 0 and 1
 * (the default) a draw is never 0 and never 1; other bounds (in float32
 * those rounded to float32) may be met by rounding, and are never passed. Their difference has to be finite.
 *
 * out: f32[n] (4 elements a block) or f64[n] (2 elements a block)
 *
 * @throws RangeError, DTypeError
 */
export function randomUniformInto(out: FloatKernelArray, options: UniformOptions): void {
  const { seed, stream, offset } = checkSource(options);
  const { low = 0, high = 1, runtime } = options;
  const type = floatType("out", out);
  const largest = type === "f32" ? 3.4028234663852886e38 : Number.MAX_VALUE;
  checkNumber("low", low, -largest, largest);
  checkNumber("high", high, low, largest);
  const span = type === "f32" ? Math.fround(Math.fround(high) - Math.fround(low)) : high - low;
  checkNumber("high − low", span, 0, largest);
  const single = type === "f32";
  const draws: Draws = { perBlock: single ? 4 : 2, nanoseconds: single ? 1.3 : 3, runtime };
  drawInto(out, offset, draws, (wasm, outPtr, n, offset, workPtr) =>
    single
      ? wasm.randomUniform(outPtr, n, seed, stream, offset, low, high, workPtr)
      : wasm.randomUniform_f64(outPtr, n, seed, stream, offset, low, high, workPtr),
  );
}

/** `n` uniform draws in float32: see `randomUniformInto`. */
export function randomUniform(n: number, options: UniformOptions): Float32Array {
  return filled(n, (out) => randomUniformInto(out, options));
}

/**
 * Fills `out` with normal draws: mean + std · z, z by Box and Muller from two uniforms of 53 bits, in float64, and
 * rounded once where `out` is float32. |z| goes up to 8.65: the tails are not cut where anyone would see it.
 *
 * out: f32[n] or f64[n] (2 elements a block)
 *
 * @throws RangeError, DTypeError
 */
export function randomNormalInto(out: FloatKernelArray, options: NormalOptions): void {
  const { seed, stream, offset } = checkSource(options);
  const { mean = 0, std = 1, runtime } = options;
  const type = floatType("out", out);
  checkNumber("mean", mean);
  checkNumber("std", std, 0);
  drawInto(out, offset, { perBlock: 2, nanoseconds: 7, runtime }, (wasm, outPtr, n, offset, workPtr) =>
    type === "f32"
      ? wasm.randomNormal(outPtr, n, seed, stream, offset, mean, std, workPtr)
      : wasm.randomNormal_f64(outPtr, n, seed, stream, offset, mean, std, workPtr),
  );
}

/** `n` normal draws in float32: see `randomNormalInto`. */
export function randomNormal(n: number, options: NormalOptions): Float32Array {
  return filled(n, (out) => randomNormalInto(out, options));
}

/**
 * Fills `out` with standard Gumbel draws: −ln(−ln u) with 53 bits of u, in float64, and rounded once where `out` is
 * float32. They go up to 36.7; from 24 bits of u they would end at 16.64, which lowers the temperature of whatever
 * is sampled with them.
 *
 * out: f32[n] or f64[n] (2 elements a block)
 *
 * Ref: arXiv:2409.02908 on what truncated Gumbels do.
 *
 * @throws RangeError, DTypeError
 */
export function randomGumbelInto(out: FloatKernelArray, options: RandomOptions): void {
  const { seed, stream, offset } = checkSource(options);
  const type = floatType("out", out);
  const { runtime } = options;
  drawInto(out, offset, { perBlock: 2, nanoseconds: 7, runtime }, (wasm, outPtr, n, offset, workPtr) =>
    type === "f32"
      ? wasm.randomGumbel(outPtr, n, seed, stream, offset, workPtr)
      : wasm.randomGumbel_f64(outPtr, n, seed, stream, offset, workPtr),
  );
}

/** `n` Gumbel draws in float32: see `randomGumbelInto`. */
export function randomGumbel(n: number, options: RandomOptions): Float32Array {
  return filled(n, (out) => randomGumbelInto(out, options));
}

/**
 * Fills `out` with whole numbers from low to high − 1, each equally likely (exactly: words that would favour some
 * are drawn again).
 *
 * out: i32[n] (4 elements a block)
 *
 * Ref: Lemire 2019, arXiv:1805.10941.
 *
 * @throws RangeError, DTypeError
 */
export function randomIntegersInto(out: KernelArray<"i32">, options: IntegersOptions): void {
  const { seed, stream, offset } = checkSource(options);
  const { low, high, runtime } = options;
  checkArray("out", out, "i32", out.length);
  checkInteger("low", low, -(2 ** 31), 2 ** 31 - 1);
  checkInteger("high", high, low + 1, 2 ** 31);
  drawInto(out, offset, { perBlock: 4, nanoseconds: 2, runtime }, (wasm, outPtr, n, offset, workPtr) =>
    wasm.randomIntegers(outPtr, n, seed, stream, offset, low, high - low, workPtr),
  );
}

/** `n` whole numbers: see `randomIntegersInto`. */
export function randomIntegers(n: number, options: IntegersOptions): Int32Array {
  checkInteger("n", n, 0);
  const out = newArray(Int32Array, n);
  randomIntegersInto(out, options);
  return out;
}

/**
 * Fills `out` with 0 … n − 1 in random order, each of the n! orders as likely as the draws allow: Fisher and Yates
 * over unbiased integers.
 *
 * out: i32[n] (4 elements a block)
 *
 * @throws RangeError, DTypeError
 */
export function randomPermutationInto(out: KernelArray<"i32">, options: RandomOptions): void {
  const { seed, stream, offset } = checkSource(options);
  checkArray("out", out, "i32", out.length);
  runtimeFor(options.runtime, out).call((wasm, frame) =>
    wasm.randomPermutation(frame.output(out), out.length, seed, stream, offset, frame.scratch(drawsBytes)),
  );
}

/** 0 … n − 1 in random order: see `randomPermutationInto`. */
export function randomPermutation(n: number, options: RandomOptions): Int32Array {
  checkInteger("n", n, 0);
  const out = newArray(Int32Array, n);
  randomPermutationInto(out, options);
  return out;
}

/**
 * Fills `out` with the generator's words as they are.
 *
 * out: u32[n] (4 elements a block)
 *
 * Ref: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3" (Philox4x32-10). The counter's words are
 * the block's number (low, high) and the stream (low, high); the key's are the seed (low, high).
 *
 * @throws RangeError, DTypeError
 */
export function randomBitsInto(out: KernelArray<"u32">, options: RandomOptions): void {
  const { seed, stream, offset } = checkSource(options);
  checkArray("out", out, "u32", out.length);
  const { runtime } = options;
  drawInto(out, offset, { perBlock: 4, nanoseconds: 1.2, runtime }, (wasm, outPtr, n, offset, workPtr) =>
    wasm.randomBits(outPtr, n, seed, stream, offset, workPtr),
  );
}

/** `n` random words: see `randomBitsInto`. */
export function randomBits(n: number, options: RandomOptions): Uint32Array {
  checkInteger("n", n, 0);
  const out = newArray(Uint32Array, n);
  randomBitsInto(out, options);
  return out;
}

/** The source with its defaults. @throws RangeError unless each is a whole number below 2⁵³ */
export function checkSource({ seed, stream = 0, offset = 0 }: RandomSource): RandomState {
  checkInteger("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("stream", stream, 0, Number.MAX_SAFE_INTEGER);
  checkInteger("offset", offset, 0, Number.MAX_SAFE_INTEGER);
  return { seed, stream, offset };
}

interface Draws extends KernelOptions {
  /** Elements of a block. */
  perBlock: 2 | 4;
  /** About how long an element takes. */
  nanoseconds: number;
}

/** The eight blocks that the kernels draw at once, or sixteen: parts begin at multiples. */
const drawUnit = 32;

/** Runs a kernel on `out` in parts: each begins at the block where the one before it ends. */
function drawInto<D extends "f32" | "f64" | "i32" | "u32">(
  out: KernelArray<D>,
  offset: number,
  { perBlock, nanoseconds, runtime }: Draws,
  draw: (wasm: Kernels, outPtr: number, n: number, offset: number, workPtr: number) => void,
): void {
  const { length } = out;
  // The kernels count blocks with 64 bits, from an offset that a float64 has to hold.
  const exact = offset + length / perBlock <= Number.MAX_SAFE_INTEGER;
  const split = { unit: exact ? drawUnit : Math.max(length, 1), nanoseconds: nanoseconds * length };
  const bytes = length === 0 ? 0 : out.byteLength / length;
  runtimeFor(runtime, out).call((_, frame) => {
    const outPtr = frame.output(out);
    frame.split(length, split, (wasm, begin, count) => {
      const workPtr = frame.scratch(drawsBytes);
      draw(wasm, outPtr + begin * bytes, count, offset + begin / perBlock, workPtr);
    });
  });
}

function filled(n: number, fill: (out: Float32Array) => void): Float32Array {
  checkInteger("n", n, 0);
  const out = newArray(Float32Array, n);
  fill(out);
  return out;
}
