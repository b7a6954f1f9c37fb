import { activation } from "../kernels/activations";
import { add } from "../kernels/elementwise";

/** What is done to the elements of a product once their sums are complete: c = activation(c + bias) + residual. */
@unmanaged
export class Epilogue {
  /** f32[n], or 0 for none */
  bias: usize;
  /** f32[m, n] with rows `residualStep` bytes apart, or 0 for none */
  residual: usize;
  residualStep: usize;
  /** As in `activation`; less than 0 for none. */
  kind: i32;
  alpha: f32;
}

/** The bytes that an `Epilogue` takes, in whole vectors. */
export const epilogueBytes: usize = (offsetof<Epilogue>() + 15) & ~15;

/** Applies it to a block of C, whose first element is c[row, column]. An element's bits do not depend on the block. */
export function finish(
  epilogue: Epilogue,
  cPtr: usize,
  cStep: usize,
  row: i32,
  column: i32,
  rows: i32,
  columns: i32,
): void {
  const biasPtr = epilogue.bias;
  const residualPtr = epilogue.residual;
  const offset = (<usize>column) << 2;
  for (let i = row; i < row + rows; i++) {
    if (biasPtr) add(cPtr, cPtr, biasPtr + offset, columns);
    if (epilogue.kind >= 0) activation(epilogue.kind, cPtr, cPtr, columns, epilogue.alpha);
    if (residualPtr) add(cPtr, cPtr, residualPtr + <usize>i * epilogue.residualStep + offset, columns);
    cPtr += cStep;
  }
}
