import { type Heap, type Runtime, ShapeError, type WasmArray } from "@lanewise/core-wasm";

/** Sizes from the outermost dimension to the innermost; `[]` is a scalar. */
export type Shape = readonly number[];

/** The gradient of a tensor, and of all tensors that share its elements. */
export interface Gradient {
  /** Undefined until a `backward` has reached the tensor. */
  array: WasmArray<"f32"> | undefined;
  /** Where the array is made and stays, for what is learnt. Without it: on the tape, until the step ends. */
  readonly heap?: Heap;
  /** Set once `backward` has used up the record of how the tensor came about. */
  spent?: boolean;
}

/**
 * A float32 array with a shape, row-major, resident in Wasm memory. A tape makes it and owns its memory; what is to
 * outlive the tape's step leaves as a copy, by `toArray` or `item`.
 */
export class Tensor {
  readonly array: WasmArray<"f32">;
  readonly shape: Shape;
  /** Whether `backward` works out a gradient for this tensor. */
  requiresGrad: boolean;
  /** The gradient's place. Tensors that share elements (see `reshape`) share it. */
  readonly gradient: Gradient;

  /** @throws ShapeError unless the shape has as many elements as the array */
  constructor(
    array: WasmArray<"f32">,
    shape: Shape,
    requiresGrad = false,
    gradient: Gradient = { array: undefined },
  ) {
    if (sizeOf(shape) !== array.length) {
      throw new ShapeError("shape", `a product of ${array.length}`, formatShape(shape));
    }
    this.array = array;
    this.shape = shape;
    this.requiresGrad = requiresGrad;
    this.gradient = gradient;
  }

  /** The number of elements. */
  get size(): number {
    return this.array.length;
  }

  /** What the `backward`s so far have added up to, undefined if none has reached this tensor. */
  get grad(): WasmArray<"f32"> | undefined {
    return this.gradient.array;
  }

  /** A copy of the elements, row-major. */
  toArray(): Float32Array {
    return this.array.toArray();
  }

  /** The one element of a tensor that has one. @throws ShapeError */
  item(): number {
    if (this.size !== 1) throw new ShapeError("tensor", "one element", formatShape(this.shape));
    return this.array.view[0]!;
  }
}

/**
 * A tensor that is learnt: it lives on the heap until its model is disposed, and so does its gradient, to which
 * every `backward` adds until an optimiser clears it. Set `requiresGrad` to false to freeze it.
 */
export class Parameter extends Tensor {
  readonly runtime: Runtime;

  /** @param values row-major; zeros if left out */
  constructor(runtime: Runtime, shape: Shape, values?: ArrayLike<number>) {
    const { heap } = runtime;
    const size = sizeOf(shape);
    if (values && values.length !== size) {
      throw new ShapeError(
        "values",
        `${size} elements for ${formatShape(shape)}`,
        `${values.length} elements`,
      );
    }
    super(values ? heap.from("f32", values) : heap.alloc("f32", size), shape, true, {
      array: undefined,
      heap,
    });
    this.runtime = runtime;
  }

  /** The gradient, made (all zero) if there is none yet. @throws DisposedError */
  ensureGrad(): WasmArray<"f32"> {
    return this.gradient.array ?? makeHeapGrad(this, this.runtime.heap);
  }

  /** Sets the gradient to zero. */
  zeroGrad(): void {
    this.gradient.array?.view.fill(0);
  }

  /** Gives the memory back. Again is no harm. */
  dispose(): void {
    const { heap, disposed } = this.runtime;
    if (disposed) return;
    heap.free(this.array);
    if (this.gradient.array) heap.free(this.gradient.array);
  }
}

/** A gradient, all zero, that stays as long as its tensor: one made after that was disposed would stay for good. */
export function makeHeapGrad({ array, gradient }: Tensor, heap: Heap): WasmArray<"f32"> {
  array.checkLive();
  return (gradient.array = heap.alloc("f32", array.length));
}

/** The number of elements: the product of the sizes, 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** As messages show it: "[2, 3]". */
export function formatShape(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}
