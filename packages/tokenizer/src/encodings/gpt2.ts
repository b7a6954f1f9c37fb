import type { Encoding } from "./encoding.js";

const encoding: Encoding = { name: "gpt2", scanner: "r50k", specialTokens: {}, data: "" };
export default encoding;
