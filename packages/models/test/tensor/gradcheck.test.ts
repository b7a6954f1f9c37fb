import { Runtime, ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import {
  assertGradients,
  gradcheck,
  GradientError,
  mul,
  Parameter,
  square,
  sum,
  type Tape,
  type Tensor,
} from "../../src/tensor/index.js";
import { describeVariants, noisy } from "../variants.js";

/** x², with a derivative of 2x but for one element. */
function wrongSquare(tape: Tape, x: Tensor, element: number, factor: number): Tensor {
  const out = tape.empty(x.shape);
  for (let i = 0; i < x.size; i++) out.array.view[i] = x.array.view[i]! ** 2;
  tape.record(out, [x], (dy) => {
    const dx = tape.gradOf(x)!;
    for (let i = 0; i < x.size; i++)
      dx.view[i]! += (i === element ? factor : 2) * x.array.view[i]! * dy.view[i]!;
  });
  return out;
}

describeVariants("gradcheck", (runtime) => {
  const x = { values: [0.5, -1, 2, 3], shape: [2, 2] };
  const reference = ({ x }: { x: Float64Array }): Float64Array => x.map((value) => value ** 2);

  it("finds no fault with right gradients", () => {
    const result = assertGradients((tape, { x }) => square(tape, x), { x }, { reference, runtime });
    expect(result.maxRelativeError).toBeLessThan(1e-6);
    expect(result.maxOutputError).toBeLessThan(1e-6);
    const alone = assertGradients((tape, { x }) => square(tape, x), { x }, { runtime });
    expect(alone.maxRelativeError).toBeLessThan(1e-3);
  });

  it("names the input and the element of a wrong gradient", () => {
    const inputs = { x, y: x };
    const f = (tape: Tape, { y }: { y: Tensor }): Tensor => wrongSquare(tape, y, 2, 2.002);
    const squares = ({ y }: { y: Float64Array }): Float64Array => y.map((value) => value ** 2);
    const options = { reference: squares, runtime };
    const { worst, maxRelativeError } = gradcheck(f, inputs, options);
    expect(worst).toMatchObject({ input: "y", element: 2 });
    expect(maxRelativeError).toBeCloseTo(0.001, 4);
    expect(() => assertGradients(f, inputs, options)).toThrow(GradientError);
    expect(() => assertGradients(f, inputs, options)).toThrow(/^y\[2\]: expected a gradient of /);
    expect(() => assertGradients(f, inputs, { ...options, tolerance: 0.01 })).not.toThrow();
  });

  it("finds a fault in one element of many without a reference, and a NaN", () => {
    const many = [noisy([40], 1)] as const;
    const slightly = gradcheck((tape, [y]) => wrongSquare(tape, y, 17, 2.5), many, { runtime });
    expect(slightly.worst).toMatchObject({ input: "0", element: 17 });
    const broken = (tape: Tape, [y]: readonly [Tensor]): Tensor => wrongSquare(tape, y, 5, NaN);
    expect(gradcheck(broken, many, { runtime }).maxRelativeError).toBeNaN();
    expect(() => assertGradients(broken, many, { runtime })).toThrow(/^0\[5\]/);
  });

  it("finds a wrong output, whatever its gradients", () => {
    const shifted = ({ x }: { x: Float64Array }): Float64Array => x.map((value) => value ** 2 + 0.01);
    const f = (tape: Tape, { x }: { x: Tensor }): Tensor => square(tape, x);
    expect(() => assertGradients(f, { x }, { reference: shifted, runtime })).toThrow(/^output/);
    expect(() => gradcheck(f, { x }, { reference: () => 1, runtime })).toThrow(ShapeError);
  });

  it("takes a missing gradient for zero", () => {
    const constant = (tape: Tape, { x }: { x: Tensor }): Tensor => tape.noGrad(() => square(tape, x));
    expect(() => assertGradients(constant, { x }, { reference, runtime })).toThrow(/^x\[/);
  });

  it("differentiates with respect to parameters, and leaves them as they were", () => {
    const w = new Parameter(runtime, [3], [1, -2, 3]);
    w.ensureGrad().set([7, 8, 9]);
    const f = (tape: Tape, { x }: { x: Tensor }): Tensor => sum(tape, mul(tape, x, square(tape, w)));
    const inputs = { x: { values: [2, 3, 4], shape: [3] }, w };
    assertGradients(f, inputs, { runtime });
    assertGradients(f, inputs, {
      reference: ({ x, w }) => w.reduce((all, value, i) => all + x[i]! * value ** 2, 0),
    });
    expect([...w.toArray()]).toEqual([1, -2, 3]);
    expect([...w.grad!.toArray()]).toEqual([7, 8, 9]);
    w.dispose();
  });

  it("checks only some elements if asked", () => {
    const seen = new Set<string>();
    const spying = (tape: Tape, { x }: { x: Tensor }): Tensor => {
      seen.add(x.toArray().join());
      return square(tape, x);
    };
    gradcheck(spying, { x: noisy([100], 2) }, { samples: 3, runtime });
    expect(seen.size).toBe(1 + 2 * 3);
  });

  it("gives its memory back", () => {
    const { bytesInUse } = runtime.heap;
    gradcheck((tape, { x }) => square(tape, x), { x }, { runtime });
    expect(() =>
      gradcheck(
        () => {
          throw new Error("stop");
        },
        { x },
        { runtime },
      ),
    ).toThrow("stop");
    expect(runtime.heap.bytesInUse).toBe(bytesInUse);
  });
});

it("uses the default runtime", () => {
  const other = Runtime.createSync();
  const w = new Parameter(other, [1], [2]);
  assertGradients((tape, { w }) => square(tape, w), { w });
  other.dispose();
  assertGradients((tape, [x]) => square(tape, x), [{ values: [3], shape: [] }]);
});
