import { defaultRuntime, RandomStream, RangeError, type Runtime, ShapeError } from "@lanewise/core-wasm";
import { gruForward } from "@lanewise/core-wasm/reference";
import { describe, expect, it } from "vitest";
import { type Cell, fromKeras, fromPyTorch, Recurrent, type RecurrentOptions } from "../../src/rnn/index.js";
import { assertGradients, Parameter, reshape, Tape } from "../../src/tensor/index.js";
import { det, torch } from "../golden.js";
import { onTape } from "../onTape.js";
import { describeVariants, expectClose, noise } from "../variants.js";

const cells = ["rnn", "lstm", "gru"] as const satisfies Cell[];

/** [outer, inner, width] to [inner, outer, width]: the golden file has the batch first. */
function exchanged(values: ArrayLike<number>, outer: number, inner: number): Float64Array {
  const width = values.length / (outer * inner);
  return Float64Array.from({ length: values.length }, (_, at) => {
    const [i, o, k] = [Math.floor(at / (outer * width)), Math.floor(at / width) % outer, at % width];
    return values[(o * inner + i) * width + k]!;
  });
}

function recurrent(runtime: Runtime, options: RecurrentOptions, seed = 1): Recurrent {
  return new Recurrent(runtime, options, new RandomStream({ seed, runtime }));
}

function disposeAll(layers: Recurrent): void {
  for (const parameter of layers.parameters().values()) parameter.dispose();
}

/** Within 1e-4, relative to the largest: float32 sums are exact to their size. */
function expectGolden(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
  const largest = Math.max(...Array.from(expected, Math.abs));
  expectClose(actual, expected, { relative: 1e-5, absolute: 1e-5 * largest });
}

