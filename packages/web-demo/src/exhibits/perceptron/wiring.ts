import { format } from "../../shell/i18n.js";
import type { Numbers } from "../../shell/numbers.js";
import { type ActivationId, type FeatureId, isNeuron, type LearnerId } from "./catalogue.js";
import { limits } from "./config.js";
import { niceStep } from "./niceStep.js";
import type { Layer } from "./protocol.js";
import type { perceptronStrings } from "./strings.js";

/** What is wired to what: as many columns as there are layers, the inputs first and the output last. */
export interface Wiring {
  readonly features: readonly FeatureId[];
  /** Of the hidden layers. */
  readonly widths: readonly number[];
  readonly activation: ActivationId;
}

/** The wiring of settings: a single neuron has no hidden layers, whatever the address says. */
export function wiringOf(settings: {
  readonly learner: LearnerId;
  readonly features: readonly FeatureId[];
  readonly layers: readonly number[];
  readonly activation: ActivationId;
}): Wiring {
  const { learner, features, layers, activation } = settings;
  return { features, widths: isNeuron(learner) ? [] : layers, activation };
}

/** A unit of a hidden layer, or the output: `layer` is then as many as there are hidden layers. */
export interface UnitPlace {
  readonly layer: number;
  readonly unit: number;
}

type Words = (typeof perceptronStrings)["network"];

/** The letters of hidden layers: their units are a1, a2, …, then b1, b2, … */
const letters = "abcd";

/** What an input, a unit or the output is called. `layer` −1 are the inputs. */
export function nameOf({ features, widths }: Wiring, { layer, unit }: UnitPlace, words: Words): string {
  if (layer < 0) return words.featureNames[features[unit]!];
  return layer === widths.length ? words.output : `${letters[layer]}${unit + 1}`;
}

/** What a unit adds up, as a formula: `0.83·x − 1.20·y + 0.31`. */
export function sumOf(
  wiring: Wiring,
  layers: readonly Layer[],
  { layer, unit }: UnitPlace,
  words: Words,
  numbers: Numbers,
): string {
  const { inputs, weights, biases } = layers[layer]!;
  const terms = Array.from({ length: inputs }, (_, from) => ({
    value: weights[unit * inputs + from]!,
    name: `·${nameOf(wiring, { layer: layer - 1, unit: from }, words)}`,
  }));
  terms.push({ value: biases[unit]!, name: "" });
  // The perceptron rule's weights may be of any size.
  const most = Math.max(...terms.map(({ value }) => Math.abs(value)));
  const digits = most > 0 && most < 0.1 ? 4 : 2;
  return terms
    .map(({ value, name }, i) => {
      const sign = value < 0 ? "−" : i > 0 ? "+" : "";
      return `${i > 0 ? ` ${sign} ` : sign}${numbers.fixed(Math.abs(value), digits)}${name}`;
    })
    .join("");
}

/** How far the bias of a neuron is worth moving: beyond, the line has left the plane. 1, 2 or 5 times a power of ten. */
export function biasReach({ weights, biases }: Layer): number {
  const steepest = weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  const wanted = Math.max(limits.half * steepest, Math.abs(biases[0]!), 0.01);
  return niceStep(wanted);
}

/** What a unit answers, as a formula: `a1 = tanh(0.83·x − 1.20·y + 0.31)`. */
export function formulaOf(
  wiring: Wiring,
  layers: readonly Layer[],
  place: UnitPlace,
  words: Words & { activations: Readonly<Record<ActivationId, string>> },
  numbers: Numbers,
): string {
  const name = nameOf(wiring, place, words);
  const sum = sumOf(wiring, layers, place, words, numbers);
  const plain = place.layer === wiring.widths.length || wiring.activation === "linear";
  return `${name} = ${plain ? sum : `${words.activations[wiring.activation]}(${sum})`}`;
}

/** What a line of the picture says. */
export function weightText(
  wiring: Wiring,
  layers: readonly Layer[],
  place: UnitPlace,
  from: number,
  words: Words,
  numbers: Numbers,
): string {
  const { inputs, weights } = layers[place.layer]!;
  const value = weights[place.unit * inputs + from]!;
  return format(words.weightLabel, {
    from: nameOf(wiring, { layer: place.layer - 1, unit: from }, words),
    to: nameOf(wiring, place, words),
    value: `${value < 0 ? "−" : ""}${numbers.fixed(Math.abs(value), 3)}`,
  });
}
