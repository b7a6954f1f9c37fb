import type { PreTokenizer } from "../../definition.js";
import { eachMatch } from "../patterns/eachMatch.js";
import { prependUnless } from "../normalizers/prepend.js";
import { replace } from "../normalizers/replace.js";
import { split } from "./split.js";
import type { Step } from "./step.js";

type Options = Omit<Extract<PreTokenizer, { type: "metaspace" }>, "type">;

/** Spaces become a mark, one comes in front, and words begin with it. */
export function metaspace({ replacement, prepend, split: splits }: Options): Step[] {
  const steps: Step[] = [
    { type: "rewrite", normalizer: replace({ string: " " }, replacement), onlyFirst: false },
  ];
  if (prepend !== "never") {
    steps.push({
      type: "rewrite",
      normalizer: prependUnless(replacement, replacement),
      onlyFirst: prepend === "first",
    });
  }
  if (splits) {
    steps.push({ type: "cut", cut: split(eachMatch({ string: replacement }), "mergedWithNext", false) });
  }
  return steps;
}
