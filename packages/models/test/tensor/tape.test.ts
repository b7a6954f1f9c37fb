import { DisposedError, RangeError, Runtime, ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import {
  add,
  detach,
  matmul,
  mean,
  mul,
  Parameter,
  reshape,
  square,
  sum,
  Tape,
  Tensor,
} from "../../src/tensor/index.js";
import { describeVariants } from "../variants.js";

describeVariants("Tape", (runtime) => {
  const onTape = <T>(body: (tape: Tape) => T): T => {
    const tape = new Tape({ runtime });
    try {
      return tape.run(() => body(tape));
    } finally {
      tape.dispose();
    }
  };

  it("adds to the gradients of inputs that want one, and of parameters", () => {
    const w = new Parameter(runtime, [3], [1, 2, 3]);
    onTape((tape) => {
      const x = tape.input([4, 5, 6], [3], { requiresGrad: true });
      const constant = tape.input([1, 1, 1], [3]);
      const loss = sum(tape, add(tape, mul(tape, x, w), mul(tape, x, constant)));
      expect(loss.item()).toBe(4 + 10 + 18 + 15);
      tape.backward(loss);
      expect([...x.grad!.view]).toEqual([2, 3, 4]);
      expect([...w.grad!.view]).toEqual([4, 5, 6]);
      expect(constant.grad).toBeUndefined();
    });
    onTape((tape) => tape.backward(sum(tape, w)));
    expect([...w.grad!.view]).toEqual([5, 6, 7]);
    w.zeroGrad();
    expect([...w.grad!.view]).toEqual([0, 0, 0]);
    w.dispose();
    w.dispose();
    expect(() => w.toArray()).toThrow(DisposedError);
  });

  it("does what its documentation shows", () => {
    const w = new Parameter(runtime, [2, 1], [1, -1]);
    const tape = new Tape({ runtime });
    const loss = tape.run(() => {
      const x = tape.input([1, 2, 3, 4], [2, 2]);
      const loss = mean(tape, square(tape, matmul(tape, x, w)));
      tape.backward(loss); // w.grad is there
      return loss.item();
    });
    expect(loss).toBe(1);
    expect([...w.grad!.view]).toEqual([-1 - 3, -2 - 4]);
    tape.dispose();
    w.dispose();
  });

  it("takes the gradient twice of a tensor that is used twice", () => {
    onTape((tape) => {
      const x = tape.input([3], [1], { requiresGrad: true });
      tape.backward(mul(tape, x, x));
      expect(x.grad!.view[0]).toBe(6);
    });
  });

  it("starts from a seed, for an output of any shape", () => {
    onTape((tape) => {
      const x = tape.input([1, 2, 3], [3], { requiresGrad: true });
      tape.backward(square(tape, x), [1, 10, -1]);
      expect([...x.grad!.view]).toEqual([2, 40, -6]);
      expect(() => tape.backward(square(tape, x))).toThrow(ShapeError);
      expect(() => tape.backward(square(tape, x), [1])).toThrow(ShapeError);
    });
  });

  it("refuses an output without a record", () => {
    onTape((tape) => {
      const x = tape.input([1, 2], [2], { requiresGrad: true });
      expect(() => tape.backward(sum(tape, tape.input([1], [1])))).toThrow(RangeError);
      const silent = tape.noGrad(() => sum(tape, x));
      expect(silent.requiresGrad).toBe(false);
      expect(() => tape.backward(silent)).toThrow(RangeError);
      const loss = sum(tape, x);
      tape.backward(loss);
      expect(() => tape.backward(loss)).toThrow(RangeError);
      expect([...x.grad!.view]).toEqual([1, 1]);
    });
  });

  it("refuses to go on from what a backward has been through, unless detached", () => {
    onTape((tape) => {
      const x = tape.input([1, 2], [2], { requiresGrad: true });
      const state = square(tape, x);
      tape.backward(sum(tape, state));
      expect(() => sum(tape, state)).toThrow(DisposedError);
      expect(() => sum(tape, reshape(tape, state, [2, 1]))).toThrow(DisposedError);
      expect(sum(tape, detach(state)).item()).toBe(5);
      expect(tape.noGrad(() => sum(tape, state)).item()).toBe(5);
      tape.backward(sum(tape, mul(tape, x, detach(state))));
      expect([...x.grad!.view]).toEqual([2 + 1, 4 + 4]);
    });
  });

  it("keeps the gradient of a reshaped parameter with the parameter", () => {
    const w = new Parameter(runtime, [4], [1, 2, 3, 4]);
    onTape((tape) => tape.backward(sum(tape, square(tape, reshape(tape, w, [2, 2])))));
    expect([...w.grad!.view]).toEqual([2, 4, 6, 8]);
    w.dispose();
  });

  it("leaves a frozen parameter alone", () => {
    const [w, v] = [new Parameter(runtime, [1], [2]), new Parameter(runtime, [1], [3])];
    w.requiresGrad = false;
    onTape((tape) => tape.backward(mul(tape, w, v)));
    expect(w.grad).toBeUndefined();
    expect(v.grad!.view[0]).toBe(2);
    w.dispose();
    v.dispose();
  });

  it("makes no gradient for a parameter that was disposed meanwhile", () => {
    const w = new Parameter(runtime, [2], [1, 2]);
    onTape((tape) => {
      const loss = sum(tape, w);
      w.dispose();
      const { bytesInUse } = runtime.heap;
      expect(() => tape.backward(loss)).toThrow(DisposedError);
      expect(() => w.ensureGrad()).toThrow(DisposedError);
      expect(w.grad).toBeUndefined();
      expect(runtime.heap.bytesInUse).toBe(bytesInUse);
    });
  });

  it("goes through the innermost step alone", () => {
    const w = new Parameter(runtime, [1], [5]);
    onTape((tape) => {
      const outer = square(tape, w);
      const x = tape.input([3], [1], { requiresGrad: true });
      tape.run(() => {
        tape.backward(mul(tape, mul(tape, x, x), w));
        expect(x.grad!.view[0]).toBe(30);
        expect(() => tape.backward(outer)).toThrow(RangeError);
      });
      expect(x.grad).toBeUndefined();
      expect(w.grad!.view[0]).toBe(9);
      tape.backward(outer);
      expect(w.grad!.view[0]).toBe(9 + 10);
    });
    w.dispose();
  });

  it("computes again inside a backward what its forward did not keep", () => {
    const w = new Parameter(runtime, [1], [5]);
    onTape((tape) => {
      const x = mul(tape, w, w);
      const out = tape.noGrad(() => square(tape, x));
      tape.record(out, [x], (dy) => {
        const gradient = { array: tape.gradOf(x) };
        tape.run(() => tape.backward(square(tape, new Tensor(x.array, x.shape, true, gradient)), dy));
      });
      tape.backward(out);
    });
    expect(w.grad!.view[0]).toBe(4 * 5 ** 3);
    w.dispose();
  });

  it("gives operations with several outputs the gradients that there are", () => {
    onTape((tape) => {
      const x = tape.input([2], [1], { requiresGrad: true });
      const make = (): [Tensor, Tensor] => {
        const [a, b] = [tape.input([4], [1]), tape.input([8], [1])];
        tape.recordAll([a, b], [x], ([da, db]) => {
          tape.gradOf(x)!.view[0]! += 4 * (da?.view[0] ?? 0) + 12 * (db?.view[0] ?? 0);
        });
        return [a, b];
      };
      const [, b] = make();
      tape.backward(square(tape, b));
      expect(x.grad!.view[0]).toBe(12 * 2 * 8);
      const [c, d] = make();
      tape.backward(add(tape, c, d));
      expect(x.grad!.view[0]).toBe(12 * 2 * 8 + 16);
    });
  });

  it("adopts a gradient that is ready, and adds the next", () => {
    onTape((tape) => {
      const x = tape.input([1, 1], [2], { requiresGrad: true });
      const ready = (values: number[]): void => {
        const out = tape.input([0], []);
        const gradient = tape.scratch(2).set(values);
        tape.record(out, [x], (dy) => tape.giveGrad(x, gradient, dy.view[0]));
        tape.backward(out, [3]);
        expect(x.grad === gradient).toBe(values[0] === 1);
      };
      ready([1, 2]);
      expect([...x.grad!.view]).toEqual([3, 6]);
      ready([10, 20]);
      expect([...x.grad!.view]).toEqual([33, 66]);
    });
  });

  it("records nothing inside noGrad, and again after an error there", () => {
    onTape((tape) => {
      const x = tape.input([1], [1], { requiresGrad: true });
      expect(() =>
        tape.noGrad(() => {
          expect(tape.recording).toBe(false);
          expect(tape.tracks(x)).toBe(false);
          throw new Error("stop");
        }),
      ).toThrow("stop");
      expect(tape.tracks(x)).toBe(true);
      expect(tape.tracks(undefined, tape.input([1], [1]))).toBe(false);
    });
  });

  it("ends tensors with their step, and takes temporaries back", () => {
    const tape = new Tape({ runtime });
    const gone = tape.run(() => tape.input([1, 2], [2]));
    expect(() => gone.toArray()).toThrow(DisposedError);
    tape.run(() => {
      const { ptr } = tape.scratch(8);
      const temporary = tape.temporarily(() => tape.scratch(8));
      expect(() => temporary.view).toThrow(DisposedError);
      expect(tape.scratch(8).ptr).toBe(ptr + 64);
    });
    tape.dispose();
    tape.dispose();
    expect(() => tape.input([1], [1])).toThrow(DisposedError);
    expect(() => tape.run(() => 1)).toThrow(DisposedError);
  });

  it("gives all its memory back", () => {
    const { bytesInUse } = runtime.heap;
    using tape = new Tape({ runtime });
    tape.run(() => sum(tape, tape.input([1, 2], [2])));
    tape.dispose();
    expect(runtime.heap.bytesInUse).toBe(bytesInUse);
  });

  it("checks shapes", () => {
    onTape((tape) => {
      expect(() => tape.input([1, 2], [3])).toThrow(ShapeError);
      expect(() => new Tensor(tape.scratch(3), [2])).toThrow(ShapeError);
      expect(() => tape.empty([2]).item()).toThrow(ShapeError);
      expect(() => new Parameter(runtime, [2], [1])).toThrow(ShapeError);
      expect([...tape.ids([3, 1]).view]).toEqual([3, 1]);
    });
  });
});

it("uses the default runtime, and outlives its own", () => {
  const runtime = Runtime.createSync();
  const tape = new Tape({ runtime });
  const w = new Parameter(runtime, [1]);
  tape.run(() => tape.empty([1]));
  runtime.dispose();
  tape.dispose();
  w.dispose();
  using other = new Tape();
  expect(other.run(() => sum(other, other.input([1, 2], [2])).item())).toBe(3);
});
