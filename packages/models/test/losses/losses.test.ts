import { RangeError, Runtime, ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { bceWithLogits, crossEntropy, mse, type Reduction } from "../../src/losses/index.js";
import { add, assertGradients, mul, scale, square, Tape } from "../../src/tensor/index.js";
import { det, torch } from "../golden.js";
import { onTape } from "../onTape.js";
import { describeVariants, expectClose, noise, noisy } from "../variants.js";

const reductions: Reduction[] = ["mean", "sum", "none"];

/** Float64 terms, put together as the reduction says; `counted` of them are in the mean. */
function reduced(terms: Float64Array, reduction: Reduction, counted = terms.length): Float64Array | number {
  if (reduction === "none") return terms;
  const total = terms.reduce((sum, term) => sum + term, 0);
  return reduction === "sum" ? total : total / counted;
}

describeVariants("mse", (runtime) => {
  for (const reduction of reductions) {
    it(`has the gradients of its reference: ${reduction}`, () => {
      for (const shape of [[1], [3, 7]]) {
        const inputs = { x: noisy(shape, 1), target: noisy(shape, 2) };
        assertGradients((tape, { x, target }) => mse(tape, x, target, { reduction }), inputs, {
          reference: ({ x, target }) =>
            reduced(
              x.map((value, i) => (value - target[i]!) ** 2),
              reduction,
            ),
          runtime,
        });
      }
    });
  }

  it("passes a gradient on that is not 1", () => {
    assertGradients(
      (tape, { x }) => square(tape, mse(tape, x, scale(tape, x, 3))),
      { x: noisy([5], 1) },
      {
        reference: ({ x }) => (x.reduce((sum, value) => sum + 4 * value ** 2, 0) / 5) ** 2,
        runtime,
      },
    );
  });

  it("refuses shapes that differ", () => {
    onTape(runtime, (tape) =>
      expect(() => mse(tape, tape.empty([2, 3]), tape.empty([3]))).toThrow(ShapeError),
    );
  });
});

describeVariants("bceWithLogits", (runtime) => {
  const targets = { values: [0, 1, 0.3, 1, 0, 0.5], shape: [2, 3] };
  const logits = noisy([2, 3], 4, 6);
  for (const reduction of reductions) {
    it(`has the gradients of its reference: ${reduction}`, () => {
      assertGradients(
        (tape, { z }) => bceWithLogits(tape, z, tape.input(targets.values, targets.shape), { reduction }),
        { z: logits },
        {
          reference: ({ z }) => {
            const terms = z.map((value, i) => {
              const y = Math.fround(targets.values[i]!);
              return Math.max(value, 0) - value * y + Math.log1p(Math.exp(-Math.abs(value)));
            });
            return reduced(terms, reduction);
          },
          runtime,
        },
      );
    });
  }

  it("is exact however far a logit is out", () => {
    onTape(runtime, (tape) => {
      const z = tape.input([80, -80, 1e4, -1e4, 80], [5], { requiresGrad: true });
      const loss = bceWithLogits(tape, z, tape.input([1, 0, 0, 1, 0], [5]), { reduction: "none" });
      expectClose(loss.toArray(), [Math.exp(-80), Math.exp(-80), 1e4, 1e4, 80], {
        relative: 1e-5,
        absolute: 0,
      });
      tape.backward(loss, [1, 1, 1, 1, 1]);
      expectClose(z.grad!.toArray(), [0, 0, 1, -1, 1], { absolute: 1e-7 });
    });
  });

  it("refuses shapes that differ", () => {
    onTape(runtime, (tape) => {
      expect(() => bceWithLogits(tape, tape.empty([2, 3]), tape.empty([6]))).toThrow(ShapeError);
    });
  });
});

describeVariants("crossEntropy", (runtime) => {
  const targets = [1, 4, -100, 0];
  const losses = (logits: Float64Array, cols: number, ids: number[], ignoreIndex = -100): Float64Array =>
    Float64Array.from(ids, (id, row) => {
      if (id === ignoreIndex) return 0;
      const values = logits.subarray(row * cols, (row + 1) * cols);
      const max = Math.max(...values);
      return max + Math.log(values.reduce((sum, value) => sum + Math.exp(value - max), 0)) - values[id]!;
    });

  for (const reduction of reductions) {
    it(`has the gradients of its reference: ${reduction}`, () => {
      assertGradients(
        (tape, { logits }) => crossEntropy(tape, logits, targets, { reduction }),
        { logits: noisy([2, 2, 5], 1, 3) },
        { reference: ({ logits }) => reduced(losses(logits, 5, targets), reduction, 3), runtime },
      );
    });

    it(`passes on a gradient that is not 1, to logits that are used elsewhere too: ${reduction}`, () => {
      const ids = [2, 0, 0, 3];
      assertGradients(
        (tape, { logits }) => {
          const options = { reduction, ignoreIndex: 0 };
          const loss = crossEntropy(tape, logits, tape.ids(ids), options);
          const twice = crossEntropy(tape, mul(tape, logits, logits), ids, options);
          return add(tape, square(tape, loss), mul(tape, twice, crossEntropy(tape, logits, ids, options)));
        },
        { logits: noisy([4, 5], 1, 2) },
        {
          reference: ({ logits }) => {
            const once = reduced(losses(logits, 5, ids, 0), reduction, 2);
            const twice = reduced(
              losses(
                logits.map((value) => value ** 2),
                5,
                ids,
                0,
              ),
              reduction,
              2,
            );
            if (typeof once === "number" || typeof twice === "number")
              return (once as number) * (+once + +twice);
            return once.map((value, i) => value ** 2 + twice[i]! * value);
          },
          runtime,
        },
      );
    });
  }

  it("agrees with PyTorch", () => {
    onTape(runtime, (tape) => {
      const logits = tape.input(det(20, 7, 3), [4, 5], { requiresGrad: true });
      const loss = crossEntropy(tape, logits, targets);
      expectClose([loss.item()], [torch.ce.loss]);
      tape.backward(loss);
      expectClose(logits.grad!.toArray(), torch.ce.dlogits);
    });
  });

  it("gives the same with and without a gradient", () => {
    onTape(runtime, (tape) => {
      const values = noise(60, 2, 5);
      const ids = Array.from({ length: 6 }, (_, i) => i);
      const recorded = crossEntropy(tape, tape.input(values, [6, 10], { requiresGrad: true }), ids);
      const plain = crossEntropy(tape, tape.input(values, [6, 10]), ids);
      expect(plain.requiresGrad).toBe(false);
      expectClose([plain.item()], [recorded.item()], { relative: 1e-6, absolute: 0 });
    });
  });

  it("of no rows that count is 0, with no gradient", () => {
    onTape(runtime, (tape) => {
      const logits = tape.input(noise(6, 1), [2, 3], { requiresGrad: true });
      const loss = crossEntropy(tape, logits, [-100, -100]);
      expect(loss.item()).toBe(0);
      tape.backward(loss);
      expect([...logits.grad!.toArray()]).toEqual([0, 0, 0, 0, 0, 0]);
    });
  });

  it("refuses targets that do not fit", () => {
    onTape(runtime, (tape) => {
      const logits = tape.input(noise(6, 1), [2, 3], { requiresGrad: true });
      for (const reduction of reductions) {
        expect(() => crossEntropy(tape, logits, [0, 3], { reduction })).toThrow(RangeError);
        expect(() => crossEntropy(tape, logits, [0, -1], { reduction })).toThrow(RangeError);
        expect(() => crossEntropy(tape, logits, [0], { reduction })).toThrow(ShapeError);
      }
    });
  });
});

it("a loss is right on a runtime whose memory grows in the middle of it", () => {
  using runtime = Runtime.createSync();
  onTape(runtime, (tape) => {
    const logits = tape.input(det(20, 7, 3), [4, 5], { requiresGrad: true });
    const before = runtime.memory.buffer.byteLength;
    const loss = crossEntropy(tape, logits, [1, 4, -100, 0]);
    expect(runtime.memory.buffer.byteLength).toBeGreaterThan(before);
    expectClose([loss.item()], [torch.ce.loss]);
  });
});

it("losses take the default runtime", () => {
  using tape = new Tape();
  tape.run(() => expect(mse(tape, tape.input([1, 3], [2]), tape.input([0, 0], [2])).item()).toBe(5));
});
