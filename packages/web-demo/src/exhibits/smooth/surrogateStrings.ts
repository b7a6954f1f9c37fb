/** Names of the surrogates, and what there is to say of each in a sentence. */
export const surrogateStrings = {
  logSumExp: {
    name: "logsumexp",
    sentence:
      "The largest term of the sum drowns the others, and the colder, the more so. It is never below the maximum.",
  },
  mellowmax: {
    name: "mellowmax",
    sentence:
      "logsumexp, less what equal inputs would add: never above the maximum, and the mean where it is hot.",
  },
  boltzmann: {
    name: "Boltzmann",
    sentence: "A mean weighted by softmax: never above the maximum. Raising a small input can lower it.",
  },
  softmax: {
    name: "softmax",
    sentence: "Shares that add up to one. The largest input gets most, and ties share alike.",
  },
  softplus: {
    name: "softplus",
    sentence: "A ReLU with its corner rounded off: never below it, and furthest from it at 0.",
  },
  tanhSign: {
    name: "tanh",
    sentence: "A sign that turns over instead of jumping.",
  },
};
