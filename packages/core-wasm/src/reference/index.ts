/**
 * Every kernel once more in plain TypeScript and float64: the readable specification, and the oracle of the tests.
 */
export * from "./activations.js";
export * from "./containerMaxArea.js";
