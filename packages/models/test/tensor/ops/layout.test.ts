import { RangeError, ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import {
  assertGradients,
  concat,
  detach,
  mul,
  Parameter,
  reshape,
  slice,
  square,
  straightThrough,
  sum,
  transpose,
} from "../../../src/tensor/index.js";
import { onTape } from "../../onTape.js";
import { describeVariants, noise, noisy } from "../../variants.js";

describeVariants("reshape", (runtime) => {
  it("shares the elements and the gradient", () => {
    onTape(runtime, (tape) => {
      const x = tape.input(noise(6, 1), [2, 3], { requiresGrad: true });
      const y = reshape(tape, x, [3, 2]);
      expect(y.array).toBe(x.array);
      tape.backward(sum(tape, mul(tape, y, reshape(tape, x, [3, -1]))));
      expect(y.grad).toBe(x.grad);
      expect([...x.grad!.view]).toEqual([...x.toArray().map((value) => 2 * value)]);
    });
    assertGradients(
      (tape, { x }) => square(tape, reshape(tape, square(tape, reshape(tape, x, [6])), [3, 2])),
      { x: noisy([2, 3], 1) },
      { reference: ({ x }) => x.map((value) => value ** 4), runtime },
    );
  });

  it("works out one size", () => {
    onTape(runtime, (tape) => {
      const x = tape.empty([2, 3, 4]);
      expect(reshape(tape, x, [-1]).shape).toEqual([24]);
      expect(reshape(tape, x, [4, -1, 2]).shape).toEqual([4, 3, 2]);
      for (const shape of [[5, -1], [-1, -1], [25], [0, -1], []]) {
        expect(() => reshape(tape, x, shape)).toThrow(ShapeError);
      }
      expect(reshape(tape, tape.empty([1]), []).shape).toEqual([]);
    });
  });

  it("is a constant inside noGrad", () => {
    const w = new Parameter(runtime, [2]);
    onTape(runtime, (tape) => expect(tape.noGrad(() => reshape(tape, w, [1, 2])).requiresGrad).toBe(false));
    w.dispose();
  });
});

describeVariants("detach and straightThrough", (runtime) => {
  it("stop and redirect the gradient", () => {
    onTape(runtime, (tape) => {
      const soft = tape.input([0.2, 0.7, 0.1], [3], { requiresGrad: true });
      const hard = tape.input([0, 1, 0], [3], { requiresGrad: true });
      const y = straightThrough(tape, hard, soft);
      expect([...y.toArray()]).toEqual([0, 1, 0]);
      tape.backward(mul(tape, square(tape, y), detach(soft)), [1, 2, 3]);
      expect(hard.grad).toBeUndefined();
      expect([...soft.grad!.view]).toEqual([0, Math.fround(2 * 2 * Math.fround(0.7)), 0]);
      expect(() => straightThrough(tape, hard, tape.empty([3, 1]))).toThrow(ShapeError);
    });
  });
});

describeVariants("transpose", (runtime) => {
  it("swaps the last two dimensions", () => {
    for (const shape of [
      [3, 5],
      [2, 4, 3],
      [2, 2, 1, 6],
      [0, 3],
    ]) {
      const [rows, cols] = shape.slice(-2) as [number, number];
      assertGradients(
        (tape, { x }) => transpose(tape, transpose(tape, transpose(tape, x))),
        { x: noisy(shape, 1) },
        {
          reference: ({ x }) =>
            x.map((_, i) => {
              const [matrix, at] = [Math.floor(i / (rows * cols)) * rows * cols, i % (rows * cols)];
              return x[matrix + (at % rows) * cols + Math.floor(at / rows)]!;
            }),
          runtime,
        },
      );
    }
    onTape(runtime, (tape) => {
      expect(transpose(tape, tape.empty([2, 3, 4])).shape).toEqual([2, 4, 3]);
      expect(() => transpose(tape, tape.empty([3]))).toThrow(ShapeError);
    });
  });
});

describeVariants("concat and slice", (runtime) => {
  it("put together and take apart along every dimension", () => {
    for (const axis of [0, 1, 2, -1, -2, -3]) {
      const shape = [2, 3, 4];
      const sizes = [1, 3, 2];
      const parts = sizes.map((size, i) => noisy(shape.with(axis, size), i));
      assertGradients(
        (tape, parts) => {
          const whole = square(tape, concat(tape, parts, { axis }));
          expect(whole.shape).toEqual(shape.with(axis, 6));
          return slice(tape, whole, 1, -1, { axis });
        },
        parts,
        { runtime, tolerance: 5e-3 },
      );
      onTape(runtime, (tape) => {
        const tensors = parts.map(({ values, shape }) => tape.input(values, shape));
        const whole = concat(tape, tensors, { axis });
        let at = 0;
        tensors.forEach((tensor, i) => {
          const back = slice(tape, whole, at, (at += sizes[i]!), { axis });
          expect(back.shape).toEqual(tensor.shape);
          expect([...back.toArray()]).toEqual([...tensor.toArray()]);
        });
      });
    }
  });

  it("adds up the gradients of overlapping slices, and of a part that comes twice", () => {
    assertGradients(
      (tape, { x }) => concat(tape, [slice(tape, x, 0, 3), slice(tape, x, 1), slice(tape, x, -2), x, x]),
      { x: noisy([2, 4], 1) },
      {
        reference: ({ x }) =>
          [0, 4].flatMap((row) => [0, 1, 2, 1, 2, 3, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3].map((at) => x[row + at]!)),
        runtime,
      },
    );
  });

  it("refuses what does not fit", () => {
    onTape(runtime, (tape) => {
      const x = tape.empty([2, 3]);
      expect(slice(tape, x, 1, 1).shape).toEqual([2, 0]);
      expect(() => slice(tape, x, 0, 4)).toThrow(RangeError);
      expect(() => slice(tape, x, 2, 1)).toThrow(RangeError);
      expect(() => slice(tape, x, 0.5)).toThrow(RangeError);
      expect(() => slice(tape, x, 0, 1, { axis: 2 })).toThrow(RangeError);
      expect(() => slice(tape, tape.empty([]), 0)).toThrow(RangeError);
      expect(() => concat(tape, [])).toThrow(ShapeError);
      expect(() => concat(tape, [x, tape.empty([3, 3])])).toThrow(ShapeError);
      expect(() => concat(tape, [x, tape.empty([2])])).toThrow(ShapeError);
      expect(() => concat(tape, [x, x], { axis: -3 })).toThrow(RangeError);
    });
  });
});
