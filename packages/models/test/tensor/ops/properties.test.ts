import * as reference from "@lanewise/core-wasm/reference";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  add,
  assertGradients,
  concat,
  linear,
  matmul,
  mul,
  reshape,
  slice,
  softmax,
  sum,
  tanh,
  transpose,
} from "../../../src/tensor/index.js";
import { onTape } from "../../onTape.js";
import { describeVariants, expectClose, noise, noisy } from "../../variants.js";

const size = fc.integer({ min: 1, max: 9 });
const shape = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 });
const runs = { numRuns: 25 };

describeVariants("operations of any shape", (runtime) => {
  it("multiply matrices", () => {
    const options = fc.record({ transposeA: fc.boolean(), transposeB: fc.boolean() });
    fc.assert(
      fc.property(
        fc.tuple(size, size, size),
        size,
        fc.boolean(),
        options,
        ([m, n, k], batch, shared, options) => {
          const a = noisy([batch, ...(options.transposeA ? [k, m] : [m, k])], 1);
          const b = noisy([...(shared ? [] : [batch]), ...(options.transposeB ? [n, k] : [k, n])], 2);
          assertGradients(
            (tape, { a, b }) => matmul(tape, a, b, options),
            { a, b },
            {
              reference: ({ a, b }) =>
                reference.matmul(a, b, { m, n, k, batch, broadcastB: shared, ...options }),
              samples: 20,
              runtime,
            },
          );
        },
      ),
      runs,
    );
  });

  it("lay a tensor over trailing dimensions", () => {
    fc.assert(
      fc.property(shape, fc.nat(4), (shape, lead) => {
        const over = shape.slice(lead);
        assertGradients(
          (tape, { a, b }) => mul(tape, add(tape, a, b), b),
          { a: noisy(shape, 1), b: noisy(over, 2) },
          {
            reference: ({ a, b }) => a.map((value, i) => (value + b[i % b.length]!) * b[i % b.length]!),
            samples: 20,
            runtime,
          },
        );
      }),
      runs,
    );
  });

  it("cut anywhere, and put together again what they cut", () => {
    fc.assert(
      fc.property(shape, fc.nat(), fc.nat(), (shape, pick, cut) => {
        const axis = pick % shape.length;
        const at = cut % (shape[axis]! + 1);
        const { values } = noisy(shape, 1);
        onTape(runtime, (tape) => {
          const x = tape.input(values, shape, { requiresGrad: true });
          const parts = [slice(tape, x, 0, at, { axis }), slice(tape, x, at, undefined, { axis })];
          const whole = concat(tape, parts, { axis });
          expect(whole.shape).toEqual(shape);
          expect(whole.toArray()).toEqual(values);
          const seed = noise(values.length, 2);
          tape.backward(whole, seed);
          expect(x.grad!.toArray()).toEqual(seed);
        });
      }),
      runs,
    );
  });

  it("transpose a product: (a b)ᵀ = bᵀ aᵀ", () => {
    fc.assert(
      fc.property(size, size, size, (m, n, k) => {
        onTape(runtime, (tape) => {
          const [a, b] = [tape.input(noise(m * k, 1), [m, k]), tape.input(noise(k * n, 2), [k, n])];
          const left = transpose(tape, matmul(tape, a, b));
          const right = matmul(tape, transpose(tape, b), transpose(tape, a));
          expect(left.shape).toEqual(right.shape);
          expectClose(left.toArray(), right.toArray());
        });
      }),
      runs,
    );
  });

  it("have gradients that are linear in the seed, and the same in pieces", () => {
    fc.assert(
      fc.property(
        size,
        size,
        size,
        fc.double({ min: -4, max: 4, noNaN: true }),
        (rows, inputs, outputs, factor) => {
          const weight = noise(outputs * inputs, 1);
          const gradient = (seed: (i: number) => number): Float32Array =>
            onTape(runtime, (tape) => {
              const x = tape.input(noise(rows * inputs, 2), [rows, inputs], { requiresGrad: true });
              const y = softmax(tape, tanh(tape, linear(tape, x, tape.input(weight, [outputs, inputs]))));
              const seeds = Float32Array.from({ length: y.size }, (_, i) => seed(i));
              const flat = reshape(tape, y, [-1]);
              tape.backward(sum(tape, mul(tape, flat, tape.input(seeds, [y.size]))));
              return x.grad!.toArray();
            });
          const [one, other] = [noise(rows * outputs, 3), noise(rows * outputs, 4)];
          const together = gradient((i) => one[i]! + factor * other[i]!);
          const parts = [gradient((i) => one[i]!), gradient((i) => other[i]!)] as const;
          expectClose(
            together,
            parts[0].map((value, i) => value + factor * parts[1][i]!),
            { absolute: 1e-5 },
          );
        },
      ),
      runs,
    );
  });
});
