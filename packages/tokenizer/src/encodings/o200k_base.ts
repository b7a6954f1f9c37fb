import data from "../generated/o200k_baseMerges.js";
import type { Encoding } from "./encoding.js";

const encoding: Encoding = {
  name: "o200k_base",
  scanner: "o200k",
  specialTokens: { "<|endoftext|>": 199999, "<|endofprompt|>": 200018 },
  data,
};
export default encoding;
