import { RangeError } from "@lanewise/core-wasm";
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

  it("go along a dimension", () => {
    for (const [shape, axis, outer, length, inner] of [
      [[3, 4], 0, 1, 3, 4],
      [[3, 4], 1, 3, 4, 1],
      [[3, 4], -1, 3, 4, 1],
      [[2, 5, 3], 1, 2, 5, 3],
      [[2, 5, 3], -3, 1, 2, 15],
      [[7], 0, 1, 7, 1],
      [[2, 1, 1], 0, 1, 2, 1],
      [[2, 0], 1, 2, 0, 1],
      [[0, 3], 0, 1, 0, 3],
    ] as const) {
      const along = ({ x }: { x: Float64Array }): Float64Array =>
        Float64Array.from({ length: outer * inner }, (_, i) => {
          const [block, at] = [Math.floor(i / inner), i % inner];
          let total = 0;
          for (let j = 0; j < length; j++) total += x[(block * length + j) * inner + at]! ** 2;
          return total;
        });
      const x = noisy(shape, 1);
      assertGradients(
        (tape, { x }) => sum(tape, square(tape, x), { axis }),
        { x },
        { reference: along, runtime },
      );
      onTape(runtime, (tape) => {
        expect(sum(tape, tape.empty(shape), { axis }).shape).toEqual(
          shape.filter((_, i) => i !== axis && i !== axis + shape.length),
        );
      });
      if (length === 0) continue;
      assertGradients(
        (tape, { x }) => mean(tape, square(tape, x), { axis }),
        { x },
        {
          reference: ({ x }) => along({ x }).map((value) => value / length),
          runtime,
        },
      );
    }
    onTape(runtime, (tape) => {
      expect(() => sum(tape, tape.empty([2, 3]), { axis: 2 })).toThrow(RangeError);
      expect(() => mean(tape, tape.empty([]), { axis: 0 })).toThrow(RangeError);
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