describeVariants("Recurrent", (runtime) => {
  for (const cell of cells) {
    it(`agrees with PyTorch: ${cell}`, () => {
      const [B, T, I, H] = [2, 5, 3, 4];
      const expected = torch[cell];
      const layers = recurrent(runtime, { cell, inputs: I, hidden: H });
      const parameters = [...layers.parameters().values()];
      expect([...layers.parameters().keys()]).toEqual(expected.params);
      parameters.forEach((parameter, i) => {
        expect(parameter.shape).toEqual(expected.shapes[i]);
        parameter.array.set(det(parameter.size, i + 1, 0.5));
      });
      const tape = new Tape({ runtime });
      tape.run(() => {
        const wants = { requiresGrad: true };
        const x = tape.input(exchanged(det(B * T * I, 11, 1), B, T), [T, B, I], wants);
        const h0 = tape.input(det(B * H, 12, 0.5), [B, H], wants);
        const c0 = tape.input(det(B * H, 13, 0.5), [B, H], wants);
        const { output, state } = layers.forward(tape, x, { state: { hidden: [h0], cell: [c0] } });
        const seed = exchanged(det(B * T * H, 14, 1), B, T);
        expectGolden(output.toArray(), exchanged(expected.y, B, T));
        const loss = output.toArray().reduce((sum, value, i) => sum + value * seed[i]!, 0);
        expectGolden([loss], [expected.lossv]);
        tape.backward(output, seed);
        expectGolden(x.grad!.toArray(), exchanged(expected.dx, B, T));
        expectGolden(h0.grad!.toArray(), expected.dh0);
        parameters.forEach(({ grad }, i) => expectGolden(grad!.toArray(), expected.grads[i]!));
        if (cell === "lstm") {
          expectGolden(state.hidden[0]!.toArray(), torch.lstm.hn);
          expectGolden(state.cell![0]!.toArray(), torch.lstm.cn);
          expectGolden(c0.grad!.toArray(), torch.lstm.dc0);
        } else expect(state.cell).toBeUndefined();
      });
      tape.dispose();
      disposeAll(layers);
    });
  }

  const variants: [string, Omit<RecurrentOptions, "inputs" | "hidden">][] = [
    ...cells.flatMap((cell): [string, { cell: Cell }][] => [[cell, { cell }]]),
    ["gru that resets before the product", { cell: "gru", resetAfter: false }],
    ["rnn with relu", { cell: "rnn", nonlinearity: "relu" }],
  ];
  for (const [name, options] of variants) {
    // Not where there are kinks: differences step over them.
    it.skipIf(options.nonlinearity === "relu")(
      `has the gradients of differences, masked, two ways: ${name}`,
      () => {
        const [T, B, I, H] = [3, 2, 2, 3];
        const layers = recurrent(runtime, {
          ...options,
          inputs: I,
          hidden: H,
          layers: 2,
          bidirectional: true,
        });
        const x = new Parameter(runtime, [T, B, I], noise(T * B * I, 1));
        const states = Array.from(
          { length: 8 },
          (_, i) => new Parameter(runtime, [B, H], noise(B * H, 2 + i)),
        );
        const inputs = [
          x,
          ...states.slice(0, options.cell === "lstm" ? 8 : 4),
          ...layers.parameters().values(),
        ];
        const lengths = [3, 2];
        for (const part of ["output", "state"] as const) {
          assertGradients(
            (tape) => {
              const state = { hidden: states.slice(0, 4), cell: states.slice(4) };
              const run = layers.forward(tape, x, { state, lengths });
              if (part === "output") return run.output;
              return reshape(tape, (run.state.cell ?? run.state.hidden)[3]!, [B * H]);
            },
            inputs,
            { samples: 12, tolerance: 0.03 },
          );
        }
        for (const parameter of [x, ...states]) parameter.dispose();
        disposeAll(layers);
      },
    );

    it(`reads a padded batch as it reads each sequence alone: ${name}`, () => {
      const [T, I, H] = [5, 3, 4];
      const lengths = [5, 2, 0, 3];
      const B = lengths.length;
      const layers = recurrent(runtime, { ...options, inputs: I, hidden: H, layers: 2, bidirectional: true });
      const values = noise(T * B * I, 3);
      const tape = new Tape({ runtime });
      tape.run(() => {
        const { output, state } = layers.forward(tape, tape.input(values, [T, B, I]), { lengths });
        for (const [b, length] of lengths.entries()) {
          const own = Float32Array.from({ length: length * I }, (_, at) => {
            return values[(Math.floor(at / I) * B + b) * I + (at % I)]!;
          });
          const alone = layers.forward(tape, tape.input(own, [length, 1, I]));
          const rows = Array.from({ length }, (_, t) => [
            ...output
              .toArray()
              .slice((t * B + b) * 2 * H)
              .slice(0, 2 * H),
          ]);
          expectClose(rows.flat(), alone.output.toArray());
          for (const list of ["hidden", "cell"] as const) {
            state[list]?.forEach((tensor, i) => {
              const row = tensor.toArray().slice(b * H, (b + 1) * H);
              expectClose(row, alone.state[list]![i]!.toArray());
            });
          }
        }
      });
      tape.dispose();
      disposeAll(layers);
    });
  }

  it("computes with imported weights what they were trained for: a GRU of either form", () => {
    const [T, B, I, H] = [4, 2, 3, 5];
    const [kernel, recurrentKernel] = [noise(I * 3 * H, 6), noise(H * 3 * H, 7)];
    for (const resetAfter of [true, false]) {
      const layers = recurrent(runtime, { cell: "gru", inputs: I, hidden: H, resetAfter });
      const bias = noise((resetAfter ? 6 : 3) * H, 8);
      const weights = fromKeras({ cell: "gru", inputs: I, hidden: H, kernel, recurrentKernel, bias });
      layers.setWeights(weights);
      const x = noise(T * B * I, 9);
      const expected = gruForward(
        { x, wIh: weights.weightIh, wHh: weights.weightHh, bIh: weights.biasIh, bHh: weights.biasHh },
        { steps: T, batch: B, inputs: I, hidden: H, resetAfter },
      );
      const actual = onTape(runtime, (tape) =>
        layers.forward(tape, tape.input(x, [T, B, I])).output.toArray(),
      );
      expectClose(actual, expected.hs);
      disposeAll(layers);
    }
  });

  it("goes on from a state as if the sequence had not been cut", () => {
    const [T, B, I, H] = [6, 3, 2, 5];
    for (const cell of cells) {
      const layers = recurrent(runtime, { cell, inputs: I, hidden: H, layers: 2 });
      const values = noise(T * B * I, 4);
      const tape = new Tape({ runtime });
      tape.run(() => {
        const whole = layers.forward(tape, tape.input(values, [T, B, I]));
        const cut = 2 * B * I;
        const first = layers.forward(tape, tape.input(values.subarray(0, cut), [2, B, I]));
        const rest = layers.forward(tape, tape.input(values.subarray(cut), [4, B, I]), {
          state: first.state,
        });
        expectClose([...first.output.toArray(), ...rest.output.toArray()], whole.output.toArray());
        expectClose(rest.state.hidden[1]!.toArray(), whole.state.hidden[1]!.toArray());
      });
      tape.dispose();
      disposeAll(layers);
    }
  });

  it("drops between the layers while the tape records, by its stream alone", () => {
    const [T, B, I, H] = [4, 2, 3, 8];
    const layers = recurrent(runtime, { inputs: I, hidden: H, layers: 2, dropout: 0.5 });
    const tape = new Tape({ runtime });
    const run = (seed: number, record = true) =>
      tape.run(() => {
        const body = () => {
          const x = tape.input(noise(T * B * I, 5), [T, B, I]);
          return layers.forward(tape, x, { random: new RandomStream({ seed, runtime }) }).output.toArray();
        };
        return record ? body() : tape.noGrad(body);
      });
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1, false)).toEqual(run(2, false));
    const one = { inputs: I, hidden: H };
    const [single, plain] = [recurrent(runtime, { ...one, dropout: 0.5 }), recurrent(runtime, one)];
    tape.run(() => {
      const x = tape.input(noise(T * B * I, 5), [T, B, I]);
      expect(() => layers.forward(tape, x)).toThrow("random: expected a RandomStream");
      expect(single.forward(tape, x).output.toArray()).toEqual(plain.forward(tape, x).output.toArray());
    });
    tape.dispose();
    for (const some of [layers, single, plain]) disposeAll(some);
  });
});

