/** Names of the surrogates, and what there is to say of each in a sentence or two. */
export const surrogateStrings = {
  logSumExp: {
    name: "logsumexp",
    sentence:
      "The largest term of the sum drowns the others, and the colder, the more so. It is never below the maximum, and furthest above it where all inputs tie.",
  },
  mellowmax: {
    name: "mellowmax",
    sentence:
      "logsumexp, less what equal inputs would add: never above the maximum, and the mean where it is hot.",
  },
  boltzmann: {
    name: "Boltzmann mean",
    sentence:
      "A mean weighted by softmax, never above the maximum. Raising a small input can lower it: see the gradient dip below 0.",
  },
  pNorm: {
    name: "p-norm",
    sentence:
      "With p = 1/τ, from the sum of absolute values down to the largest of them. Its error grows with the inputs.",
  },
  softmax: {
    name: "softmax",
    sentence:
      "Shares that add up to one. The largest input gets most, nobody gets nothing, and ties share alike. g is the gap between the two greatest.",
  },
  sparsemax: {
    name: "sparsemax",
    sentence:
      "The nearest shares to the inputs themselves. Losers get exactly nothing, and the winner gets all once τ is below its lead g.",
  },
  entmax: {
    name: "entmax",
    sentence:
      "Between softmax (α → 1) and sparsemax (α = 2): shares, of which those far behind are exactly nothing.",
  },
  softArgmax: {
    name: "soft argmax",
    sentence:
      "The mean place under softmax. Where one input stands out it is that one’s place; where two tie it lies between them, where neither is.",
  },
  softTopK: {
    name: "soft top-k",
    sentence:
      "Each input gets between 0 and 1, and together they get k, at every temperature: a threshold λ is set so. g is the lead of the k-th over the next.",
  },
  softSort: {
    name: "soft sort",
    sentence:
      "The nearest point of a polytope whose corners are all orders of the inputs. It is the sorted row exactly, once 1/τ is above the widest gap Γ.",
  },
  softRank: {
    name: "soft rank",
    sentence:
      "The nearest point of a polytope whose corners are all rankings. It is the ranks exactly, once τ is below the narrowest gap γ.",
  },
  smoothAbs: {
    name: "√(x² + τ²)",
    sentence: "The hypotenuse over x: the corner at 0 becomes a bowl whose bottom is τ high.",
  },
  absTanh: {
    name: "x tanh",
    sentence: "x times a smooth sign: exact at 0, and below the absolute value around it.",
  },
  absErf: {
    name: "x erf",
    sentence: "x times another smooth sign, which gives way faster: its error is gone a few τ from 0.",
  },
  signTanh: {
    name: "tanh",
    sentence: "A sign that turns over instead of jumping. Away from 0 its error falls exponentially.",
  },
  signErf: {
    name: "erf",
    sentence: "The mean sign of x with normal noise added: of these four the quickest to become a sign.",
  },
  smoothSign: {
    name: "x/√(x² + τ²)",
    sentence: "The slope of √(x² + τ²). Its error falls with the square of the distance from 0.",
  },
  softsign: {
    name: "softsign",
    sentence: "No exponential at all, and the longest tails: its error falls only as the distance does.",
  },
  smoothStep: {
    name: "sigmoid",
    sentence:
      "The chance that x with logistic noise is above 0: the slope of softplus, and half of the way at 0.",
  },
  stepNormal: {
    name: "normal distribution",
    sentence: "The chance that x with normal noise of deviation τ is above 0.",
  },
  stepAlgebraic: {
    name: "algebraic step",
    sentence: "The slope of squareplus: a step without exponentials, and with long tails.",
  },
  softplus: {
    name: "softplus",
    sentence: "A ReLU with its corner rounded off: the mean of ReLU over logistic noise, never below it.",
  },
  squareplus: {
    name: "squareplus",
    sentence: "The mean of x and √(x² + τ²): softplus without exponentials, with longer tails.",
  },
  sau: {
    name: "SAU",
    sentence:
      "A leaky ReLU of slope a, averaged over normal noise of deviation τ. With a = 0 it is ReLU’s own average.",
  },
  geluErf: {
    name: "GELU",
    sentence:
      "x, let through with the chance that normal noise stays below x. It dips below 0 and comes back.",
  },
  geluTanh: {
    name: "GELU, tanh form",
    sentence: "GELU with tanh in place of the error function, nearly: the two differ by less than 0.0005 τ.",
  },
  silu: {
    name: "SiLU, or swish",
    sentence: "x times its sigmoid. It dips to −0.278 τ before it comes back to 0.",
  },
  mish: {
    name: "Mish",
    sentence: "x times the tanh of softplus: like SiLU, with a slightly deeper dip.",
  },
};
