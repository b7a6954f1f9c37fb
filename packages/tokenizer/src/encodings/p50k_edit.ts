import data from "../generated/p50k_baseMerges.js";
import type { Encoding } from "./encoding.js";

const encoding: Encoding = {
  name: "p50k_edit",
  scanner: "r50k",
  specialTokens: {
    "<|endoftext|>": 50256,
    "<|fim_prefix|>": 50281,
    "<|fim_middle|>": 50282,
    "<|fim_suffix|>": 50283,
  },
  data,
};
export default encoding;
