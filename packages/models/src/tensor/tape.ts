import {
  Arena,
  DisposedError,
  defaultRuntime,
  fillInto,
  type Runtime,
  ShapeError,
  type WasmArray,
} from "@lanewise/core-wasm";
import { formatShape, Parameter, type Shape, sizeOf, Tensor } from "./tensor.js";

interface Step {
  readonly output: Tensor;
  /** Adds to the gradients of the inputs, given the output's. */
  readonly backward: (outputGrad: WasmArray<"f32">) => void;
}

/**
 * Records what is computed from tensors, so that `backward` can run it in reverse (reverse-mode differentiation).
 * The tape owns an arena: the tensors of one step live there, and `run` gives it all back at the end, so a training
 * loop allocates nothing new once it is in its stride.
 *
 * ```ts
 * const tape = new Tape();
 * const loss = tape.run(() => {
 *   const x = tape.input([1, 2, 3, 4], [2, 2]);
 *   const loss = mean(tape, square(tape, matmul(tape, x, w)));
 *   tape.backward(loss); // w.grad is there
 *   return loss.item();
 * });
 * ```
 */
export class Tape {
  readonly runtime: Runtime;
  readonly arena: Arena;
  #steps: Step[] = [];
  #recording = true;
  #disposed = false;

  constructor({ runtime = defaultRuntime() }: { runtime?: Runtime | undefined } = {}) {
    this.runtime = runtime;
    this.arena = new Arena(runtime.heap);
  }

  /** Whether operations are recorded: not inside `noGrad`. */
  get recording(): boolean {
    return this.#recording;
  }

  /** A tensor with a copy of `values`. Give `requiresGrad` to have its gradient worked out. */
  input(values: ArrayLike<number>, shape: Shape, { requiresGrad = false } = {}): Tensor {
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        "values",
        `${sizeOf(shape)} elements for ${formatShape(shape)}`,
        `${values.length} elements`,
      );
    }
    return new Tensor(this.#arena.from("f32", values), shape, requiresGrad);
  }

  /** A copy of whole numbers (token ids, class indices) that lives as long as the step. */
  ids(values: ArrayLike<number>): WasmArray<"i32"> {
    return this.#arena.from("i32", values);
  }

  /** A tensor of arbitrary contents, for an operation to write. */
  empty(shape: Shape): Tensor {
    return new Tensor(this.#arena.alloc("f32", sizeOf(shape)), shape);
  }

  /** Working memory of arbitrary contents that an operation keeps for its backward. */
  scratch(length: number): WasmArray<"f32"> {
    return this.#arena.alloc("f32", length);
  }

  /**
   * Notes how `output` came about. `backward` gets the output's gradient, and adds to the gradients of those inputs
   * that want one (see `gradOf`). Nothing is noted inside `noGrad`, or if no input wants a gradient.
   */
  record(output: Tensor, inputs: readonly (Tensor | undefined)[], backward: Step["backward"]): void {
    if (!this.#recording || !inputs.some((input) => input?.requiresGrad)) return;
    output.requiresGrad = true;
    this.#steps.push({ output, backward });
  }

  /** Where an operation's backward adds the gradient of an input; undefined if it wants none. */
  gradOf(tensor: Tensor | undefined): WasmArray<"f32"> | undefined {
    if (!tensor?.requiresGrad) return undefined;
    if (tensor instanceof Parameter) return tensor.ensureGrad();
    if (!tensor.gradient.array) {
      tensor.gradient.array = this.#arena.alloc("f32", tensor.size);
      fillInto(tensor.gradient.array, { value: 0 });
    }
    return tensor.gradient.array;
  }

  /**
   * Works out the gradient of `loss` with respect to every tensor that wants one, and adds it to that tensor's. The
   * record is used up; the tensors stay until the step ends.
   *
   * @throws ShapeError unless `loss` has one element
   */
  backward(loss: Tensor): void {
    if (loss.size !== 1) throw new ShapeError("loss", "one element", formatShape(loss.shape));
    const steps = this.#steps;
    this.#steps = [];
    const seed = this.gradOf(loss);
    if (!seed) return;
    seed.view[0]! += 1;
    for (let i = steps.length - 1; i >= 0; i--) {
      const { output, backward } = steps[i]!;
      if (output.grad) backward(output.grad);
    }
  }

  /** Runs `body` without recording: for evaluation and sampling. */
  noGrad<T>(body: () => T): T {
    const before = this.#recording;
    this.#recording = false;
    try {
      return body();
    } finally {
      this.#recording = before;
    }
  }

  /** Runs one step: the tensors that `body` makes are gone when it returns. Steps nest. */
  run<T>(body: () => T): T {
    const mark = this.#arena.mark();
    const recorded = this.#steps.length;
    try {
      return body();
    } finally {
      this.#steps.length = Math.min(this.#steps.length, recorded);
      this.arena.release(mark);
    }
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {
    this.#disposed = true;
    this.#steps = [];
    if (!this.runtime.disposed) this.arena.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #arena(): Arena {
    if (this.#disposed) throw new DisposedError("tape", "a live tape", "a disposed one");
    return this.arena;
  }
}
