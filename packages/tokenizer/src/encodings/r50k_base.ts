import data from "../generated/gpt2Merges.js";
import type { Encoding } from "./encoding.js";

const encoding: Encoding = {
  name: "r50k_base",
  scanner: "r50k",
  specialTokens: { "<|endoftext|>": 50256 },
  data,
};
export default encoding;
