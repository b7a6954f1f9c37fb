import { RandomStream, RangeError, ShapeError } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { assertGradients, dropout, embedding, sum } from "../../../src/tensor/index.js";
import { onTape } from "../../onTape.js";
import { describeVariants, noise, noisy } from "../../variants.js";

describeVariants("embedding", (runtime) => {
  const table = noisy([5, 3], 1);
  const ids = [4, 0, 4, 2, 4, 1];

  it("gathers rows, and adds their gradients up", () => {
    assertGradients(
      (tape, { table }) => embedding(tape, table, ids),
      { table },
      {
        reference: ({ table }) => ids.flatMap((id) => [...table.subarray(3 * id, 3 * id + 3)]),
        runtime,
      },
    );
  });

  it("gives the ids' shape, and takes ids that are on the tape", () => {
    onTape(runtime, (tape) => {
      const weights = tape.input(table.values, table.shape);
      const copied = embedding(tape, weights, Int32Array.from(ids), { shape: [2, 3] });
      expect(copied.shape).toEqual([2, 3, 3]);
      expect([...embedding(tape, weights, tape.ids(ids)).toArray()]).toEqual([...copied.toArray()]);
      expect(embedding(tape, weights, []).shape).toEqual([0, 3]);
    });
  });

  it("refuses ids that are not in the table, and shapes that do not fit", () => {
    onTape(runtime, (tape) => {
      const weights = tape.input(table.values, table.shape);
      expect(() => embedding(tape, weights, [0, 5])).toThrow(RangeError);
      expect(() => embedding(tape, weights, [-1])).toThrow(RangeError);
      expect(() => embedding(tape, weights, ids, { shape: [5] })).toThrow(ShapeError);
      expect(() => embedding(tape, tape.empty([5]), ids)).toThrow(ShapeError);
      expect(() => embedding(tape, tape.empty([5, 3, 1]), ids)).toThrow(ShapeError);
    });
  });
});

describeVariants("dropout", (runtime) => {
  const stream = (): RandomStream => new RandomStream({ seed: 3, stream: 1 });

  it("drops a share of p, and keeps the mean", () => {
    onTape(runtime, (tape) => {
      const n = 40_000;
      for (const p of [0.1, 0.5, 0.9]) {
        const y = dropout(tape, tape.input(new Float32Array(n).fill(2), [n]), {
          p,
          stream: stream(),
        }).toArray();
        const kept = y.filter((value) => value !== 0);
        expect(new Set(kept)).toEqual(new Set([Math.fround(2 * Math.fround(1 / (1 - p)))]));
        // Five standard deviations.
        expect(Math.abs(kept.length / n - (1 - p))).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
      }
    });
  });

  it("drops the gradient of what it drops", () => {
    assertGradients(
      (tape, { x }) => dropout(tape, x, { p: 0.4, stream: stream() }),
      { x: noisy([4, 5], 1) },
      {
        runtime,
        tolerance: 1e-3,
      },
    );
  });

  it("draws on from its stream, and the same from the same state", () => {
    onTape(runtime, (tape) => {
      const random = stream();
      const draw = (stream: RandomStream): number[] => [
        ...dropout(tape, tape.input(noise(32, 1), [32]), { p: 0.5, stream }).toArray(),
      ];
      const first = draw(random);
      const second = draw(random);
      expect(second).not.toEqual(first);
      expect(draw(stream())).toEqual(first);
      expect(draw(new RandomStream({ seed: 3, stream: 1, offset: 8 }))).toEqual(second);
    });
  });

  it("leaves everything at p = 0, nothing at p = 1, and refuses other numbers", () => {
    onTape(runtime, (tape) => {
      const x = tape.input(noise(8, 1), [8], { requiresGrad: true });
      const random = stream();
      expect(dropout(tape, x, { p: 0, stream: random })).toBe(x);
      expect(random.offset).toBe(0);
      const none = dropout(tape, x, { p: 1, stream: random });
      expect(none.toArray().every((value) => value === 0)).toBe(true);
      tape.backward(sum(tape, none));
      expect(x.grad!.toArray().every((value) => value === 0)).toBe(true);
      for (const p of [-0.1, 1.1, NaN])
        expect(() => dropout(tape, x, { p, stream: random })).toThrow(RangeError);
    });
  });
});
