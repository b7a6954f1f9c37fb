import type { Encoding } from "./encoding.js";

const encoding: Encoding = { name: "o200k_base", scanner: "o200k", specialTokens: {}, data: "" };
export default encoding;
