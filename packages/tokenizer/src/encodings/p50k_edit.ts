import type { Encoding } from "./encoding.js";

const encoding: Encoding = { name: "p50k_edit", scanner: "r50k", specialTokens: {}, data: "" };
export default encoding;
