/** What becomes of a loss a term: their mean, their sum, or each by itself. */
export type Reduction = "mean" | "sum" | "none";

export interface ReductionOptions {
  /** Default: "mean" */
  reduction?: Reduction | undefined;
}
