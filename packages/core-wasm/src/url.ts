import { hasRelaxedSimd, type Variant } from "./runtime/features.js";

/**
 * The address of the module, for `await init({ url: wasmUrl() })`: compiled as it streams in, and cached apart from
 * the script. Bundlers that know `new URL(…, import.meta.url)` emit the files. `auto` chooses as `init` does.
 */
export function wasmUrl(variant: Variant | "auto" = "auto"): URL {
  const relaxed = variant === "relaxed" || (variant === "auto" && hasRelaxedSimd());
  return relaxed
    ? new URL("./wasm/relaxed.wasm", import.meta.url)
    : new URL("./wasm/simd.wasm", import.meta.url);
}
