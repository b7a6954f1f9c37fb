import type { Encoding } from "./encoding.js";

const encoding: Encoding = { name: "cl100k_base", scanner: "cl100k", specialTokens: {}, data: "" };
export default encoding;
