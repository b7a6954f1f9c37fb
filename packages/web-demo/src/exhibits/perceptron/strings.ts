/** The exhibit's words, in English. */
export const perceptronStrings = {
  heading: "One neuron draws a line. A few draw a shape.",
  lede: "",
};
