import data from "../generated/o200k_baseMerges.js";
import type { Encoding } from "./encoding.js";

/** The format's own control tokens; all other ids behind the vocabulary's are reserved. */
const named: Readonly<Record<number, string>> = {
  199998: "<|startoftext|>",
  199999: "<|endoftext|>",
  200002: "<|return|>",
  200003: "<|constrain|>",
  200005: "<|channel|>",
  200006: "<|start|>",
  200007: "<|end|>",
  200008: "<|message|>",
  200012: "<|call|>",
  200018: "<|endofprompt|>",
};

/** From the first id behind the vocabulary on. */
const specialTokens: Record<string, number> = {};
for (let id = 199998; id < 201088; id++) specialTokens[named[id] ?? `<|reserved_${id}|>`] = id;

const encoding: Encoding = {
  name: "o200k_harmony",
  scanner: "o200k",
  specialTokens,
  data,
};
export default encoding;
