/**
 * The same package for Cloudflare Workers, which compile nothing at run time: their bundler turns an import of a
 * `.wasm` file into a compiled module.
 */
import relaxed from "./wasm/relaxed.wasm";
import simd from "./wasm/simd.wasm";
import { provideModules } from "./runtime/load.js";

provideModules({ simd, relaxed });

export * from "./index.js";
