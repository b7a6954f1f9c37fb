import type { Encoding } from "./encoding.js";

const encoding: Encoding = { name: "r50k_base", scanner: "r50k", specialTokens: {}, data: "" };
export default encoding;
