import fc from "fast-check";
import { expect, it } from "vitest";
import {
  type Conv2dBackwardInputs,
  type Conv2dGradients,
  type Conv2dInputs,
  type ConvTranspose2dOptions,
  DTypeError,
  type KernelArray,
  RangeError,
  type Runtime,
  ShapeError,
} from "../src/index.js";
import golden from "./golden/conv2d.json" with { type: "json" };
import { expectThrows } from "./runtime/errors.js";
import { expectClose, noise } from "./variants.js";

export type Sizes = Omit<ConvTranspose2dOptions, "runtime">;
type Floats = ArrayLike<number>;
type Gradients<A> = Record<"dx" | "dweight" | "dbias", A>;

/** A convolution or a transposed one, with its reference, so that one suite fits both. */
export interface Operation {
  name: "conv2d" | "convTranspose2d";
  forward: (inputs: Conv2dInputs, options: ConvTranspose2dOptions) => Float32Array;
  forwardInto: (out: KernelArray<"f32">, inputs: Conv2dInputs, options: ConvTranspose2dOptions) => void;
  backwardInto: (
    gradients: Conv2dGradients,
    inputs: Conv2dBackwardInputs,
    options: ConvTranspose2dOptions,
  ) => void;
  outputSize: (options: ConvTranspose2dOptions) => [number, number];
  reference: {
    forward: (inputs: Record<"x" | "weight", Floats> & { bias?: Floats }, sizes: Sizes) => Float64Array;
    backward: (inputs: Record<"dy" | "x" | "weight", Floats>, sizes: Sizes) => Gradients<Float64Array>;
  };
}

interface Arrays {
  x: Float32Array;
  weight: Float32Array;
  bias: Float32Array;
  dy: Float32Array;
}

export function pairOf(value: ConvTranspose2dOptions["kernelSize"]): readonly [number, number] {
  return typeof value === "number" ? [value, value] : value;
}

/** What the sizes ask for, out of `make(length, seed)`. */
export function makeArrays(operation: Operation, sizes: Sizes, seed: number, make = noise): Arrays {
  const { batch, inChannels, outChannels, height, width, groups = 1 } = sizes;
  const [kernelHeight, kernelWidth] = pairOf(sizes.kernelSize);
  const [outHeight, outWidth] = operation.outputSize(sizes);
  return {
    x: make(batch * inChannels * height * width, seed),
    weight: make(((inChannels * outChannels) / groups) * kernelHeight * kernelWidth, seed + 1),
    bias: make(outChannels, seed + 2),
    dy: make(batch * outChannels * outHeight * outWidth, seed + 3),
  };
}

export function zerosFor({ x, weight, bias }: Arrays): Gradients<Float32Array> {
  return {
    dx: new Float32Array(x.length),
    dweight: new Float32Array(weight.length),
    dbias: new Float32Array(bias.length),
  };
}

const size = (array: Floats): Float64Array => Float64Array.from(array, Math.abs);

/** Each element within (√terms + 1) · 2⁻²² · Σ |terms|, where `sizes` has the sums of the magnitudes. */
function expectSums(actual: Floats, exact: Floats, magnitudes: Floats, terms: number): void {
  expect(actual.length).toBe(exact.length);
  for (let i = 0; i < exact.length; i++) {
    const bound = (Math.sqrt(terms) + 1) * 2 ** -22 * magnitudes[i]!;
    const error = Math.abs(actual[i]! - exact[i]!);
    if (!(error <= bound)) expect.fail(`element ${i}: ${actual[i]} for ${exact[i]}, bound ${bound}`);
  }
}

