import fc from "fast-check";
import { expect, it } from "vitest";
import { DTypeError, type Runtime, type SequenceOptions, type WasmArray } from "../src/index.js";
import golden from "./golden/torch.json" with { type: "json" };
import { expectThrows } from "./runtime/errors.js";
import { expectClose, noise } from "./variants.js";

type Arrays<A> = Record<string, A | undefined>;
type Sizes = Omit<SequenceOptions, "runtime">;

/** A recurrent cell, its kernels and its references in one form, so that one suite fits all. */
export interface Cell {
  /** The entry of the golden file, if PyTorch has this cell. */
  golden?: "lstm" | "gru" | "rnn";
  /** What to say beside the sizes. */
  options?: object;
  /** How many gates of H rows the weights have. */
  gates: number;
  /** The states that are carried, with the names of their initial and final gradients. */
  states: { start: string; startGradient: string; endGradient: string; all: string }[];
  forward: (inputs: Arrays<Float32Array>, options: SequenceOptions) => Arrays<Float32Array>;
  backwardInto: (
    gradients: Arrays<Float32Array>,
    given: Arrays<Float32Array>,
    options: SequenceOptions,
  ) => void;
  /** The states, x, the weights and the options. */
  stepInto: (...parameters: unknown[]) => void;
  forwardInto: (
    outputs: Arrays<WasmArray<"f32">>,
    inputs: Arrays<WasmArray>,
    options: SequenceOptions,
  ) => void;
  reference: {
    forward: (inputs: Arrays<ArrayLike<number>>, sizes: Sizes) => Arrays<Float64Array>;
    backward: (
      above: Arrays<ArrayLike<number>>,
      inputs: Arrays<ArrayLike<number>>,
      outputs: Arrays<Float64Array>,
      sizes: Sizes,
    ) => Arrays<Float64Array>;
  };
}

export const hState = { start: "h0", startGradient: "dh0", endGradient: "dhT", all: "hs" };
export const cState = { start: "c0", startGradient: "dc0", endGradient: "dcT", all: "cs" };

/** The golden file's deterministic numbers. */
function deterministic(length: number, seed: number, scale = 0.5): Float64Array {
  return Float64Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 0.9 * seed + 0.3));
}

/** [B, T, width], as the golden file has it, to [T, B, width], or back again with B and T exchanged. */
function exchange(values: ArrayLike<number>, outer: number, inner: number): Float64Array {
  const width = values.length / (outer * inner);
  return Float64Array.from({ length: values.length }, (_, to) => {
    const [i, rest] = [Math.floor(to / (outer * width)), to % (outer * width)];
    return values[(Math.floor(rest / width) * inner + i) * width + (rest % width)]!;
  });
}

interface Given {
  mask: boolean;
  biases: boolean;
  starts: boolean;
}

function makeInputs(cell: Cell, sizes: Sizes, given: Given, seed: number): Arrays<Float32Array | Uint8Array> {
  const { steps, batch, inputs, hidden } = sizes;
  const rows = cell.gates * hidden;
  const arrays: Arrays<Float32Array | Uint8Array> = {
    x: noise(steps * batch * inputs, seed),
    wIh: noise(rows * inputs, seed + 1, 1.5 / Math.sqrt(inputs + 1)),
    wHh: noise(rows * hidden, seed + 2, 1.5 / Math.sqrt(hidden + 1)),
  };
  if (given.biases) {
    arrays.bIh = noise(rows, seed + 3);
    arrays.bHh = noise(rows, seed + 4);
  }
  if (given.starts) {
    cell.states.forEach(({ start }, index) => (arrays[start] = noise(batch * hidden, seed + 5 + index)));
  }
  if (given.mask)
    arrays.mask = Uint8Array.from(noise(steps * batch, seed + 8), (value) => (value < 0.3 ? 1 : 0));
  return arrays;
}

