import { defaultRuntime } from "@lanewise/core-wasm";
import { expect, it } from "vitest";
import { mul, Parameter, sum, tanh, Tape } from "../../src/tensor/index.js";

const values = [0.5, -1, 2];

it("gives the same gradients in steps as at once, with others running in between", async () => {
  const w = new Parameter(defaultRuntime(), [3], values);
  const tape = new Tape();
  tape.run(() => tape.backward(sum(tape, mul(tape, tanh(tape, w), w))));
  const expected = w.grad!.toArray();
  w.zeroGrad();
  let pauses = 0;
  let others = 0;
  await tape.runAsync(async () => {
    const loss = sum(tape, mul(tape, tanh(tape, w), w));
    for (const _ of tape.backwardSteps(loss)) {
      pauses++;
      setTimeout(() => others++, 0);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  });
  expect(pauses).toBe(3);
  expect(others).toBe(3);
  expect(w.grad!.toArray()).toEqual(expected);
  tape.dispose();
  w.dispose();
});

it("gives a step's memory back when it ends, whether it was finished or not", async () => {
  const w = new Parameter(defaultRuntime(), [3], values);
  const tape = new Tape();
  const failed = new Error("given up");
  const inner = await tape.runAsync(async () => tanh(tape, w));
  expect(() => inner.toArray()).toThrow("array: expected a live array");
  await expect(
    tape.runAsync(async () => {
      tape.backwardSteps(sum(tape, tanh(tape, w))).next();
      await Promise.resolve();
      throw failed;
    }),
  ).rejects.toBe(failed);
  w.zeroGrad();
  tape.run(() => tape.backward(sum(tape, w)));
  expect([...w.grad!.toArray()]).toEqual([1, 1, 1]);
  tape.dispose();
  w.dispose();
});
