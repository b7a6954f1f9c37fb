import { defaultRuntime, LanewiseError, type Runtime, ShapeError } from "@lanewise/core-wasm";
import { Tape } from "./tape.js";
import { Parameter, type Shape, type Tensor } from "./tensor.js";

/** Where to differentiate: values and their shape, or a parameter as it stands (and as it is left). */
export type GradcheckInput = { readonly values: ArrayLike<number>; readonly shape: Shape } | Parameter;

/** Inputs by name, or in a list. */
export type GradcheckInputs = Readonly<Record<string, GradcheckInput>> | readonly GradcheckInput[];

/** How to differentiate, and how exactly the gradients are to agree. */
export interface GradcheckOptions<I extends GradcheckInputs> {
  /**
   * What `f` computes, in float64: all elements of its output (a number for a scalar), from the same inputs as plain
   * arrays. It is differentiated in place of `f`, which being float32 cannot be differentiated closely.
   */
  reference?: ((inputs: { [K in keyof I]: Float64Array }) => number | ArrayLike<number>) | undefined;
  /** The step, times max(1, |x|). Default: 1e-5 with a reference, 1e-2 without. */
  epsilon?: number | undefined;
  /** The most that `maxRelativeError` may be for `assertGradients`. Default: 1e-4 with a reference, 2e-2 without. */
  tolerance?: number | undefined;
  /** At most so many elements of each input are checked, spread evenly. Default: all. */
  samples?: number | undefined;
  /** Default: that of the parameters among the inputs, else the default runtime. */
  runtime?: Runtime | undefined;
}

/** A gradient of the tape, and the same by differences. */
export interface GradientComparison {
  /** The input's name, or its place in the list. */
  readonly input: string;
  readonly element: number;
  readonly gradient: number;
  readonly expected: number;
  readonly relativeError: number;
}

export interface GradcheckResult {
  /** The worst of all elements: NaN if one is NaN. */
  readonly maxRelativeError: number;
  /** Where that is; undefined if the inputs have no elements. */
  readonly worst: GradientComparison | undefined;
  /** The worst element of the output against the reference, measured likewise; 0 without a reference. */
  readonly maxOutputError: number;
}

/** A gradient, or an output, is not what it should be. */
export class GradientError extends LanewiseError {
  override readonly name = "GradientError";
}

/**
 * Compares the tape's gradients of `f` with central differences, (F(x + h) − F(x − h)) / 2h in float64, of
 * F = Σ_i v_i f(x)_i. The v_i are fixed, positive and negative, and all different, so that every element of the
 * output counts and none cancels another; a scalar has v = 1.
 *
 * The relative error of an element is |g − e| / max(|e|, r, 1e-3), with r the root mean square of the expected
 * gradient over the whole input: float32 sums are exact to their size, not to that of what is left of them.
 *
 * `f` is called many times: it must draw the same noise every time, and the inputs should keep away from kinks.
 *
 * ```ts
 * const x = { values: [0.5, -1, 2], shape: [3] };
 * assertGradients((tape, { x }) => tanh(tape, x), { x }, { reference: ({ x }) => x.map(Math.tanh) });
 * ```
 */
export function gradcheck<const I extends GradcheckInputs>(
  f: (tape: Tape, inputs: { [K in keyof I]: Tensor }) => Tensor,
  inputs: I,
  options: GradcheckOptions<I> = {},
): GradcheckResult {
  const entries: [string, GradcheckInput][] = Object.entries(inputs);
  const parameter = entries.map(([, input]) => input).find((input) => input instanceof Parameter);
  const tape = new Tape({ runtime: options.runtime ?? parameter?.runtime ?? defaultRuntime() });
  try {
    return compare(tape, f, inputs, entries, options);
  } finally {
    tape.dispose();
  }
}

/**
 * `gradcheck`, and an error that names the input and the element if the gradients, or the outputs, differ by more than the
 * tolerance.
 *
 * @throws GradientError
 */
export function assertGradients<const I extends GradcheckInputs>(
  f: (tape: Tape, inputs: { [K in keyof I]: Tensor }) => Tensor,
  inputs: I,
  options: GradcheckOptions<I> = {},
): GradcheckResult {
  const { tolerance = options.reference ? 1e-4 : 2e-2 } = options;
  const result = gradcheck(f, inputs, options);
  const { maxRelativeError, worst, maxOutputError } = result;
  if (!(maxOutputError <= tolerance)) {
    throw new GradientError(
      "output",
      `the reference's to ${tolerance}`,
      `a relative error of ${maxOutputError}`,
    );
  }
  if (!(maxRelativeError <= tolerance)) {
    const { input, element, gradient, expected } = worst!;
    const wanted = `a gradient of ${expected} to ${tolerance}`;
    throw new GradientError(
      `${input}[${element}]`,
      wanted,
      `${gradient}, a relative error of ${maxRelativeError}`,
    );
  }
  return result;
}