/** Runs forward and backward, the latter onto what is there, and compares all with the reference. */
function expectReference(operation: Operation, sizes: Sizes, seed: number, runtime: Runtime): void {
  const { reference } = operation;
  const arrays = makeArrays(operation, sizes, seed);
  const { x, weight, bias, dy } = arrays;
  const options = { ...sizes, runtime };
  const [kernelHeight, kernelWidth] = pairOf(sizes.kernelSize);
  const window = (kernelHeight * kernelWidth) / (sizes.groups ?? 1);
  const sized = { x: size(x), weight: size(weight), bias: size(bias), dy: size(dy) };
  const terms = window * sizes.inChannels + 1;
  for (const inputs of [
    { x, weight, bias },
    { x, weight },
  ]) {
    const magnitudes = reference.forward(
      "bias" in inputs ? sized : { x: sized.x, weight: sized.weight },
      sizes,
    );
    expectSums(operation.forward(inputs, options), reference.forward(inputs, sizes), magnitudes, terms);
  }
  const exact = reference.backward({ dy, x, weight }, sizes);
  const magnitudes = reference.backward(sized, sizes);
  const places = dy.length / Math.max(1, sizes.outChannels) + x.length / Math.max(1, sizes.inChannels);
  const counts = { dx: window * sizes.outChannels + 1, dweight: places, dbias: places };
  const gradients = zerosFor(arrays);
  const start: Gradients<Float32Array> = zerosFor(arrays);
  const names = ["dx", "dweight", "dbias"] as const;
  for (const name of names) {
    start[name] = noise(gradients[name].length, seed + 9);
    gradients[name].set(start[name]);
  }
  operation.backwardInto(gradients, { dy, x, weight }, options);
  for (const name of names) {
    const from = start[name];
    expectSums(
      gradients[name],
      exact[name].map((value, i) => value + from[i]!),
      magnitudes[name].map((value, i) => value + Math.abs(from[i]!)),
      counts[name],
    );
  }
}

/** Any small sizes that have a result. */
export function anySizes(operation: Operation): fc.Arbitrary<Sizes> {
  const both = (min: number, max: number): fc.Arbitrary<[number, number]> =>
    fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
  return fc
    .record({
      batch: fc.nat(2),
      channels: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(5), fc.nat(9)),
      image: both(1, 12),
      kernelSize: both(1, 4),
      stride: both(1, 3),
      padding: both(0, 3),
      dilation: both(1, 3),
      outputPadding: both(0, 2),
    })
    .map(({ channels: [groups, from, to], image: [height, width], outputPadding, ...rest }) => ({
      ...rest,
      ...{ groups, inChannels: groups * from, outChannels: groups * to, height, width },
      ...(operation.name === "convTranspose2d" && {
        outputPadding: [0, 1].map((axis) =>
          Math.min(outputPadding[axis]!, Math.max(rest.stride[axis]!, rest.dilation[axis]!) - 1),
        ) as [number, number],
      }),
    }))
    .filter((sizes) => {
      try {
        return operation.outputSize(sizes).length === 2;
      } catch {
        return false;
      }
    });
}

/** Sizes beyond one block of channels, of places, of images, or of a strip, and those of a small U-Net. */
const larger: Sizes[] = [
  { batch: 2, inChannels: 70, outChannels: 13, height: 9, width: 11, kernelSize: 3, padding: 1 },
  { batch: 1, inChannels: 13, outChannels: 130, height: 7, width: 7, kernelSize: 3, padding: 1, stride: 2 },
  { batch: 2, inChannels: 3, outChannels: 5, height: 21, width: 38, kernelSize: 3, padding: 1 },
  { batch: 1, inChannels: 66, outChannels: 2, height: 6, width: 45, kernelSize: 3, padding: 1 },
  {
    batch: 1,
    inChannels: 2,
    outChannels: 66,
    height: 6,
    width: 45,
    kernelSize: [5, 3],
    padding: 2,
    stride: 2,
  },
  { batch: 2, inChannels: 6, outChannels: 6, height: 28, width: 28, kernelSize: 3, padding: 1, groups: 6 },
  {
    batch: 2,
    inChannels: 6,
    outChannels: 12,
    height: 17,
    width: 14,
    kernelSize: 3,
    padding: 1,
    stride: 2,
    groups: 6,
  },
  { batch: 7, inChannels: 9, outChannels: 12, height: 7, width: 7, kernelSize: 3, padding: 1 },
  { batch: 9, inChannels: 5, outChannels: 6, height: 3, width: 1, kernelSize: 3, padding: 1, groups: 1 },
  { batch: 6, inChannels: 5, outChannels: 6, height: 5, width: 6, kernelSize: 2, stride: 2, padding: 1 },
  { batch: 3, inChannels: 20, outChannels: 11, height: 9, width: 7, kernelSize: 1 },
  { batch: 3, inChannels: 20, outChannels: 11, height: 8, width: 7, kernelSize: 1, stride: 2 },
  { batch: 2, inChannels: 9, outChannels: 10, height: 3, width: 2, kernelSize: 4, stride: 2, padding: 1 },
  { batch: 2, inChannels: 9, outChannels: 10, height: 14, width: 14, kernelSize: 2, stride: 2 },
  { batch: 1, inChannels: 5, outChannels: 7, height: 1, width: 1, kernelSize: 1 },
  { batch: 1, inChannels: 5, outChannels: 7, height: 9, width: 40, kernelSize: [1, 9], padding: [0, 4] },
];

