import { instantiateSync } from "@assemblyscript/loader";
import type { CoreExports } from "../generated/exports.js";
import relaxedBase64 from "../generated/relaxedWasm.js";
import simdBase64 from "../generated/simdWasm.js";
import { FormatError, LanewiseError, UnsupportedError } from "./errors.js";
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
  /** The module's bytes: `@lanewise/core-wasm/simd.wasm` or `…/relaxed.wasm`. */
  bytes?: BufferSource;
  /**
   * Where to fetch the module: compiled as it streams in, and cached apart from the script.
   * `@lanewise/core-wasm/url` has a URL that bundlers follow.
   */
  url?: string | URL;
}

const precompiled = new Map<Variant, WebAssembly.Module>();

/** For platforms that compile nothing at run time: modules that came compiled. */
export function provideModules(modules: Readonly<Record<Variant, WebAssembly.Module>>): void {
  precompiled.set("simd", modules.simd).set("relaxed", modules.relaxed);
}

/** A module that need not be compiled: the one that is given, or where nothing is given, one that came compiled. */
function compiledModule({ module, bytes, url, variant }: LoadOptions): WebAssembly.Module | undefined {
  const wanted = chooseVariant(variant);
  return module ?? (bytes === undefined && url === undefined ? precompiled.get(wanted) : undefined);
}

/** What the package carries, by the variant that the options ask for. */
function ownBytes(options: LoadOptions): Uint8Array<ArrayBuffer> {
  return decodeBase64(chooseVariant(options.variant) === "relaxed" ? relaxedBase64 : simdBase64);
}

/**
 * @throws UnsupportedError where the engine lacks what the variant needs, or the fetch fails
 * @throws FormatError where what is given is no Wasm module
 */
export async function loadModule(options: LoadOptions): Promise<WebAssembly.Module> {
  const { bytes, url } = options;
  const module = compiledModule(options);
  if (module) return module;
  try {
    if (bytes) return await WebAssembly.compile(bytes);
    return await (url === undefined ? WebAssembly.compile(ownBytes(options)) : compileFrom(url));
  } catch (cause) {
    throw compileError(options, cause);
  }
}

/**
 * The module's bytes as they are, for those who have something to do to them before they are compiled.
 *
 * @throws UnsupportedError where the engine lacks what the variant needs, or the fetch fails
 */
export async function loadBytes(options: LoadOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes, url } = options;
  if (bytes) {
    return ArrayBuffer.isView(bytes)
      ? Uint8Array.from(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      : new Uint8Array(bytes.slice(0));
  }
  if (url === undefined) return ownBytes(options);
  try {
    return readLocal(url) ?? new Uint8Array(await (await fetchModule(url)).arrayBuffer());
  } catch (cause) {
    throw compileError(options, cause);
  }
}

/** The same without waiting: from a module, from bytes, or from what this package carries. */
export function loadModuleSync(options: LoadOptions): WebAssembly.Module {
  const { bytes, url } = options;
  const module = compiledModule(options);
  if (module) return module;
  if (url !== undefined && !bytes) {
    throw new UnsupportedError("url", "`await init({ url })`: a fetch takes time", "a synchronous start");
  }
  try {
    return new WebAssembly.Module(bytes ?? ownBytes(options));
  } catch (cause) {
    throw compileError(options, cause);
  }
}

/** One instance of the kernels, and which build it turned out to be. */
export interface Instance {
  /** The instance's own exports: the loader's wrappers would cost every call an array of its arguments. */
  exports: CoreExports;
  variant: Variant;
}

/**
 * @throws FormatError unless it is a module of this package and version
 * @throws UnsupportedError unless it is of the variant that `wanted` pins
 */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  wanted: LoadOptions["variant"],
): Instance {
  let exports: Partial<CoreExports>;
  try {
    exports = instantiateSync(module, { env: { memory } }).instance.exports;
  } catch (cause) {
    throw new FormatError("module", "a module of this package", message(cause), { cause });
  }
  if (!exports.isRelaxed || !exports.heapBase) {
    throw new FormatError("module", "a module of this version of the package", "another");
  }
  const variant = exports.isRelaxed() ? "relaxed" : "simd";
  if (wanted !== undefined && wanted !== "auto" && wanted !== variant) {
    throw new UnsupportedError("variant", `a module built as "${wanted}"`, `one built as "${variant}"`);
  }
  return { exports: exports as CoreExports, variant };
}

/** Compiles while it streams in, where the server names the right type. */
async function compileFrom(url: string | URL): Promise<WebAssembly.Module> {
  const file = readLocal(url);
  if (file) return WebAssembly.compile(file);
  const response = await fetchModule(url);
  const streams = response.headers.get("content-type")?.startsWith("application/wasm") ?? false;
  return streams ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer());
}

async function fetchModule(url: string | URL): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new UnsupportedError("url", "a Wasm module", `HTTP status ${response.status}`);
  return response;
}

/** The bytes behind a `file:` URL in Node, whose fetch takes none. No bundler follows this way of asking for `fs`. */
function readLocal(url: string | URL): Uint8Array<ArrayBuffer> | undefined {
  if (!String(url).startsWith("file:")) return undefined;
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: "node:fs") => FileSystem } };
  return process?.getBuiltinModule?.("node:fs").readFileSync(new URL(url));
}

interface FileSystem {
  readFileSync: (path: URL) => Uint8Array<ArrayBuffer>;
}

/** What an engine's refusal to compile, or to fetch, means to whoever gave the options. */
export function compileError({ bytes, url }: LoadOptions, cause: unknown): Error {
  if (cause instanceof LanewiseError) return cause;
  if (bytes)
    return new FormatError("bytes", "a Wasm module that this engine compiles", message(cause), { cause });
  if (url === undefined) {
    const wanted = "leave to compile SIMD (a policy wants 'wasm-unsafe-eval')";
    return new UnsupportedError("WebAssembly", wanted, message(cause), { cause });
  }
  if (!(cause instanceof WebAssembly.CompileError)) {
    return new UnsupportedError("url", "a URL to fetch a Wasm module from", message(cause), { cause });
  }
  return new FormatError("url", "a Wasm module that this engine compiles", message(cause), { cause });
}

function message(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
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
