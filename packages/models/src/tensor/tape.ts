import {
  addScaledInto,
  Arena,
  DisposedError,
  defaultRuntime,
  fillInto,
  RangeError,
  type Runtime,
  scaleInto,
  ShapeError,
  WasmArray,
} from "@lanewise/core-wasm";
import { formatShape, type Gradient, makeHeapGrad, type Shape, sizeOf, Tensor } from "./tensor.js";

type Grad = WasmArray<"f32">;

interface Step {
  readonly outputs: readonly Tensor[];
  /** Adds to the gradients of the inputs, given the outputs'; not called if none of these is there. */
  readonly backward: (outputGrads: readonly (Grad | undefined)[]) => void;
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
  readonly #steps: Step[] = [];
  /** Gradients that live in the arena, in the order in which they were made. */
  readonly #gradients: Gradient[] = [];
  /** Where in `#steps` the innermost `run` began. */
  #begin = 0;
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

  /** A tensor with a copy of `values`. Give `requiresGrad` to have its gradient worked out. @throws ShapeError */
  input(
    values: ArrayLike<number>,
    shape: Shape,
    { requiresGrad = false }: { requiresGrad?: boolean } = {},
  ): Tensor {
    if (values.length !== sizeOf(shape)) {
      throw new ShapeError(
        "values",
        `${sizeOf(shape)} elements for ${formatShape(shape)}`,
        `${values.length} elements`,
      );
    }
    return new Tensor(this.#arena.from("f32", values), shape, requiresGrad);
  }

  /** A tensor of one element, of shape []. */
  scalar(value: number): Tensor {
    return new Tensor(this.#arena.from("f32", [value]), []);
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

  /** Runs `body`, and takes back what it got from `scratch` and `empty`: for the temporaries of a backward. */
  temporarily<T>(body: () => T): T {
    const mark = this.#arena.mark();
    try {
      return body();
    } finally {
      this.arena.release(mark);
    }
  }

  /** Whether an operation on these inputs is recorded: if not, it need not keep anything for its backward. */
  tracks(...inputs: readonly (Tensor | undefined)[]): boolean {
    return this.#recording && inputs.some((input) => input?.requiresGrad);
  }

  /**
   * Notes how `output` came about. `backward` gets the output's gradient, and adds to the gradients of those inputs
   * that want one (see `gradOf`). Nothing is noted inside `noGrad`, or if no input wants a gradient.
   *
   * @throws DisposedError if an earlier `backward` has used up the record that leads to an input
   */
  record(
    output: Tensor,
    inputs: readonly (Tensor | undefined)[],
    backward: (outputGrad: WasmArray<"f32">) => void,
  ): void {
    this.recordAll([output], inputs, ([grad]) => backward(grad!));
  }

  /**
   * As `record`, for an operation with several outputs. `backward` gets a gradient for each, undefined for those that
   * the loss does not depend on (never for all).
   */
  recordAll(
    outputs: readonly Tensor[],
    inputs: readonly (Tensor | undefined)[],
    backward: (outputGrads: readonly (WasmArray<"f32"> | undefined)[]) => void,
  ): void {
    if (!this.tracks(...inputs)) return;
    if (inputs.some((input) => input?.requiresGrad && input.gradient.spent)) {
      const wanted = "tensors whose record is there (detach what an earlier backward has been through)";
      throw new DisposedError("input", wanted, "one whose record a backward has used up");
    }
    for (const output of outputs) output.requiresGrad = true;
    this.#steps.push({ outputs, backward });
  }

  /**
   * Where an operation's backward adds the gradient of an input; undefined if it wants none.
   *
   * @throws DisposedError for a parameter that was disposed since it was used
   */
  gradOf(tensor: Tensor | undefined): WasmArray<"f32"> | undefined {
    if (!tensor?.requiresGrad) return undefined;
    const { gradient, size } = tensor;
    if (gradient.array) return gradient.array;
    if (gradient.heap) return makeHeapGrad(tensor, gradient.heap);
    gradient.array = this.#arena.alloc("f32", size);
    this.#gradients.push(gradient);
    fillInto(gradient.array, { value: 0 });
    return gradient.array;
  }

  /**
   * Adds `scale · grad` to the gradient of an input. Where there is none yet, `grad` itself becomes the gradient and
   * nothing is copied, so the operation must not touch it again: for one whose forward has the gradient ready.
   *
   * @param grad from this tape's `scratch`
   */
  giveGrad(tensor: Tensor, grad: WasmArray<"f32">, scale = 1): void {
    if (!tensor.requiresGrad) return;
    const { gradient } = tensor;
    if (gradient.array || gradient.heap) {
      addScaledInto(this.gradOf(tensor)!, grad, { scale });
      return;
    }
    if (scale !== 1) scaleInto(grad, grad, { scale });
    gradient.array = grad;
    this.#gradients.push(gradient);
  }

  /**
   * Works out the gradient of `output` with respect to every tensor that wants one, and adds it to that tensor's. The
   * record (of the innermost `run`) is used up; the tensors stay until the step ends.
   *
   * @param seed the gradient of what is minimised with respect to `output`, row-major. May be left out for a scalar,
   * which is then what is minimised: 1.
   * @throws ShapeError unless `output` has one element or a seed of its size
   * @throws RangeError if no recorded operation leads to `output`: it depends on nothing that wants a gradient, came
   * about inside `noGrad`, or was used up by an earlier `backward`
   */
  backward(output: Tensor, seed?: ArrayLike<number> | WasmArray<"f32">): void {
    const steps = this.backwardSteps(output, seed);
    while (!steps.next().done);
  }

  /**
   * As `backward`, with a pause after each operation, for loops that must let others run in between. Nothing else may
   * use the tape before the end.
   */
  *backwardSteps(output: Tensor, seed?: ArrayLike<number> | WasmArray<"f32">): Generator<void, void, void> {
    if (!seed && output.size !== 1) {
      throw new ShapeError("output", "one element, or a seed", formatShape(output.shape));
    }
    if (seed && seed.length !== output.size) {
      throw new ShapeError("seed", `${output.size} elements`, `${seed.length} elements`);
    }
    const leads = ({ outputs }: Step): boolean =>
      outputs.some(({ gradient }) => gradient === output.gradient);
    if (this.#steps.findLastIndex(leads) < this.#begin) {
      throw new RangeError("output", "a tensor with a record of how it came about", "one without");
    }
    const steps = this.#steps.splice(this.#begin);
    // A copy, because a view into Wasm memory would not outlive its growing.
    const start = seed instanceof WasmArray ? seed : Float32Array.from(seed ?? [1]);
    addScaledInto(this.gradOf(output)!, start, { scale: 1 });
    for (let i = steps.length - 1; i >= 0; i--) {
      const { outputs, backward } = steps[i]!;
      for (const { gradient } of outputs) gradient.spent = true;
      if (!outputs.some(({ grad }) => grad)) continue;
      backward(outputs.map(({ grad }) => grad));
      yield;
    }
  }

  /** Runs `body` (not an async function) without recording: for evaluation and sampling. */
  noGrad<T>(body: () => T): T {
    const before = this.#recording;
    this.#recording = false;
    try {
      return body();
    } finally {
      this.#recording = before;
    }
  }

  /**
   * Runs one step: the tensors that `body` (not an async function) makes are gone when it returns, and so are the
   * gradients of all but parameters that a `backward` inside made. Steps nest: a `backward` goes through the innermost
   * one alone, so a backward may compute again what its forward did not keep.
   */
  run<T>(body: () => T): T {
    const end = this.#open();
    try {
      return body();
    } finally {
      end();
    }
  }

  /** As `run`, for a body that waits in between. Nothing else may use the tape meanwhile. */
  async runAsync<T>(body: () => Promise<T>): Promise<T> {
    const end = this.#open();
    try {
      return await body();
    } finally {
      end();
    }
  }

  /** Begins a step; what comes back ends it. */
  #open(): () => void {
    const mark = this.#arena.mark();
    const { length: gradients } = this.#gradients;
    const outer = this.#begin;
    this.#begin = this.#steps.length;
    return () => {
      this.#steps.length = this.#begin;
      this.#begin = outer;
      for (const gradient of this.#gradients.splice(gradients)) gradient.array = undefined;
      this.arena.release(mark);
    };
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {
    this.#disposed = true;
    this.#steps.length = 0;
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
