export { Vocabulary } from "./vocabulary.js";
export type * from "./definition.js";
export type { Encoding } from "./encodings/encoding.js";
export * from "@lanewise/core-wasm/errors";
