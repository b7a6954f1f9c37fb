import data from "../generated/gpt2Merges.js";
import type { Encoding } from "./encoding.js";

const encoding: Encoding = {
  name: "gpt2",
  scanner: "r50k",
  specialTokens: { "<|endoftext|>": 50256 },
  data,
};
export default encoding;
