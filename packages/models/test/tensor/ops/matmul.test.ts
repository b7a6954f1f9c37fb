import { ShapeError } from "@lanewise/core-wasm";
import * as reference from "@lanewise/core-wasm/reference";
import { expect, it } from "vitest";
import { assertGradients, linear, matmul } from "../../../src/tensor/index.js";
import { onTape } from "../../onTape.js";
import { describeVariants, noise, noisy } from "../../variants.js";

const transposes = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);
const matrix = (rows: number, cols: number, across: boolean): number[] =>
  across ? [cols, rows] : [rows, cols];

describeVariants("matmul", (runtime) => {
  for (const options of transposes) {
    const { transposeA, transposeB } = options;
    it(`of two matrices: ${JSON.stringify(options)}`, () => {
      for (const [m, n, k] of [
        [3, 5, 4],
        [1, 1, 1],
        [9, 2, 11],
        [2, 3, 0],
      ] as const) {
        const a = noisy(matrix(m, k, transposeA), 1);
        const b = noisy(matrix(k, n, transposeB), 2);
        assertGradients(
          (tape, { a, b }) => matmul(tape, a, b, options),
          { a, b },
          {
            reference: ({ a, b }) => reference.matmul(a, b, { m, n, k, ...options }),
            runtime,
          },
        );
      }
    });

    it(`of a batch, each with its own b or one for all: ${JSON.stringify(options)}`, () => {
      const [m, n, k] = [3, 5, 4];
      for (const lead of [[3], [2, 2], [1]]) {
        const batch = lead.reduce((product, size) => product * size, 1);
        const a = noisy([...lead, ...matrix(m, k, transposeA)], 1);
        for (const broadcastB of [false, true]) {
          const b = noisy([...(broadcastB ? [] : lead), ...matrix(k, n, transposeB)], 2);
          assertGradients(
            (tape, { a, b }) => matmul(tape, a, b, options),
            { a, b },
            {
              reference: ({ a, b }) => reference.matmul(a, b, { m, n, k, ...options, batch, broadcastB }),
              runtime,
            },
          );
        }
      }
    });
  }

  it("multiplies a matrix with itself", () => {
    assertGradients(
      (tape, { a }) => matmul(tape, a, a, { transposeB: true }),
      { a: noisy([3, 4], 1) },
      {
        reference: ({ a }) => reference.matmul(a, a, { m: 3, n: 3, k: 4, transposeB: true }),
        runtime,
      },
    );
  });

  it("names the shape it wants", () => {
    onTape(runtime, (tape) => {
      const tensor = (...shape: number[]) => tape.empty(shape);
      expect(matmul(tape, tensor(2, 2, 3), tensor(3, 4)).shape).toEqual([2, 2, 4]);
      expect(() => matmul(tape, tensor(2, 3), tensor(4, 3))).toThrow(/^b: expected \[3, n\].*got \[4, 3\]$/);
      expect(() => matmul(tape, tensor(2, 3), tensor(4, 3), { transposeA: true })).toThrow(ShapeError);
      expect(() => matmul(tape, tensor(2, 2, 3), tensor(3, 3, 4))).toThrow(ShapeError);
      expect(() => matmul(tape, tensor(2, 3), tensor(1, 3, 4))).toThrow(ShapeError);
      expect(() => matmul(tape, tensor(3), tensor(3, 4))).toThrow(ShapeError);
      expect(() => matmul(tape, tensor(2, 3), tensor(3))).toThrow(ShapeError);
    });
  });
});

describeVariants("linear", (runtime) => {
  const weight = noisy([5, 4], 1);
  const bias = noisy([5], 2);
  const layer = (x: Float64Array, weight: Float64Array, bias?: Float64Array): Float64Array => {
    const shape = { m: x.length / 4, n: 5, k: 4, transposeB: true };
    return reference.matmul(x, weight, shape).map((value, i) => value + (bias?.[i % 5] ?? 0));
  };

  it("has the gradient of its reference, with a bias and without", () => {
    for (const shape of [[4], [3, 4], [2, 3, 4], [0, 4]]) {
      const x = noisy(shape, 3);
      assertGradients(
        (tape, { x, weight, bias }) => linear(tape, x, weight, bias),
        { x, weight, bias },
        {
          reference: ({ x, weight, bias }) => layer(x, weight, bias),
          runtime,
        },
      );
      assertGradients(
        (tape, { x, weight }) => linear(tape, x, weight),
        { x, weight },
        {
          reference: ({ x, weight }) => layer(x, weight),
          runtime,
        },
      );
    }
  });

  it("refuses shapes that do not fit", () => {
    onTape(runtime, (tape) => {
      const [w, b] = [tape.input(noise(20, 1), [5, 4]), tape.input(noise(5, 1), [5])];
      expect(linear(tape, tape.empty([2, 3, 4]), w, b).shape).toEqual([2, 3, 5]);
      expect(() => linear(tape, tape.empty([4, 5]), w)).toThrow(ShapeError);
      expect(() => linear(tape, tape.empty([]), w)).toThrow(ShapeError);
      expect(() => linear(tape, tape.empty([4]), w, tape.empty([4]))).toThrow(ShapeError);
      expect(() => linear(tape, tape.empty([4]), tape.empty([1, 5, 4]))).toThrow(ShapeError);
    });
  });
});