function compare<I extends GradcheckInputs>(
  tape: Tape,
  f: (tape: Tape, inputs: { [K in keyof I]: Tensor }) => Tensor,
  inputs: I,
  entries: readonly [string, GradcheckInput][],
  { reference, epsilon = reference ? 1e-5 : 1e-2, samples = Infinity }: GradcheckOptions<I>,
): GradcheckResult {
  // Rounded to float32, so that both see the same values.
  const points = entries.map(([, input]) =>
    Float64Array.from(input instanceof Parameter ? input.toArray() : Float32Array.from(input.values)),
  );
  const { outputs, gradients } = differentiate(tape, f, inputs, entries);
  const weights = outputs.length === 1 ? Float64Array.of(1) : cotangent(outputs.length);
  const evaluate = reference
    ? (): ArrayLike<number> =>
        asArray(reference(assemble(inputs, points) as { [K in keyof I]: Float64Array }))
    : (): ArrayLike<number> => forward(tape, f, inputs, entries, points);
  const expectedOutputs = reference ? evaluate() : outputs;
  if (expectedOutputs.length !== outputs.length) {
    throw new ShapeError(
      "reference",
      `${outputs.length} elements, as f gives`,
      `${expectedOutputs.length} elements`,
    );
  }
  const differences = points.map((point) => {
    const checked = Math.min(samples, point.length);
    return Array.from({ length: checked }, (_, j) => {
      const element = Math.floor((j * point.length) / checked);
      return {
        element,
        expected: difference(point, element, epsilon, () => weightedSum(evaluate(), weights)),
      };
    });
  });
  write(entries, points);

  let worst: GradientComparison | undefined;
  entries.forEach(([input], i) => {
    const scale = floorOf(differences[i]!.map(({ expected }) => expected));
    for (const { element, expected } of differences[i]!) {
      const gradient = gradients[i]![element]!;
      const relativeError = Math.abs(gradient - expected) / Math.max(Math.abs(expected), scale);
      if (!worst || !(relativeError <= worst.relativeError)) {
        worst = { input, element, gradient, expected, relativeError };
      }
      if (Number.isNaN(relativeError)) return;
    }
  });
  return {
    maxRelativeError: worst?.relativeError ?? 0,
    worst,
    maxOutputError: maxRelativeError(outputs, expectedOutputs),
  };
}

/** The tape's own outputs and gradients. */
function differentiate<I extends GradcheckInputs>(
  tape: Tape,
  f: (tape: Tape, inputs: { [K in keyof I]: Tensor }) => Tensor,
  inputs: I,
  entries: readonly [string, GradcheckInput][],
): { outputs: Float32Array; gradients: Float32Array[] } {
  const before = entries.map(([, input]) => (input instanceof Parameter ? input.grad?.toArray() : undefined));
  for (const [, input] of entries) if (input instanceof Parameter) input.zeroGrad();
  const result = tape.run(() => {
    const tensors = entries.map(([, input]) =>
      input instanceof Parameter ? input : tape.input(input.values, input.shape, { requiresGrad: true }),
    );
    const output = f(tape, assemble(inputs, tensors) as { [K in keyof I]: Tensor });
    const outputs = output.toArray();
    if (output.requiresGrad) tape.backward(output, output.size === 1 ? undefined : cotangent(output.size));
    const gradients = tensors.map(({ grad, size }) => grad?.toArray() ?? new Float32Array(size));
    return { outputs, gradients };
  });
  entries.forEach(([, input], i) => {
    if (!(input instanceof Parameter)) return;
    input.zeroGrad();
    if (before[i]) input.grad!.set(before[i]);
  });
  return result;
}

/** The outputs at other values, without gradients. */
function forward<I extends GradcheckInputs>(
  tape: Tape,
  f: (tape: Tape, inputs: { [K in keyof I]: Tensor }) => Tensor,
  inputs: I,
  entries: readonly [string, GradcheckInput][],
  points: readonly Float64Array[],
): Float32Array {
  write(entries, points);
  return tape.run(() => {
    const tensors = entries.map(([, input], i) =>
      input instanceof Parameter ? input : tape.input(points[i]!, input.shape, { requiresGrad: true }),
    );
    return f(tape, assemble(inputs, tensors) as { [K in keyof I]: Tensor }).toArray();
  });
}

/** Writes the values of a point into the parameters among the inputs. */
function write(entries: readonly [string, GradcheckInput][], points: readonly Float64Array[]): void {
  entries.forEach(([, input], i) => {
    if (input instanceof Parameter) input.array.set(points[i]!);
  });
}

function difference(point: Float64Array, element: number, epsilon: number, evaluate: () => number): number {
  const x = point[element]!;
  const h = epsilon * Math.max(1, Math.abs(x));
  // In float32 the step is what is left after rounding: divide by that.
  const [above, below] = epsilon < 1e-4 ? [x + h, x - h] : [Math.fround(x + h), Math.fround(x - h)];
  point[element] = above;
  const up = evaluate();
  point[element] = below;
  const down = evaluate();
  point[element] = x;
  return (up - down) / (above - below);
}

/** The gradient's seed: different numbers in ±[0.5, 1.5), exact in float32, so that nothing cancels. */
function cotangent(length: number): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    const fraction = ((i + 1) * 0.6180339887498949) % 1;
    return Math.fround((0.5 + fraction) * (i % 3 === 1 ? -1 : 1));
  });
}

function weightedSum(values: ArrayLike<number>, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += weights[i]! * values[i]!;
  return sum;
}

function maxRelativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = floorOf(expected);
  let max = 0;
  for (let i = 0; i < expected.length; i++) {
    if (actual[i] === expected[i]) continue;
    const error = Math.abs(actual[i]! - expected[i]!) / Math.max(Math.abs(expected[i]!), scale);
    if (Number.isNaN(error)) return NaN;
    max = Math.max(max, error);
  }
  return max;
}

/** The root mean square, and at least 1e-3: what an error is measured by where the value itself is small. */
function floorOf(values: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += values[i]! ** 2;
  return Math.max(1e-3, Math.sqrt(squares / Math.max(1, values.length)));
}

function asArray(value: number | ArrayLike<number>): ArrayLike<number> {
  return typeof value === "number" ? [value] : value;
}

/** A list or a record with the same keys as the inputs. */
function assemble<T>(inputs: GradcheckInputs, values: readonly T[]): readonly T[] | Record<string, T> {
  if (Array.isArray(inputs)) return values;
  return Object.fromEntries(Object.keys(inputs).map((name, i) => [name, values[i]!]));
}
