import {
  checkSource,
  type FloatKernelArray,
  randomGumbelInto,
  randomIntegersInto,
  randomNormalInto,
  randomPermutationInto,
  type RandomSource,
  type RandomState,
  randomUniformInto,
} from "./kernels/random.js";
import { checkInteger, floatType, type KernelOptions } from "./runtime/checks.js";
import type { KernelArray } from "./runtime/frame.js";
import type { Runtime } from "./runtime/runtime.js";

/**
 * A source of random numbers that moves on: every call starts at the block where the one before ended, so no
 * block is used twice. `state` says where it stands; a stream made from it goes on with the same draws.
 *
 *     const random = new RandomStream({ seed: 1 });
 *     random.normalInto(weights, { std: 0.02 });
 *     const saved = random.state; // { seed: 1, stream: 0, offset: … }
 *     const resumed = new RandomStream(saved);
 */
export class RandomStream {
  readonly seed: number;
  readonly stream: number;
  readonly #runtime: Runtime | undefined;
  #offset: number;

  /** @throws RangeError */
  constructor(source: RandomSource & KernelOptions) {
    const { seed, stream, offset } = checkSource(source);
    this.seed = seed;
    this.stream = stream;
    this.#offset = offset;
    this.#runtime = source.runtime;
  }

  /** The next block of 128 bits. */
  get offset(): number {
    return this.#offset;
  }

  /** Seed, stream and offset, for a checkpoint. */
  get state(): RandomState {
    return { seed: this.seed, stream: this.stream, offset: this.#offset };
  }

  /**
   * Sets `blocks` blocks aside for a kernel that draws by itself, and says where they start.
   *
   *     sampleLogitsInto(out, logits, { rows, cols, ...random.take(sampleLogitsBlocks({ rows, cols })) });
   */
  take(blocks: number): RandomState {
    checkInteger("blocks", blocks, 0, Number.MAX_SAFE_INTEGER - this.#offset);
    const { state } = this;
    this.#offset += blocks;
    return state;
  }

  /** See `randomUniformInto`. */
  uniformInto(
    out: FloatKernelArray,
    bounds: { low?: number | undefined; high?: number | undefined } = {},
  ): void {
    const perBlock = floatType("out", out) === "f32" ? 4 : 2;
    this.#advance(out.length / perBlock, (source) => randomUniformInto(out, { ...bounds, ...source }));
  }

  /** See `randomNormalInto`. */
  normalInto(
    out: FloatKernelArray,
    shape: { mean?: number | undefined; std?: number | undefined } = {},
  ): void {
    this.#advance(out.length / 2, (source) => randomNormalInto(out, { ...shape, ...source }));
  }

  /** See `randomGumbelInto`. */
  gumbelInto(out: FloatKernelArray): void {
    this.#advance(out.length / 2, (source) => randomGumbelInto(out, source));
  }

  /** See `randomIntegersInto`. */
  integersInto(out: KernelArray<"i32">, { low, high }: { low: number; high: number }): void {
    this.#advance(out.length / 4, (source) => randomIntegersInto(out, { low, high, ...source }));
  }

  /** See `randomPermutationInto`. */
  permutationInto(out: KernelArray<"i32">): void {
    this.#advance(out.length / 4, (source) => randomPermutationInto(out, source));
  }

  /** One uniform of 53 bits in (0, 1). Takes a block. */
  uniform(): number {
    const out = new Float64Array(1);
    this.uniformInto(out);
    return out[0]!;
  }

  /** One standard normal. Takes a block. */
  normal(): number {
    const out = new Float64Array(1);
    this.normalInto(out);
    return out[0]!;
  }

  /** One whole number from low to high − 1. Takes a block. */
  integer(low: number, high: number): number {
    const out = new Int32Array(1);
    this.integersInto(out, { low, high });
    return out[0]!;
  }

  /** Draws, and moves on only if that did not throw. */
  #advance(blocks: number, draw: (source: RandomState & KernelOptions) => void): void {
    draw({ ...this.state, runtime: this.#runtime });
    this.#offset += Math.ceil(blocks);
  }
}
