import * as reference from "@lanewise/core-wasm/reference";
import { expect, it } from "vitest";
import { assertGradients, logSoftmax, mean, mul, softmax, square, sum } from "../../../src/tensor/index.js";
import { onTape } from "../../onTape.js";
import { describeVariants, noise, noisy } from "../../variants.js";

describeVariants("sum and mean", (runtime) => {
  it("have the gradient of their reference", () => {
    for (const shape of [[], [1], [17], [3, 4, 5]]) {
      const x = noisy(shape, 1);
      const total = ({ x }: { x: Float64Array }): number => x.reduce((all, value) => all + value ** 2, 0);
      assertGradients((tape, { x }) => sum(tape, square(tape, x)), { x }, { reference: total, runtime });
      assertGradients(
        (tape, { x }) => mean(tape, square(tape, x)),
        { x },
        {
          reference: ({ x }) => total({ x }) / x.length,
          runtime,
        },
      );
    }
  });

  it("of nothing are 0 and NaN", () => {
    onTape(runtime, (tape) => {
      expect(sum(tape, tape.empty([0])).item()).toBe(0);
      expect(mean(tape, tape.empty([3, 0])).item()).toBeNaN();
      expect(sum(tape, tape.input(noise(5, 1), [5])).shape).toEqual([]);
    });
  });

  it("add to a gradient that is there", () => {
    onTape(runtime, (tape) => {
      const x = tape.input([1, 2], [2], { requiresGrad: true });
      tape.backward(mul(tape, sum(tape, x), mean(tape, x)));
      expect([...x.grad!.view]).toEqual([3, 3]);
    });
  });
});

describeVariants("softmax and logSoftmax", (runtime) => {
  it("have the gradient of their reference", () => {
    for (const shape of [[6], [1, 1], [5, 3], [2, 3, 9]]) {
      const x = noisy(shape, 2, 3);
      const cols = shape.at(-1)!;
      const view = { rows: x.values.length / cols, cols };
      assertGradients(
        (tape, { x }) => softmax(tape, x),
        { x },
        {
          reference: ({ x }) => reference.softmax(x, view),
          runtime,
        },
      );
      assertGradients(
        (tape, { x }) => logSoftmax(tape, x),
        { x },
        {
          reference: ({ x }) => reference.logSoftmax(x, view),
          runtime,
        },
      );
    }
  });
});
