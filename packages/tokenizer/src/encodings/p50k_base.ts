import data from "../generated/p50k_baseMerges.js";
import type { Encoding } from "./encoding.js";

const encoding: Encoding = {
  name: "p50k_base",
  scanner: "r50k",
  specialTokens: { "<|endoftext|>": 50256 },
  data,
};
export default encoding;
