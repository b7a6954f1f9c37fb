import { ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { add, addScalar, assertGradients, div, mul, scale, sub } from "../../../src/tensor/index.js";
import { onTape } from "../../onTape.js";
import { describeVariants, noise, noisy } from "../../variants.js";

const operations = {
  add: { op: add, reference: (a: number, b: number) => a + b },
  sub: { op: sub, reference: (a: number, b: number) => a - b },
  mul: { op: mul, reference: (a: number, b: number) => a * b },
  div: { op: div, reference: (a: number, b: number) => a / b },
};

/** Keeps away from 0, to divide by. */
function divisor(shape: readonly number[]): { values: Float32Array; shape: readonly number[] } {
  const { values } = noisy(shape, 2);
  return { values: values.map((value) => value + Math.sign(value)), shape };
}

describeVariants("arithmetic", (runtime) => {
  for (const [name, { op, reference }] of Object.entries(operations)) {
    it(`${name}s tensors of one shape`, () => {
      for (const shape of [[], [1], [7], [3, 5], [2, 3, 4], [0]]) {
        assertGradients(
          (tape, { a, b }) => op(tape, a, b),
          { a: noisy(shape, 1), b: divisor(shape) },
          {
            reference: ({ a, b }) => a.map((value, i) => reference(value, b[i]!)),
            runtime,
          },
        );
      }
    });

    it(`${name}s a tensor that is laid over the trailing dimensions`, () => {
      const cases = [
        { shape: [4, 5], over: [5] },
        { shape: [2, 3, 4], over: [4] },
        { shape: [2, 3, 4], over: [3, 4] },
        { shape: [6], over: [] },
        { shape: [0, 3], over: [3] },
      ];
      for (const { shape, over } of cases) {
        assertGradients(
          (tape, { a, b }) => op(tape, a, b),
          { a: noisy(shape, 1), b: divisor(over) },
          {
            reference: ({ a, b }) => a.map((value, i) => reference(value, b[i % b.length]!)),
            runtime,
          },
        );
      }
    });

    it(`${name}s a number`, () => {
      assertGradients(
        (tape, { a }) => op(tape, a, -2.5),
        { a: noisy([3, 3], 1) },
        {
          reference: ({ a }) => a.map((value) => reference(value, -2.5)),
          runtime,
        },
      );
    });

    it(`${name}s a tensor and itself`, () => {
      assertGradients(
        (tape, { a }) => op(tape, a, a),
        { a: divisor([5]) },
        {
          reference: ({ a }) => a.map((value) => reference(value, value)),
          runtime,
        },
      );
    });

    it(`${name} refuses shapes that do not fit`, () => {
      onTape(runtime, (tape) => {
        const a = tape.input(noise(6, 1), [2, 3]);
        for (const shape of [[2], [6], [3, 2], [2, 1], [1, 3], [1, 2, 3]]) {
          const size = shape.reduce((product, length) => product * length, 1);
          expect(() => op(tape, a, tape.input(noise(size, 2), shape))).toThrow(ShapeError);
        }
      });
    });
  }

  it("scales and shifts", () => {
    const a = noisy([9], 3);
    assertGradients(
      (tape, { a }) => scale(tape, a, 3),
      { a },
      { reference: ({ a }) => a.map((x) => 3 * x), runtime },
    );
    assertGradients(
      (tape, { a }) => addScalar(tape, a, 3),
      { a },
      { reference: ({ a }) => a.map((x) => 3 + x), runtime },
    );
  });
});
