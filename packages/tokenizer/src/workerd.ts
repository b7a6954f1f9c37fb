/**
 * The same package for Cloudflare Workers, which compile nothing at run time: their bundler turns an import of a
 * `.wasm` file into a compiled module.
 */
import encode from "./wasm/encode.wasm";
import { provideModule } from "./engine/engineMemory.js";

provideModule(encode);

export * from "./index.js";