/** The gradients from above: of every step, and of the final states. */
function makeAbove(cell: Cell, { steps, batch, hidden }: Sizes, seed: number): Arrays<Float32Array> {
  const above: Arrays<Float32Array> = { dhs: noise(steps * batch * hidden, seed + 20) };
  cell.states.forEach(
    ({ endGradient }, index) => (above[endGradient] = noise(batch * hidden, seed + 21 + index)),
  );
  return above;
}

function zerosLike(arrays: Arrays<ArrayLike<number>>): Arrays<Float32Array> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]) => [name, new Float32Array(array!.length)]),
  );
}

function expectAllClose(
  actual: Arrays<ArrayLike<number>>,
  expected: Arrays<ArrayLike<number>>,
  bound: number,
): void {
  for (const [name, values] of Object.entries(expected)) {
    try {
      expectClose(actual[name]!, values!, { relative: bound, absolute: bound });
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
  }
}

/** Σ hs · dhs + Σ final states · their gradients: the loss whose gradients the backward pass gives. */
function lossOf(
  cell: Cell,
  outputs: Arrays<Float64Array>,
  above: Arrays<ArrayLike<number>>,
  sizes: Sizes,
): number {
  const { steps, batch, hidden, reverse } = sizes;
  const size = batch * hidden;
  let loss = outputs.hs!.reduce((sum, value, i) => sum + value * above.dhs![i]!, 0);
  const last = reverse ? 0 : steps - 1;
  for (const { all, endGradient } of cell.states) {
    const final = outputs[all]!.subarray(last * size, (last + 1) * size);
    loss += final.reduce((sum, value, i) => sum + value * above[endGradient]![i]!, 0);
  }
  return loss;
}

/** The suite. Masked rows are left out of the comparison of what is saved: nothing is promised of them. */
export function testSequences(cell: Cell, runtime: Runtime): void {
  const { reference } = cell;
  const everything: Given = { mask: true, biases: true, starts: true };

  if (cell.golden) {
    const entry = golden[cell.golden];
    const sizes = { steps: 5, batch: 2, inputs: 3, hidden: 4, ...cell.options };
    const x = exchange(deterministic(30, 11, 1), 2, 5);
    const [wIh, wHh, bIh, bHh] = entry.shapes.map((shape, index) =>
      deterministic(shape[0]! * (shape[1] ?? 1), index + 1),
    );
    const inputs: Arrays<Float64Array> = { x, wIh, wHh, bIh, bHh };
    cell.states.forEach(({ start }, index) => (inputs[start] = deterministic(8, 12 + index)));
    const dhs = exchange(deterministic(40, 14, 1), 2, 5);
    const expected: Arrays<ArrayLike<number>> = {
      dx: exchange(entry.dx, 2, 5),
      dh0: entry.dh0,
      ...("dc0" in entry ? { dc0: entry.dc0 } : {}),
      ...Object.fromEntries(
        ["dwIh", "dwHh", "dbIh", "dbHh"].map((name, index) => [name, entry.grads[index]!]),
      ),
    };

    it("agrees with PyTorch: the float64 reference", () => {
      const outputs = reference.forward(inputs, sizes);
      expectAllClose(outputs, { hs: exchange(entry.y, 2, 5) }, 1e-12);
      expectAllClose(reference.backward({ dhs }, inputs, outputs, sizes), expected, 1e-12);
      const loss = outputs.hs!.reduce((sum, value, i) => sum + value * dhs[i]!, 0);
      expectClose([loss], [entry.lossv], { relative: 1e-12 });
    });

    it("agrees with PyTorch: outputs and all gradients", () => {
      const given = narrow(inputs);
      const outputs = cell.forward(given, { ...sizes, runtime });
      expectAllClose(outputs, { hs: exchange(entry.y, 2, 5) }, 2e-6);
      if ("cn" in entry) expectClose(outputs.cs!.subarray(32), entry.cn, { relative: 2e-6, absolute: 2e-6 });
      const gradients = zerosLike(expected);
      cell.backwardInto(gradients, { ...given, ...outputs, ...narrow({ dhs }) }, { ...sizes, runtime });
      expectAllClose(gradients, expected, 5e-6);
    });
  }

  it("has a reference whose gradients are those of finite differences", () => {
    for (const reverse of [false, true]) {
      const sizes = { steps: 4, batch: 2, inputs: 2, hidden: 3, reverse, ...cell.options };
      const inputs: Arrays<ArrayLike<number>> = makeInputs(cell, sizes, everything, 3);
      const above = makeAbove(cell, sizes, 3);
      const gradients = reference.backward(above, inputs, reference.forward(inputs, sizes), sizes);
      for (const [name, values] of Object.entries(inputs)) {
        if (name === "mask") continue;
        const differences = Array.from(values!, (value, i) => {
          const [up, down] = [1e-5, -1e-5].map((shift) => {
            const moved = Float64Array.from(values!);
            moved[i] = value + shift;
            return lossOf(cell, reference.forward({ ...inputs, [name]: moved }, sizes), above, sizes);
          });
          return (up! - down!) / 2e-5;
        });
        const gradient = `d${name}`;
        expectAllClose(gradients, { [gradient]: differences }, 1e-7);
      }
    }
  });

  it("equals its reference for any sizes: outputs and all gradients, which are added", () => {
    const size = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
    fc.assert(
      fc.property(
        fc.record({
          steps: size(5),
          batch: size(7),
          inputs: size(9),
          hidden: size(11),
          reverse: fc.boolean(),
        }),
        fc.record({ mask: fc.boolean(), biases: fc.boolean(), starts: fc.boolean() }),
        fc.nat(1000),
        (drawn, given, seed) => {
          const sizes = { ...drawn, ...cell.options };
          const inputs = makeInputs(cell, sizes, given, seed) as Arrays<Float32Array>;
          const above = makeAbove(cell, sizes, seed);
          const expected = reference.forward(inputs, sizes);
          const outputs = cell.forward(inputs, { ...sizes, runtime });
          for (const { all } of cell.states) expectAllClose(outputs, { [all]: expected[all] }, 3e-6);
          const expectedGradients = reference.backward(above, inputs, expected, sizes);
          const gradients = zerosLike(expectedGradients);
          for (const gradient of Object.values(gradients)) gradient!.fill(1);
          cell.backwardInto(gradients, { ...inputs, ...outputs, ...above }, { ...sizes, runtime });
          const sums = Object.entries(expectedGradients).map(([name, values]) => [
            name,
            values!.map((v) => v + 1),
          ]);
          expectAllClose(gradients, Object.fromEntries(sums), 2e-5);
        },
      ),
      { numRuns: 150 },
    );
  });

  it("equals its reference at the sizes of a small model", () => {
    const sizes = { steps: 9, batch: 13, inputs: 33, hidden: 70, ...cell.options };
    const inputs = makeInputs(cell, sizes, everything, 5) as Arrays<Float32Array>;
    const expected = reference.forward(inputs, sizes);
    const outputs = cell.forward(inputs, { ...sizes, runtime });
    expectAllClose(outputs, { hs: expected.hs }, 2e-5);
    const above = makeAbove(cell, sizes, 5);
    const expectedGradients = reference.backward(above, inputs, expected, sizes);
    const gradients = zerosLike(expectedGradients);
    cell.backwardInto(gradients, { ...inputs, ...outputs, ...above }, { ...sizes, runtime });
    expectAllClose(gradients, expectedGradients, 1e-4);
  });

  it("copies the state bit by bit where the mask is 0, and hands gradients through", () => {
    const sizes = { steps: 3, batch: 2, inputs: 4, hidden: 5, ...cell.options };
    const inputs = makeInputs(cell, sizes, everything, 7) as Arrays<Float32Array>;
    const mask = new Uint8Array(6);
    const given = { ...inputs, mask: mask as never };
    const outputs = cell.forward(given, { ...sizes, runtime });
    for (const { all, start } of cell.states) {
      for (let t = 0; t < 3; t++) expect(outputs[all]!.subarray(t * 10, (t + 1) * 10)).toEqual(inputs[start]);
    }
    const ends = Object.fromEntries(
      cell.states.map(({ endGradient }, i) => [endGradient, noise(10, 30 + i)]),
    );
    const gradients = { dwIh: new Float32Array(cell.gates * 20), ...zerosLike(ends) };
    const named = Object.fromEntries(
      cell.states.map(({ startGradient }) => [startGradient, new Float32Array(10)]),
    );
    cell.backwardInto(
      { dwIh: gradients.dwIh, ...named },
      { ...given, ...outputs, ...ends },
      { ...sizes, runtime },
    );
    expect(gradients.dwIh.every((value) => value === 0)).toBe(true);
    for (const { startGradient, endGradient } of cell.states)
      expect(named[startGradient]).toEqual(ends[endGradient]);
  });

  it("runs backwards as forwards over the reversed sequence, bit by bit", () => {
    const sizes = { steps: 4, batch: 5, inputs: 3, hidden: 6, ...cell.options };
    const inputs = makeInputs(cell, sizes, { ...everything, mask: false }, 9) as Arrays<Float32Array>;
    const turned = (array: Float32Array): Float32Array => {
      const width = array.length / 4;
      const parts = [3, 2, 1, 0].map((t) => [...array.subarray(t * width, (t + 1) * width)]);
      return Float32Array.from(parts.flat());
    };
    const outputs = cell.forward({ ...inputs, x: turned(inputs.x!) }, { ...sizes, runtime });
    const reversed = cell.forward(inputs, { ...sizes, reverse: true, runtime });
    expect(reversed.hs).toEqual(turned(outputs.hs!));
  });

  it("steps in place with the bits of a sequence", () => {
    for (const batch of [1, 3, 4, 9]) {
      const sizes = { steps: 1, batch, inputs: 5, hidden: 7, ...cell.options };
      const { mask: _, ...inputs } = makeInputs(cell, sizes, everything, 11) as Arrays<Float32Array>;
      const outputs = cell.forward(inputs, { ...sizes, runtime });
      const states = cell.states.map(({ start }) => inputs[start]!.slice());
      const { x, wIh, wHh, bIh, bHh } = inputs;
      cell.stepInto(...states, x, { wIh, wHh, bIh, bHh }, { ...sizes, runtime });
      cell.states.forEach(({ all }, index) => expect(states[index]).toEqual(outputs[all]));
    }
  });

  it("gives resident arrays the same bits, without what is kept for the backward pass", () => {
    const sizes = { steps: 3, batch: 4, inputs: 5, hidden: 6, ...cell.options };
    const inputs = makeInputs(cell, sizes, everything, 13);
    const expected = cell.forward(inputs as Arrays<Float32Array>, { ...sizes, runtime });
    const resident = Object.fromEntries(
      Object.entries(inputs).map(([name, array]) => [
        name,
        runtime.heap.from(name === "mask" ? "u8" : "f32", array!),
      ]),
    );
    const hs = runtime.heap.alloc("f32", 3 * 4 * 6);
    cell.forwardInto({ hs }, resident, sizes);
    expect(hs.toArray()).toEqual(expected.hs);
    for (const array of [hs, ...Object.values(resident)]) runtime.heap.free(array);
  });

  it("computes the gradients that are asked for and no others", () => {
    const sizes = { steps: 3, batch: 4, inputs: 5, hidden: 6, ...cell.options };
    const inputs = makeInputs(cell, sizes, { ...everything, mask: false }, 15) as Arrays<Float32Array>;
    const above = makeAbove(cell, sizes, 15);
    const gradientsOf = (wanted: Arrays<Float32Array>): Arrays<Float32Array> => {
      const outputs = cell.forward(inputs, { ...sizes, runtime });
      cell.backwardInto(wanted, { ...inputs, ...outputs, ...above }, { ...sizes, runtime });
      return wanted;
    };
    const expected = reference.backward(above, inputs, reference.forward(inputs, sizes), sizes);
    const all = gradientsOf(zerosLike(expected));
    for (const name of Object.keys(expected)) {
      const one = gradientsOf({ [name]: new Float32Array(expected[name]!.length) });
      expect(one[name]).toEqual(all[name]);
    }
  });

  it("names an array that is missing, and writes nothing", () => {
    const sizes = { steps: 2, batch: 2, inputs: 2, hidden: 2, ...cell.options };
    const { x, wIh, wHh } = makeInputs(cell, sizes, everything, 16) as Arrays<Float32Array>;
    const inputs = { x, wIh, wHh };
    const options = { ...sizes, runtime };
    const outputs = cell.forward(inputs, options);
    for (const name of Object.keys(inputs)) {
      expectThrows(() => cell.forward({ ...inputs, [name]: undefined }, options), DTypeError, name);
    }
    const states = cell.states.map(() => new Float32Array(4).fill(5));
    expectThrows(() => cell.stepInto(...states, x!.subarray(4), { wIh }, options), DTypeError, "wHh");
    expect(states.every((state) => state.every((value) => value === 5))).toBe(true);
    expectThrows(() => cell.forwardInto({}, inputs as never, options), DTypeError, "hs");
    const dx = new Float32Array(8);
    for (const name of Object.keys(outputs)) {
      const given = { ...inputs, ...outputs, [name]: undefined };
      expectThrows(() => cell.backwardInto({ dx }, given, options), DTypeError, name);
    }
    expect(dx).toEqual(new Float32Array(8));
  });

  it("refuses arrays of the wrong length and counts that are none, and writes nothing", () => {
    const sizes = { steps: 2, batch: 2, inputs: 2, hidden: 2, ...cell.options };
    const inputs = makeInputs(cell, sizes, everything, 17) as Arrays<Float32Array>;
    const options = { ...sizes, runtime };
    const outputs = cell.forward(inputs, options);
    const before = Object.values(outputs).map((array) => array!.slice());
    const long = new Float32Array(99);
    for (const name of Object.keys(inputs)) {
      expect(() => cell.forward({ ...inputs, [name]: long }, options), name).toThrow(name);
      const given = { ...inputs, ...outputs, [name]: long };
      expect(() => cell.backwardInto({}, given, options), name).toThrow(name);
    }
    for (const name of Object.keys(outputs)) {
      const wrong = { ...outputs, [name]: long };
      expect(() => cell.forwardInto(wrong as never, inputs as never, options), name).toThrow(name);
    }
    for (const name of [
      ...Object.keys(outputs),
      ...cell.states.map(({ endGradient }) => endGradient),
      "dhs",
    ]) {
      expect(() => cell.backwardInto({}, { ...inputs, ...outputs, [name]: long }, options), name).toThrow(
        name,
      );
    }
    const gradientNames = [
      "dx",
      "dwIh",
      "dwHh",
      "dbIh",
      "dbHh",
      ...cell.states.map((state) => state.startGradient),
    ];
    for (const name of gradientNames) {
      const given = { ...inputs, ...outputs };
      expect(() => cell.backwardInto({ [name]: long }, given, options), name).toThrow(name);
    }
    for (const name of ["steps", "batch", "inputs", "hidden"]) {
      expect(() => cell.forward(inputs, { ...options, [name]: -1 }), name).toThrow(name);
    }
    for (const name of Object.keys({ reverse: false, ...cell.options })) {
      expect(() => cell.forward(inputs, { ...options, [name]: "yes" }), name).toThrow(name);
      const given = { ...inputs, ...outputs };
      expect(() => cell.backwardInto({}, given, { ...options, [name]: "yes" }), name).toThrow(name);
    }
    const { x, wIh, wHh } = inputs;
    const states = cell.states.map(() => long);
    expect(() => cell.stepInto(...states, x!.subarray(4), { wIh, wHh }, options)).toThrow("h");
    expect(Object.values(outputs)).toEqual(before);
  });
}

function narrow(arrays: Arrays<Float64Array>): Arrays<Float32Array> {
  return Object.fromEntries(
    Object.entries(arrays).flatMap(([name, array]) => (array ? [[name, Float32Array.from(array)]] : [])),
  );
}
