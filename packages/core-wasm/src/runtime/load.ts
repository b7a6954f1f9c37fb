import relaxedBase64 from "../generated/relaxedWasm.js";
import simdBase64 from "../generated/simdWasm.js";
import { UnsupportedError } from "./errors.js";
import { hasRelaxedSimd, type Variant } from "./features.js";

/** Where a runtime's module comes from. Everything is optional: without options it just works. */
export interface LoadOptions {
  /**
   * `auto` (the default) takes `relaxed` where the engine has it, for speed. `simd` gives the same bits on every
   * machine and in every engine.
   */
  variant?: Variant | "auto";
  /** A compiled module, for platforms that do not compile at run time. */
  module?: WebAssembly.Module;
  /** The module's bytes. */
  bytes?: BufferSource;
  /** Where to fetch the module: compiled as it streams in, and cached apart from the script. */
  url?: string | URL;
}

/** A module and which build it is. */
export interface LoadedModule {
  module: WebAssembly.Module;
  variant: Variant;
}

/** @throws UnsupportedError where the engine lacks what the variant needs, or the fetch fails */
export async function loadModule(options: LoadOptions): Promise<LoadedModule> {
  const { url } = options;
  if (url === undefined || options.module || options.bytes) return loadModuleSync(options);
  const variant = chooseVariant(options.variant);
  const response = await fetch(url);
  if (!response.ok) throw new UnsupportedError("url", "a Wasm module", `HTTP status ${response.status}`);
  const streams = response.headers.get("content-type")?.startsWith("application/wasm") ?? false;
  const module = streams
    ? await WebAssembly.compileStreaming(response)
    : await WebAssembly.compile(await response.arrayBuffer());
  return { module, variant };
}

/** The same without waiting: from a module, from bytes, or from what this package carries. */
export function loadModuleSync(options: LoadOptions): LoadedModule {
  if (options.url !== undefined && !options.module && !options.bytes) {
    throw new UnsupportedError("url", "`await init({ url })`: a fetch takes time", "a synchronous start");
  }
  const variant = chooseVariant(options.variant);
  const module =
    options.module ??
    new WebAssembly.Module(options.bytes ?? decodeBase64(variant === "relaxed" ? relaxedBase64 : simdBase64));
  return { module, variant };
}

function chooseVariant(wanted: LoadOptions["variant"]): Variant {
  switch (wanted) {
    case undefined:
    case "auto":
      return hasRelaxedSimd() ? "relaxed" : "simd";
    case "simd":
      return wanted;
    case "relaxed":
      if (hasRelaxedSimd()) return wanted;
      throw new UnsupportedError("variant", "an engine with relaxed SIMD", "one without it");
    default:
      throw new UnsupportedError("variant", '"auto", "simd" or "relaxed"', wanted);
  }
}

function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return bytes;
}
