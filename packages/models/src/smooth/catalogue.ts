import { maxSurrogates } from "./maxima.js";
import { orderSurrogates } from "./orders.js";
import { reluSurrogates } from "./relu.js";
import { argmaxSurrogates, topKSurrogates } from "./selections.js";
import { absSurrogates, signSurrogates, stepSurrogates } from "./signs.js";
import type { Surrogate } from "./surrogate.js";

/** Every surrogate, families together. */
export const surrogates: readonly Surrogate[] = [
  ...reluSurrogates,
  ...absSurrogates,
  ...signSurrogates,
  ...stepSurrogates,
  ...maxSurrogates,
  ...argmaxSurrogates,
  ...topKSurrogates,
  ...orderSurrogates,
];
