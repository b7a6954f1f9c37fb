import data from "../generated/cl100k_baseMerges.js";
import type { Encoding } from "./encoding.js";

const encoding: Encoding = {
  name: "cl100k_base",
  scanner: "cl100k",
  specialTokens: {
    "<|endoftext|>": 100257,
    "<|fim_prefix|>": 100258,
    "<|fim_middle|>": 100259,
    "<|fim_suffix|>": 100260,
    "<|endofprompt|>": 100276,
  },
  data,
};
export default encoding;
