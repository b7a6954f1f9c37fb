import type { Surrogate } from "./surrogate.js";

/** Every surrogate, families together. */
export const surrogates: readonly Surrogate[] = [];
