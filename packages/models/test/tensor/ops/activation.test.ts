import type { ActivationKind } from "@lanewise/core-wasm";
import * as reference from "@lanewise/core-wasm/reference";
import { expect, it } from "vitest";
import { assertGradients } from "../../../src/tensor/index.js";
import * as ops from "../../../src/tensor/index.js";
import { onTape } from "../../onTape.js";
import { describeVariants, noise } from "../../variants.js";

const kinds = {
  exp: ops.exp,
  log: ops.log,
  tanh: ops.tanh,
  sigmoid: ops.sigmoid,
  logSigmoid: ops.logSigmoid,
  erf: ops.erf,
  relu: ops.relu,
  leakyRelu: ops.leakyRelu,
  elu: ops.elu,
  geluErf: ops.geluErf,
  geluTanh: ops.geluTanh,
  silu: ops.silu,
  mish: ops.mish,
  softplus: ops.softplus,
  softsign: ops.softsign,
  square: ops.square,
  sqrt: ops.sqrt,
  abs: ops.abs,
  sau: ops.sau,
  smoothAbs: ops.smoothAbs,
  smoothSign: ops.smoothSign,
  smoothStep: ops.smoothStep,
} satisfies Record<ActivationKind, unknown>;

describeVariants("activation", (runtime) => {
  for (const [name, op] of Object.entries(kinds)) {
    const kind = name as ActivationKind;
    const positive = kind === "log" || kind === "sqrt";
    const values = noise(37, 5, 4).map((value) => (positive ? Math.abs(value) + 0.1 : value));
    const x = { values, shape: [37] };

    it(`${kind} has the gradient of its reference`, () => {
      assertGradients(
        (tape, { x }) => op(tape, x),
        { x },
        {
          reference: ({ x }) => reference.activation(x, { kind }),
          runtime,
        },
      );
    });
  }

  it("takes alpha", () => {
    const x = { values: noise(12, 6, 3), shape: [3, 4] };
    for (const kind of ["leakyRelu", "elu", "sau", "smoothAbs", "smoothSign", "smoothStep"] as const) {
      assertGradients(
        (tape, { x }) => kinds[kind](tape, x, { alpha: 0.3 }),
        { x },
        {
          reference: ({ x }) => reference.activation(x, { kind, alpha: 0.3 }),
          runtime,
        },
      );
    }
  });

  it("keeps the shape, and chains", () => {
    onTape(runtime, (tape) => {
      const x = tape.input(noise(6, 7), [1, 2, 3], { requiresGrad: true });
      const y = ops.tanh(tape, ops.relu(tape, x));
      expect(y.shape).toEqual([1, 2, 3]);
      tape.backward(ops.sum(tape, y));
      expect(x.grad!.toArray().filter((value) => value === 0).length).toBe(
        x.toArray().filter((value) => value < 0).length,
      );
    });
  });
});