/** The golden file's deterministic numbers. */
function deterministic(length: number, seed: number, scale = 0.5): Float64Array {
  return Float64Array.from({ length }, (_, i) => scale * Math.sin(1.7 * i + 0.9 * seed + 0.3));
}

export function testConvolution(operation: Operation, runtime: Runtime): void {
  const { name, forward, forwardInto, backwardInto, outputSize, reference } = operation;
  const small: Sizes = {
    ...{ batch: 2, inChannels: 4, outChannels: 6, height: 5, width: 9, groups: 2 },
    ...{ kernelSize: [3, 2] as const, stride: [2, 1] as const, padding: [1, 0] as const },
  };

  const cases = golden.cases.filter(({ op }) => op === name);
  it.each(cases.map((entry, index) => ({ entry, index })))(
    "agrees with PyTorch: case $index",
    ({ entry }) => {
      const sizes = entry as unknown as Sizes & { size: number[] };
      expect(outputSize(sizes)).toEqual(entry.size);
      const [x, weight] = [deterministic(entry.dx.length, 1, 1), deterministic(entry.dweight.length, 2)];
      const [bias, dy] = [deterministic(entry.dbias.length, 3), deterministic(entry.y.length, 4, 1)];
      const exact = { relative: 1e-12, absolute: 1e-12 };
      expectClose(reference.forward({ x, weight, bias }, sizes), entry.y, exact);
      const gradients = reference.backward({ dy, x, weight }, sizes);
      for (const gradient of ["dx", "dweight", "dbias"] as const) {
        expectClose(gradients[gradient], entry[gradient], exact);
      }
      const inputs = {
        x: new Float32Array(x),
        weight: new Float32Array(weight),
        bias: new Float32Array(bias),
      };
      expectClose(forward(inputs, { ...sizes, runtime }), entry.y, { scale: 2 });
      const actual = zerosFor({ ...inputs, dy: new Float32Array(dy) });
      backwardInto(actual, { ...inputs, dy: new Float32Array(dy) }, { ...sizes, runtime });
      for (const gradient of ["dx", "dweight", "dbias"] as const) {
        expectClose(actual[gradient], entry[gradient], { scale: 4 });
      }
    },
  );

  it("has a reference whose gradients are those of finite differences", () => {
    const sizes = { ...small, dilation: [1, 2] as const };
    const { x, weight, bias, dy } = makeArrays(operation, sizes, 4);
    const inputs: Record<"x" | "weight" | "bias", Float64Array> = {
      x: Float64Array.from(x),
      weight: Float64Array.from(weight),
      bias: Float64Array.from(bias),
    };
    const gradients = reference.backward({ dy, ...inputs }, sizes);
    for (const name of ["x", "weight", "bias"] as const) {
      const slopes = Array.from(inputs[name], (value, i) => {
        const [up, down] = [0.5, -0.5].map((shift) => {
          const moved = inputs[name].with(i, value + shift);
          const y = reference.forward({ ...inputs, [name]: moved }, sizes);
          return y.reduce((sum, y, j) => sum + y * dy[j]!, 0);
        });
        return up! - down!;
      });
      expectClose(gradients[`d${name}`], slopes, { relative: 1e-11, absolute: 1e-11 });
    }
  });

  it("equals its reference for any sizes: the result and all gradients, which are added", () => {
    fc.assert(
      fc.property(anySizes(operation), fc.nat(1000), (sizes, seed) =>
        expectReference(operation, sizes, seed, runtime),
      ),
      { numRuns: 300 },
    );
  });

  it.each(larger.map((sizes) => ({ sizes, what: JSON.stringify(sizes) })))(
    "equals its reference: $what",
    ({ sizes }) => expectReference(operation, sizes, 5, runtime),
  );

  it("gives each gradient the same bits alone, and leaves the others", () => {
    const arrays = makeArrays(operation, small, 6);
    const all = zerosFor(arrays);
    backwardInto(all, arrays, { ...small, runtime });
    for (const name of ["dx", "dweight", "dbias"] as const) {
      const one = zerosFor(arrays)[name];
      backwardInto({ [name]: one }, arrays, { ...small, runtime });
      expect(one).toEqual(all[name]);
    }
    backwardInto({}, arrays, { ...small, runtime });
  });

  it("gives an image the same bits wherever it stands in the batch", () => {
    const sizes = { ...small, batch: 3 };
    const { x, weight, bias } = makeArrays(operation, sizes, 7);
    const all = forward({ x, weight, bias }, { ...sizes, runtime });
    for (let b = 0; b < 3; b++) {
      const [from, to] = [x.length / 3, all.length / 3];
      const image = { x: x.subarray(b * from, (b + 1) * from), weight, bias };
      expect(forward(image, { ...sizes, batch: 1, runtime })).toEqual(all.subarray(b * to, (b + 1) * to));
    }
  });

  it("carries NaN and infinities where they belong, and nowhere else", () => {
    for (const sizes of [
      small,
      { ...small, padding: 0 },
      { ...small, groups: 1, outChannels: 9, inChannels: 10, kernelSize: 3 },
      { ...small, groups: 1, outChannels: 9, inChannels: 10, kernelSize: 3, padding: 0 },
      { ...small, groups: 1, inChannels: 3, outChannels: 3, kernelSize: 1, stride: 1, padding: 0 },
    ]) {
      const clean = makeArrays(operation, sizes, 8);
      const kinds = (values: Floats): string[] =>
        Array.from(values, (value) => (Number.isFinite(value) ? "finite" : String(value)));
      const collect = (out: Floats, { dx, dweight, dbias }: Gradients<Floats>): string[][] =>
        // The gradient of the weight counts the padding's zeros, and 0 · NaN is NaN: the reference leaves it out.
        [out, dx, dbias, sizes.padding === 0 ? dweight : []].map(kinds);
      const run = (arrays: Arrays): string[][] => {
        const gradients = zerosFor(arrays);
        backwardInto(gradients, arrays, { ...sizes, runtime });
        return collect(forward(arrays, { ...sizes, runtime }), gradients);
      };
      const exact = (arrays: Arrays): string[][] =>
        collect(reference.forward(arrays, sizes), reference.backward(arrays, sizes));
      for (const bad of [NaN, Infinity, -Infinity]) {
        for (const at of [0, 7]) {
          for (const which of ["x", "dy"] as const) {
            const spoilt = { ...clean, [which]: clean[which].with(at, bad) };
            expect(run(spoilt)).toEqual(exact(spoilt));
            // What lies in the working memory from the call before has no part in the next one.
            expect(
              run(clean)
                .flat()
                .every((kind) => kind === "finite"),
            ).toBe(true);
          }
        }
      }
    }
  });

  it("has no terms without images or channels", () => {
    for (const none of [{ batch: 0 }, { inChannels: 0 }, { outChannels: 0 }]) {
      const sizes = { ...small, ...none };
      const arrays = makeArrays(operation, sizes, 9);
      const out = forward(arrays, { ...sizes, runtime });
      expectClose(out, reference.forward(arrays, sizes), { relative: 0, absolute: 0 });
      expect(
        forward({ x: arrays.x, weight: arrays.weight }, { ...sizes, runtime }).every((y) => y === 0),
      ).toBe(true);
      const gradients = zerosFor(arrays);
      backwardInto(gradients, arrays, { ...sizes, runtime });
      expect([...gradients.dx, ...gradients.dweight].every((value) => value === 0)).toBe(true);
    }
  });

  it("takes resident arrays in place, unaligned, with the bits of the copying form", () => {
    for (const sizes of [small, { ...small, kernelSize: 1, stride: 1, padding: 0 }]) {
      const arrays = makeArrays(operation, sizes, 10);
      const expected = forward(arrays, { ...sizes, runtime });
      const gradients = zerosFor(arrays);
      backwardInto(gradients, arrays, { ...sizes, runtime });
      const { heap } = runtime;
      const place = (values: Float32Array) => {
        const whole = heap.alloc("f32", values.length + 2);
        return { whole, inner: whole.subarray(1, values.length + 1).set(values) };
      };
      const [x, weight, bias, dy] = [arrays.x, arrays.weight, arrays.bias, arrays.dy].map(place);
      const inputs = { x: x!.inner, weight: weight!.inner, bias: bias!.inner };
      const out = place(new Float32Array(expected.length));
      forwardInto(out.inner, inputs, sizes);
      const [dx, dweight, dbias] = Object.values(zerosFor(arrays)).map(place);
      backwardInto(
        { dx: dx!.inner, dweight: dweight!.inner, dbias: dbias!.inner },
        { ...inputs, dy: dy!.inner },
        sizes,
      );
      const results = { out, dx: dx!, dweight: dweight!, dbias: dbias! };
      for (const [name, { whole, inner }] of Object.entries(results)) {
        expect(inner.toArray()).toEqual(name === "out" ? expected : gradients[name as "dx"]);
        expect([whole.view[0], whole.view[whole.length - 1]]).toEqual([0, 0]);
      }
      for (const { whole } of [x!, weight!, bias!, dy!, ...Object.values(results)]) heap.free(whole);
    }
  });

  it("needs no memory for steps that are never taken", () => {
    const sizes = { batch: 2, inChannels: 3, outChannels: 5, height: 1, width: 1, kernelSize: 1 };
    const arrays = makeArrays(operation, sizes, 8);
    const [out, expected] = [arrays.dy.slice(), arrays.dy.slice()];
    const [gradients, wanted] = [zerosFor(arrays), zerosFor(arrays)];
    const far = { ...sizes, stride: 2 ** 30, dilation: 2 ** 30, runtime };
    forwardInto(out, arrays, far);
    forwardInto(expected, arrays, { ...sizes, runtime });
    backwardInto(gradients, arrays, far);
    backwardInto(wanted, arrays, { ...sizes, runtime });
    expect(out).toEqual(expected);
    expect(gradients).toEqual(wanted);
  });

  it("takes one number for both axes, and the defaults of PyTorch", () => {
    const sizes = { batch: 1, inChannels: 2, outChannels: 3, height: 6, width: 5, kernelSize: 3 };
    const spelt: Sizes = {
      ...{ ...sizes, kernelSize: [3, 3], stride: [1, 1], padding: [0, 0], dilation: [1, 1] },
      ...{ groups: 1, outputPadding: [0, 0] },
    };
    const arrays = makeArrays(operation, sizes, 11);
    expect(outputSize(sizes)).toEqual(outputSize(spelt));
    expect(forward(arrays, { ...sizes, runtime })).toEqual(forward(arrays, { ...spelt, runtime }));
  });

  it("refuses what does not fit, and writes nothing", () => {
    const arrays = makeArrays(operation, small, 12);
    const { x, weight, bias, dy } = arrays;
    const out = new Float32Array(dy.length).fill(3);
    const gradients = zerosFor(arrays);
    const options = { ...small, runtime };
    for (const [option, value, argument = option] of [
      ["batch", -1],
      ["inChannels", 1.5],
      ["outChannels", "6"],
      ["height", 0],
      ["width", NaN],
      ["groups", 0],
      ["groups", 4],
      ["kernelSize", 0],
      ["kernelSize", [3]],
      ["kernelSize", "3"],
      ["kernelSize", undefined],
      ["stride", [1, 0]],
      ["stride", 2 ** 31],
      ["padding", -1],
      ["padding", [1, 0.5]],
      ["padding", 2 ** 30, name === "conv2d" ? "height" : "padding"],
      ["dilation", 0],
    ] as const) {
      const wrong = { ...options, [option]: value } as ConvTranspose2dOptions;
      expectThrows(() => forwardInto(out, arrays, wrong), RangeError, argument);
      expectThrows(() => backwardInto(gradients, arrays, wrong), RangeError, argument);
      expectThrows(() => outputSize(wrong), RangeError, argument);
    }
    const long = (array: Float32Array): Float32Array => new Float32Array(array.length + 1);
    for (const [argument, run] of Object.entries({
      out: () => forwardInto(long(out), arrays, options),
      x: () => forwardInto(out, { ...arrays, x: long(x) }, options),
      weight: () => forwardInto(out, { ...arrays, weight: long(weight) }, options),
      bias: () => forwardInto(out, { ...arrays, bias: long(bias) }, options),
      dy: () => backwardInto(gradients, { ...arrays, dy: long(dy) }, options),
      dx: () => backwardInto({ ...gradients, dx: long(x) }, arrays, options),
      dweight: () => backwardInto({ ...gradients, dweight: long(weight) }, arrays, options),
      dbias: () => backwardInto({ ...gradients, dbias: long(bias) }, arrays, options),
    })) {
      expectThrows(run, ShapeError, argument);
    }
    const doubles = new Float64Array(x.length) as never;
    expectThrows(() => forwardInto(out, { ...arrays, x: doubles }, options), DTypeError, "x");
    expectThrows(() => backwardInto({ ...gradients, dx: doubles }, arrays, options), DTypeError, "dx");
    for (const missing of ["x", "weight", "dy"] as const) {
      const without = { ...arrays, [missing]: undefined as never };
      if (missing !== "dy") expectThrows(() => forwardInto(out, without, options), DTypeError, missing);
      expectThrows(() => backwardInto(gradients, without, options), DTypeError, missing);
    }
    expect([...out].every((value) => value === 3)).toBe(true);
    expect(Object.values(gradients).every((array) => array.every((value) => value === 0))).toBe(true);
  });
}
