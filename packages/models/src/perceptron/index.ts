export { Adaline, type AdalineEvent, type AdalineFitOptions } from "./adaline.js";
export { Neuron, type NeuronOptions } from "./neuron.js";
export { type NovikoffBound, novikoffBound } from "./novikoff.js";
export {
  type Keep,
  Perceptron,
  type PerceptronEvent,
  type PerceptronFitOptions,
  type PerceptronOptions,
} from "./perceptron.js";