describe("Recurrent", () => {
  it("begins uniform in ±1/√H, and with the forget bias that is asked for", () => {
    const layers = recurrent(defaultRuntime(), { inputs: 10, hidden: 16, forgetBias: 1.5 });
    for (const [name, { array }] of layers.parameters()) {
      const { view } = array;
      for (const [i, value] of view.entries()) {
        if (name === "bias_ih_l0" && i >= 16 && i < 32) expect(value).toBe(1.5);
        else expect(Math.abs(value)).toBeLessThanOrEqual(0.25);
      }
      if (name === "bias_hh_l0") expect(view.subarray(16, 32)).toEqual(new Float32Array(16));
    }
    const mean = layers.weights(0).weightIh.array.view.reduce((sum, value) => sum + value ** 2, 0) / 640;
    expect(Math.sqrt(mean)).toBeCloseTo(0.25 / Math.sqrt(3), 2);
    disposeAll(layers);
  });

  it("names parameters as PyTorch does", () => {
    const layers = recurrent(defaultRuntime(), {
      cell: "gru",
      inputs: 2,
      hidden: 3,
      layers: 2,
      bidirectional: true,
    });
    const shapes = Array.from(layers.parameters(), ([name, { shape }]) => `${name} ${shape.join("×")}`);
    expect(shapes).toEqual([
      ..."weight_ih_l0 9×2,weight_hh_l0 9×3,bias_ih_l0 9,bias_hh_l0 9".split(","),
      ..."weight_ih_l0_reverse 9×2,weight_hh_l0_reverse 9×3,bias_ih_l0_reverse 9,bias_hh_l0_reverse 9".split(
        ",",
      ),
      ..."weight_ih_l1 9×6,weight_hh_l1 9×3,bias_ih_l1 9,bias_hh_l1 9".split(","),
      ..."weight_ih_l1_reverse 9×6,weight_hh_l1_reverse 9×3,bias_ih_l1_reverse 9,bias_hh_l1_reverse 9".split(
        ",",
      ),
    ]);
    disposeAll(layers);
    const plain = recurrent(defaultRuntime(), { cell: "rnn", inputs: 2, hidden: 3, bias: false });
    expect([...plain.parameters().keys()]).toEqual(["weight_ih_l0", "weight_hh_l0"]);
    disposeAll(plain);
  });

  it("refuses what does not fit, and says what", () => {
    const runtime = defaultRuntime();
    const layers = recurrent(runtime, { inputs: 2, hidden: 3 });
    const tape = new Tape({ runtime });
    tape.run(() => {
      const x = tape.input(noise(8, 1), [2, 2, 2]);
      const h = tape.input(noise(6, 1), [2, 3]);
      expect(() => layers.forward(tape, tape.input(noise(8, 1), [2, 4]))).toThrow("x: expected [T, B, 2]");
      expect(() => layers.forward(tape, x, { state: { hidden: [h] } })).toThrow(
        "state.cell: expected 1 tensors",
      );
      expect(() => layers.forward(tape, x, { state: { hidden: [], cell: [] } })).toThrow(ShapeError);
      const misfit = { hidden: [tape.input(noise(6, 1), [3, 2])], cell: [h] };
      expect(() => layers.forward(tape, x, { state: misfit })).toThrow("state.hidden: expected [2, 3]");
      expect(() => layers.forward(tape, x, { lengths: [1] })).toThrow("lengths: expected 2 elements");
      expect(() => layers.forward(tape, x, { lengths: [1, 3] })).toThrow(RangeError);
    });
    tape.dispose();
    const options = { inputs: 2, hidden: 3 };
    expect(() => recurrent(runtime, { ...options, cell: "qrnn" as Cell })).toThrow('"rnn", "lstm" or "gru"');
    expect(() => recurrent(runtime, { ...options, hidden: 0 })).toThrow(RangeError);
    expect(() => recurrent(runtime, { ...options, dropout: 1 })).toThrow("a probability below 1");
    expect(() => recurrent(runtime, { ...options, cell: "gru", forgetBias: 1 })).toThrow("expected an LSTM");
    expect(() => recurrent(runtime, { ...options, bias: false, forgetBias: 1 })).toThrow(
      "layers with biases",
    );
    const zeros = {
      cell: "lstm",
      inputs: 2,
      hidden: 3,
      weightIh: noise(24, 1),
      weightHh: noise(36, 2),
    } as const;
    const before = layers.weights(0).weightIh.toArray();
    const wider = fromPyTorch({ ...zeros, inputs: 3, weightIh: noise(36, 1) });
    expect(() => layers.setWeights(wider)).toThrow("weightIh: expected 24 elements");
    expect(layers.weights(0).weightIh.toArray()).toEqual(before);
    layers.setWeights(fromPyTorch(zeros));
    expect(layers.weights(0).weightIh.toArray()).toEqual(noise(24, 1));
    const plain = recurrent(runtime, { ...options, bias: false });
    plain.setWeights(fromPyTorch(zeros));
    expect(() => plain.setWeights(fromPyTorch({ ...zeros, biasIh: noise(12, 3) }))).toThrow(
      "biasIh: expected zeros",
    );
    disposeAll(plain);
    expect(() => layers.weights(1)).toThrow(RangeError);
    expect(() => layers.weights(0, 1)).toThrow(RangeError);
    disposeAll(layers);
  });
});
